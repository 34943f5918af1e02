"""Labels of columns: display data that people typed, checked once, and never used as a name inside."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

from generation.engine.errors import TableError
from generation.engine.tables.facts import Limits

# Cc control, Cf invisible (bidirectional overrides among them), Cs half characters, Zl and Zp line breaks.
INVISIBLE = {"Cc", "Cf", "Cs", "Zl", "Zp"}
# Zero-width joiners are part of how some scripts and emoji are written.
JOINERS = "\u200c\u200d"
PANDAS_INDEX = "__index_level_"


def name_of(position: int) -> str:
    """The inside name of the column at a position counted from 0."""
    return f"c{position}"


def place(position: int, label: str) -> str:
    """How a column is called in a sentence."""
    return f"column {position + 1} (“{label}”)"


def checked_labels(raw: Sequence[str], limits: Limits) -> tuple[list[str], list[str]]:
    """The labels to show and notes about the ones that were given.

    Unique after NFKC and case folding, free of control characters, at most `max_label_chars` long. A column without a
    label, as pandas writes its index, gets the label "column 1" by its position.
    """
    if len(raw) > limits.max_columns:
        raise TableError(
            "too_many_columns",
            f"The table has {len(raw):,} columns; at most {limits.max_columns:,} are accepted. Leave out some columns.",
        )
    labels = [_checked(_on_one_line(label), position, limits) for position, label in enumerate(raw)]
    unnamed = [position for position, label in enumerate(labels) if not label]
    for position in unnamed:
        labels[position] = f"column {position + 1}"
    _require_unique(labels)
    return labels, [f"Column {position + 1} has no name; it is called “{labels[position]}”." for position in unnamed]


def _on_one_line(label: str) -> str:
    # Spreadsheets wrap long headers with line breaks; those are not part of the name.
    return re.sub(r" *[\t\r\n]+ *", " ", label).strip(" ")


def _checked(label: str, position: int, limits: Limits) -> str:
    if label.startswith(PANDAS_INDEX):
        return ""
    if len(label) > limits.max_label_chars:
        raise TableError(
            "label_too_long",
            f"The name of column {position + 1} has {len(label):,} characters; "
            f"at most {limits.max_label_chars} are accepted. Is the first row a header?",
        )
    if any(unicodedata.category(sign) in INVISIBLE and sign not in JOINERS for sign in label):
        raise TableError(
            "control_character",
            f"The name of column {position + 1} holds control or invisible characters. Rename the column.",
        )
    return label


def _require_unique(labels: list[str]) -> None:
    seen: dict[str, int] = {}
    for position, label in enumerate(labels):
        first = seen.setdefault(unicodedata.normalize("NFKC", label).casefold(), position)
        if first != position:
            raise TableError(
                "duplicate_columns",
                f"Columns {first + 1} and {position + 1} have the same name (“{label}”; capital letters and letter "
                "forms do not count). Rename one of them.",
            )
