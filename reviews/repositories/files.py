"""Formats of a released file, and what the file is called at the receiver's."""

from __future__ import annotations

from generation.engine.kinds.catalogue import kind_of
from reviews.engine.bundle.material import FileFacts
from reviews.models import Release, ReleasedFile

Format = ReleasedFile.Format
TYPES = {
    Format.PARQUET: "application/vnd.apache.parquet",
    # In the encoding of the source, which the file's own bytes do not say.
    Format.CSV: "text/csv",
    Format.JSONL: "application/jsonl",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.PLAIN_CSV: "text/csv; charset=utf-8",
    Format.SPREADSHEET: "text/csv; charset=utf-8",
    Format.TOOLS: "application/zip",
}
ENDINGS = {
    Format.PARQUET: "parquet",
    Format.CSV: "csv",
    Format.JSONL: "jsonl",
    Format.XLSX: "xlsx",
    Format.PLAIN_CSV: "plain.csv",
    Format.SPREADSHEET: "spreadsheet.csv",
    Format.TOOLS: "tools.zip",
}
# A sheet has 2^20 rows, and the first one holds the names of the columns.
MOST_WORKBOOK_ROWS = 1_048_575
ATTESTATION = "attestation.dsse.json"
BUNDLE = "bundle"


def formats_to_lay_out(release: Release) -> list[Format]:
    """The formats that are made before the signature; files for tools are made of questions and tasks."""
    fits = (release.run.artefact_rows or 0) <= MOST_WORKBOOK_ROWS
    is_set = kind_of(release.run.dataset.kind).makes is not None
    asked = {Format.XLSX: fits, Format.TOOLS: is_set}
    return [fmt for fmt in Format if asked.get(fmt, True)]


def formats_of(release: Release) -> list[Format]:
    """The formats a release is offered in: Parquet, which its certificate signs, and what was laid out."""
    kept = set(release.files.values_list("format", flat=True))
    return [fmt for fmt in Format if fmt is Format.PARQUET or fmt in kept]


def file_name(number: int, fmt: Format) -> str:
    """What the file is called at the receiver's: made of the release's number, not of anybody's words."""
    return f"release-{number}.{ENDINGS[fmt]}"


def rendering(release: Release, fmt: Format, sha256: str, size: int) -> FileFacts:
    """What is said of the records in one format. They lie beside the bundle, not in it."""
    path, rows = file_name(release.number, fmt), release.run.artefact_rows
    return FileFacts(path, fmt.label, TYPES[fmt], size, sha256, is_bundled=False, rows=rows)
