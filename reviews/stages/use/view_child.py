"""What runs inside the limited child of the viewer: DuckDB opens the one file that it was shown."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from reviews.engine.viewer import ColumnView, Rows, describe, read_record, read_rows
from synthportal.errors import Conflict

TOO_MUCH = "This takes more time or memory than a look may take. Search in one column, or download the file."


def rows_in_child(path: str, longest: int, words: str, column: int | None, first: int, report: object) -> Rows:
    """Some records of the file, of each cell so many characters."""
    with _in_words():
        return read_rows(path, words=words, column=column, first=first, longest=longest)


def record_in_child(path: str, longest: int, row: int, report: object) -> Rows:
    """One record of the file, of each cell so many characters."""
    with _in_words():
        return read_record(path, row, longest=longest)


def columns_in_child(path: str, report: object) -> tuple[ColumnView, ...]:
    """Statistics of its columns."""
    with _in_words():
        return describe(path)


@contextmanager
def _in_words() -> Iterator[None]:
    """What was asked for and cannot be had, told as such; another error is a fault of ours, and says so."""
    try:
        yield
    except ValueError as error:
        raise Conflict(str(error)) from error
    except MemoryError as error:
        raise Conflict(TOO_MUCH) from error
