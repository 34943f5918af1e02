"""The data dictionary as people keep it: a small table with a line a column. Standard library only."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from typing import Any

from generation.engine.errors import PlanError

FIELDS = ("description", "unit", "allowed")
HEAD = ("column", *FIELDS)
# What other people call these columns.
_NAMES = {
    "column": "column", "name": "column", "variable": "column", "field": "column",
    "description": "description", "label": "description", "meaning": "description", "definition": "description",
    "unit": "unit", "units": "unit",
    "allowed": "allowed", "allowed values": "allowed", "values": "allowed", "range": "allowed", "codes": "allowed",
}  # fmt: skip
LONGEST_DICTIONARY = 200_000


def read_dictionary(text: str) -> dict[str, dict[str, str]]:
    """What a dictionary says, by the label of the column: some of `FIELDS`; nothing for an empty text.

    A line a column with commas, semicolons or tabs between; the first line names what stands where. PlanError with one
    sentence for a text that is no such table.
    """
    if not text.strip():
        return {}
    if len(text) > LONGEST_DICTIONARY:
        raise PlanError("dictionary", f"A data dictionary has at most {LONGEST_DICTIONARY:,} characters.")
    head, *lines = list(csv.reader(io.StringIO(text.strip().lstrip("\ufeff")), delimiter=_delimiter(text)))
    places = [_NAMES.get(" ".join(word.lower().replace("_", " ").split()), "") for word in head]
    if "column" not in places or not set(places).intersection(FIELDS):
        raise PlanError(
            "dictionary", "The first line of a data dictionary says what follows: column,description,unit,allowed."
        )
    said: dict[str, dict[str, str]] = {}
    for number, cells in enumerate((line for line in lines if any(cell.strip() for cell in line)), start=2):
        label, entry = _entry(places, cells, number)
        if label in said:
            raise PlanError("dictionary", f"Line {number} of the data dictionary names a column for the second time.")
        said[label] = entry
    return said


def _delimiter(text: str) -> str:
    first = text.strip().splitlines()[0]
    return max(",;\t", key=first.count)


def _entry(places: Sequence[str], cells: Sequence[str], number: int) -> tuple[str, dict[str, str]]:
    if len(cells) > len(places):
        raise PlanError(
            "dictionary",
            f"Line {number} of the data dictionary has {len(cells)} cells, its first line {len(places)}: put texts "
            "that hold the separator between double quotes.",
        )
    found = {place: cell.strip() for place, cell in zip(places, cells, strict=False) if place and cell.strip()}
    label = found.pop("column", "")
    if not label:
        raise PlanError("dictionary", f"Line {number} of the data dictionary names no column.")
    return label, found


def write_dictionary(columns: Sequence[Mapping[str, Any]]) -> str:
    """The dictionary of columns (`label` and FIELDS), as `read_dictionary` reads it and a spreadsheet opens it."""
    written = io.StringIO(newline="")
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow(HEAD)
    for column in columns:
        writer.writerow([_inert(str(text)) for text in (column["label"], *(column.get(name, "") for name in FIELDS))])
    return written.getvalue()


def _inert(text: str) -> str:
    """A text that no spreadsheet takes for a formula; read back, it is the same but for the blank before it."""
    return f" {text}" if text[:1] in ("=", "+", "-", "@", "\t", "\r") else text
