"""What a record must be: terms on single columns, all of which hold. Standard library only: the web process reads it.

A value is kept as the text a person typed, checked against the kind of its column; it is compared in holding.py.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Literal

from generation.engine.errors import EngineError
from generation.engine.schema import ColumnSpec, Schema, Sdtype

Kind = Literal["in", "from", "to", "over", "under", "missing", "present"]
BOUNDS = ("from", "to", "over", "under")
_BOUND_WORDS = {"from": "at least", "to": "at most", "over": "over", "under": "under"}
CONTINUOUS = (Sdtype.NUMERICAL, Sdtype.DATETIME)
LONGEST_VALUE = 500
MOST_VALUES = 200
DAY_SECONDS = 86_400.0
_TRUTH = {"true": "True", "1": "True", "yes": "True", "false": "False", "0": "False", "no": "False"}


class StatementError(EngineError):
    """What was said of records (a condition, balance, shift or rule) cannot be as said; `sentences` say each why."""

    def __init__(self, *sentences: str) -> None:
        super().__init__("cannot_be_asked", " ".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Term:
    """One column: among `values` ("in"), within one bound ("from" and "to" include it), missing or present."""

    column: str
    kind: Kind
    values: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Predicate:
    """All terms hold. A missing value satisfies no term but "missing"."""

    terms: tuple[Term, ...]

    @property
    def columns(self) -> tuple[str, ...]:
        """The columns it looks at, each once."""
        return tuple(dict.fromkeys(term.column for term in self.terms))


class Lookup:
    """Columns by what people call them: the label, whatever its case, else the internal name."""

    def __init__(self, schema: Schema) -> None:
        self.specs = {spec.name: spec for spec in schema}
        labels = [spec.label.casefold() for spec in schema]
        unique = {spec.label.casefold(): spec for spec in schema if labels.count(spec.label.casefold()) == 1}
        self._called = self.specs | {label: spec for label, spec in unique.items() if label}

    def __call__(self, called: object) -> ColumnSpec:
        """Raises StatementError for what no column is called."""
        spec = self._called.get(str(called)) or self._called.get(str(called).strip().casefold())
        if spec is None:
            raise StatementError(f"There is no column called {str(called)[:80]!r} in the minimised table.")
        return spec

    def word(self, name: str) -> str:
        """What to call a column; its name when its label would be ambiguous."""
        spec = self.specs.get(name)
        return spec.label if spec and spec.label and self._called.get(spec.label.casefold()) is spec else name


def parse_where(where: object, columns: Lookup) -> Predicate:
    """The predicate of a mapping from columns to what they must be.

    A value or a list of values; or a mapping with from, to, over, under, in, or missing: true | false.
    Raises StatementError.
    """
    if not isinstance(where, Mapping) or not where:
        raise StatementError(
            "Say which records are meant: a mapping from columns to values, such as {age: {from: 70}}."
        )
    terms: list[Term] = []
    for called, wanted in where.items():
        terms += _terms(columns(called), wanted)
    return Predicate(tuple(terms))


def _terms(spec: ColumnSpec, wanted: object) -> Iterable[Term]:
    if spec.sdtype in (Sdtype.TEXT, Sdtype.ID):
        raise StatementError(
            f"{_word(spec)} holds identifiers or free text, which are invented: ask for other columns."
        )
    if not isinstance(wanted, Mapping):
        return [_among(spec, wanted)]
    unknown = [str(word) for word in wanted if word not in (*BOUNDS, "in", "is", "missing")]
    if unknown or not wanted:
        raise StatementError(
            f"{_word(spec)}: use from, to, over, under, in or missing, not {', '.join(unknown) or '{}'}."
        )
    return [_term(spec, str(word), value) for word, value in wanted.items()]


def _term(spec: ColumnSpec, word: str, value: object) -> Term:
    if word in ("in", "is"):
        return _among(spec, value)
    if word == "missing":
        return Term(spec.name, "missing" if _TRUTH.get(str(value).lower()) == "True" else "present")
    if spec.sdtype not in CONTINUOUS:
        raise StatementError(f"{_word(spec)} holds categories: ask for values of it, not for a range.")
    kind: Kind = word  # type: ignore[assignment]  # one of BOUNDS, checked by the caller
    return Term(spec.name, kind, (_text(spec, value),))


def _among(spec: ColumnSpec, wanted: object) -> Term:
    values = wanted if isinstance(wanted, list | tuple) else [wanted]
    if not 1 <= len(values) <= MOST_VALUES:
        raise StatementError(f"{_word(spec)}: give 1 to {MOST_VALUES} values.")
    return Term(spec.name, "in", tuple(dict.fromkeys(_text(spec, value) for value in values)))


def _text(spec: ColumnSpec, value: object) -> str:
    """The value as text, once it is sure that it can be read as the column's kind."""
    if isinstance(value, list | tuple | Mapping) or value is None or len(str(value)) > LONGEST_VALUE:
        raise StatementError(
            f"{_word(spec)}: a value is a word, a number or a date of at most {LONGEST_VALUE} characters."
        )
    text = str(value).strip()
    try:
        if spec.sdtype in CONTINUOUS:
            bounds_of(text, spec.sdtype)
    except ValueError:
        kind = "a number" if spec.sdtype is Sdtype.NUMERICAL else "a date such as 2024-05-31"
        raise StatementError(f"{_word(spec)}: give {kind}.") from None
    return _TRUTH.get(text.lower(), text) if spec.sdtype is Sdtype.BOOLEAN else text


def bounds_of(text: str, sdtype: Sdtype) -> tuple[float, float]:
    """First and last number that the text means: a day is all of its moments (seconds since 1970). ValueError."""
    if sdtype is Sdtype.NUMERICAL:
        number = float(text)
        if not math.isfinite(number):
            raise ValueError(text)
        return number, number
    moment = datetime.fromisoformat(text)
    seconds = (moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp()
    return seconds, seconds + (DAY_SECONDS - 1e-6 if len(text) == len("2024-05-31") else 0.0)


def plain_where(predicate: Predicate, call: Callable[[str], str]) -> dict[str, Any]:
    """The mapping that `parse_where` reads again, with the columns as `call` names them."""
    found: dict[str, Any] = {}
    for term in predicate.terms:
        found.setdefault(call(term.column), {}).update(_plain(term))
    return {called: _short(wanted) for called, wanted in found.items()}


def _plain(term: Term) -> dict[str, Any]:
    if term.kind in ("missing", "present"):
        return {"missing": term.kind == "missing"}
    return {term.kind: list(term.values) if term.kind == "in" else term.values[0]}


def _short(wanted: dict[str, Any]) -> Any:
    values = wanted.get("in")
    if values is None or len(wanted) > 1:
        return wanted
    return values[0] if len(values) == 1 else values


def words_of(predicate: Predicate, call: Callable[[str], str]) -> str:
    """The predicate as people say it: "age is over 70 and income is >50K"."""
    return " and ".join(_words(term, call(term.column)) for term in predicate.terms)


def _words(term: Term, column: str) -> str:
    if term.kind == "in":
        return f"{column} is {' or '.join(term.values)}"
    if term.kind in BOUNDS:
        return f"{column} is {_BOUND_WORDS[term.kind]} {term.values[0]}"
    return f"{column} is {term.kind}"


def _word(spec: ColumnSpec) -> str:
    return spec.label or spec.name
