"""What an owner says of how a column is written; it goes before what the texts say. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from generation.engine.errors import PlanError

OWN = "own"
KINDS = ("", "number", "date", "time", "boolean", "category", "identifier", "text")
_LONGEST = {"layout": 60, "unit": 40, "description": 1_000, "allowed": 500}
_MOST_WORDS, _LONGEST_WORD = 50, 60


@dataclass(frozen=True, slots=True)
class ColumnChoice:
    """`kind` is one of KINDS ("" as found), `layout` a date's or time's in LDML letters, `decimal` "." or ",".

    `missing` are the words that stand for no value, None for the usual ones. `foreign` says what becomes of cells that
    are not what the column is: "" missing, `OWN` categories of their own. `unit`, `description` and `allowed`
    (values or range, in words) are for readers.
    """

    kind: str = ""
    layout: str = ""
    decimal: str = ""
    missing: tuple[str, ...] | None = None
    foreign: str = ""
    unit: str = ""
    description: str = ""
    allowed: str = ""

    @property
    def changes_reading(self) -> bool:
        """Whether the table has to be read again for it."""
        return bool(self.kind or self.layout or self.decimal or self.foreign or self.missing is not None)

    def as_json(self) -> dict[str, Any]:
        """What was chosen, in JSON's types."""
        plain = ColumnChoice()
        found = {name: value for name, value in asdict(self).items() if value != getattr(plain, name)}
        return found | ({"missing": list(self.missing)} if self.missing is not None else {})

    @classmethod
    def from_json(cls, data: object) -> ColumnChoice:
        """The choice in parsed JSON; PlanError with one sentence for what cannot be."""
        known = set(cls.__slots__)
        if not isinstance(data, Mapping) or not set(data) <= known:
            raise PlanError("choice", f"A column's choice is an object with some of: {', '.join(sorted(known))}.")
        texts = {name: data.get(name, "") for name in known - {"missing"}}
        if not all(isinstance(text, str) and len(text) <= _LONGEST.get(name, 20) for name, text in texts.items()):
            raise PlanError(
                "choice",
                "Kind, layout, decimal mark, unit, description and allowed values of a column are short texts.",
            )
        if texts["kind"] not in KINDS:
            raise PlanError("choice", f"A column is one of: {', '.join(filter(None, KINDS))}.")
        if texts["decimal"] not in {"", ".", ","}:
            raise PlanError("choice", "The decimal mark is a point or a comma.")
        if texts["foreign"] not in {"", OWN}:
            raise PlanError(
                "choice", f"Cells that are something else are missing, or “{OWN}”: categories of their own."
            )
        if texts["layout"]:
            _require_layout(texts["layout"])
        return cls(**texts, missing=_words(data.get("missing")))


def _words(given: object) -> tuple[str, ...] | None:
    if given is None:
        return None
    words = list(given) if isinstance(given, list | tuple) else [None]
    texts = [word.strip() for word in words if isinstance(word, str) and len(word) <= _LONGEST_WORD]
    if len(texts) < len(words) or len(words) > _MOST_WORDS:
        raise PlanError("choice", f"Words for a missing value are a list of at most {_MOST_WORDS} short texts.")
    return tuple(texts)


def _require_layout(pattern: str) -> None:
    from generation.engine.tables.spellings.layouts import layout

    try:
        layout(pattern)
    except ValueError:
        raise PlanError(
            "choice",
            "A layout is written like dd.MM.yyyy or yyyy-MM-dd HH:mm, with the letters y M d H h m s S a X x and words "
            "in apostrophes.",
        ) from None
