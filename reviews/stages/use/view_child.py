"""What runs inside the limited child of the viewer: DuckDB opens the one file that it was shown."""

from __future__ import annotations

from reviews.engine.viewer import ColumnView, Rows, describe, read_record, read_rows
from synthportal.errors import Conflict


def rows_in_child(path: str, words: str, column: int | None, first: int, report: object) -> Rows:
    """Some records of the file."""
    try:
        return read_rows(path, words=words, column=column, first=first)
    except ValueError as error:
        raise Conflict(str(error)) from error


def record_in_child(path: str, row: int, report: object) -> Rows:
    """One record of the file."""
    try:
        return read_record(path, row)
    except ValueError as error:
        raise Conflict(str(error)) from error


def columns_in_child(path: str, report: object) -> tuple[ColumnView, ...]:
    """Statistics of its columns."""
    try:
        return describe(path)
    except ValueError as error:
        raise Conflict(str(error)) from error
