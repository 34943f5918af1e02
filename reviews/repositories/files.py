"""Formats of a released file, and what the file is called at the receiver's."""

from __future__ import annotations

from generation.engine.kinds.catalogue import kind_of
from generation.engine.llm.exports.rendering import OF_CHATS, OF_TEXTS, TrainingForm
from generation.engine.schema import ColumnRole, Sdtype
from reviews.engine.bundle.material import FileFacts
from reviews.models import Release, ReleasedFile
from reviews.repositories.samples import kept_columns

Format = ReleasedFile.Format
TYPES = {
    Format.PARQUET: "application/vnd.apache.parquet",
    # In the encoding of the source, which the file's own bytes do not say.
    Format.CSV: "text/csv",
    Format.JSONL: "application/jsonl",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PLAIN_CSV: "text/csv; charset=utf-8",
    Format.SPREADSHEET: "text/csv; charset=utf-8",
    Format.MESSAGES: "application/jsonl",
    Format.SHAREGPT: "application/jsonl",
    Format.PROMPTS: "application/jsonl",
    Format.ALPACA: "application/jsonl",
    Format.TOOLS: "application/zip",
}
ENDINGS = {
    Format.PARQUET: "parquet",
    Format.CSV: "csv",
    Format.JSONL: "jsonl",
    Format.XLSX: "xlsx",
    Format.PLAIN_CSV: "plain.csv",
    Format.SPREADSHEET: "spreadsheet.csv",
    Format.MESSAGES: "messages.jsonl",
    Format.SHAREGPT: "sharegpt.jsonl",
    Format.PROMPTS: "prompts.jsonl",
    Format.ALPACA: "alpaca.jsonl",
    Format.TOOLS: "tools.zip",
}
# What trainers read, of texts and of conversations only.
TRAINING = frozenset({Format.MESSAGES, Format.SHAREGPT, Format.PROMPTS, Format.ALPACA})
# A sheet has 2^20 rows, and the first one holds the names of the columns.
MOST_WORKBOOK_ROWS = 1_048_575
ATTESTATION = "attestation.dsse.json"
BUNDLE = "bundle"


def formats_to_lay_out(release: Release) -> list[Format]:
    """The formats that are made before the signature; files for tools are made of questions and tasks."""
    fits = (release.run.artefact_rows or 0) <= MOST_WORKBOOK_ROWS
    wanted = {*Format} - TRAINING - {Format.TOOLS} | {Format(form) for form in training_forms(release)}
    if kind_of(release.run.dataset.kind).makes is not None:
        wanted.add(Format.TOOLS)
    return [fmt for fmt in Format if fmt in wanted and (fits or fmt is not Format.XLSX)]


def training_forms(release: Release) -> tuple[TrainingForm, ...]:
    """What trainers can be given of a release: of conversations, and of texts that have a label."""
    text, label = trained_columns(release)
    if kind_of(release.run.dataset.kind).layout == "chat":
        return OF_CHATS if text else ()
    return OF_TEXTS if text and label else ()


def trained_columns(release: Release) -> tuple[str, str]:
    """The labels of the columns of texts and of what is to be learned of them, "" where there is none."""
    if kind_of(release.run.dataset.kind).layout not in {"text", "chat"}:
        return "", ""
    columns = kept_columns(release.run)
    text = next((column["label"] for column in columns if column["sdtype"] == Sdtype.TEXT), "")
    return text, next((column["label"] for column in columns if column["role"] == ColumnRole.TARGET), "")


def formats_of(release: Release) -> list[Format]:
    """The formats a release is offered in: Parquet, which its certificate signs, and what was laid out."""
    kept = set(release.files.values_list("format", flat=True))
    return [fmt for fmt in Format if fmt is Format.PARQUET or fmt in kept]


def file_name(number: int, fmt: Format) -> str:
    """What the file is called at the receiver's: made of the release's number, not of anybody's words."""
    return f"release-{number}.{ENDINGS[fmt]}"


def rendering(release: Release, fmt: Format, sha256: str, size: int) -> FileFacts:
    """What is said of the records in one format. Those to train on lie in the bundle, the others beside it."""
    path, rows = file_name(release.number, fmt), release.run.artefact_rows
    return FileFacts(path, fmt.label, TYPES[fmt], size, sha256, is_bundled=fmt in TRAINING, rows=rows)
