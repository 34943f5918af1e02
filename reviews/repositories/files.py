"""Formats of a released file, and what the file is called at the receiver's."""

from __future__ import annotations

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
}
ENDINGS = {
    Format.PARQUET: "parquet",
    Format.CSV: "csv",
    Format.JSONL: "jsonl",
    Format.XLSX: "xlsx",
    Format.PLAIN_CSV: "plain.csv",
    Format.SPREADSHEET: "spreadsheet.csv",
}
# Nobody looks at more in a workbook, and writing one takes its time.
MOST_WORKBOOK_ROWS = 200_000


def formats_to_lay_out(release: Release) -> list[Format]:
    """The formats that a worker makes ahead of the first download."""
    is_small = (release.run.artefact_rows or 0) <= MOST_WORKBOOK_ROWS
    return [fmt for fmt in Format if is_small or fmt is not Format.XLSX]


def formats_of(release: Release) -> list[Format]:
    """The formats a release is offered in: a workbook once a worker has made it, for the web process has no library."""
    ready = release.files.filter(format=Format.XLSX).exists()
    return [fmt for fmt in Format if ready or fmt is not Format.XLSX]


def file_name(number: int, fmt: Format) -> str:
    """What the file is called at the receiver's: made of the release's number, not of anybody's words."""
    return f"release-{number}.{ENDINGS[fmt]}"
