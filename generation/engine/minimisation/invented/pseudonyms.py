"""Treatments of columns that a key decides: surrogates, hashes and moved dates; and who stands in each record.

The names, the e-mail address and the login of a record are of one invented person, as far as equal values can stay
equal: a value that stands in several records goes by the first of them.
"""

from __future__ import annotations

import hmac
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import cast

import numpy as np
import pandas as pd

from generation.engine.minimisation.invented.people import Person
from generation.engine.minimisation.invented.surrogates import OF_PERSONS, Look, moved_days, person_behind, surrogates
from generation.engine.minimisation.limits import Column, as_text
from generation.engine.minimisation.treatments import EACH_DATE, SurrogateStyle

_MOST_INTEGER_DIGITS = 18
_NAMES = (SurrogateStyle.FIRST_NAME, SurrogateStyle.LAST_NAME)
_AFTER_NAMES = (SurrogateStyle.PERSON, SurrogateStyle.EMAIL, SurrogateStyle.LOGIN)
People = Mapping[str, Person]
Names = list[str | None] | None


@dataclass(frozen=True, slots=True)
class Surrogates:
    """Each value becomes an invented one; whole numbers stay so, and codes of one form keep what they share.

    `taken` are the source's own numbers where a check makes them real ones: none of them is given.
    """

    look: Look
    key: bytes
    taken: frozenset[str] = frozenset()

    @classmethod
    def fit(cls, training: Column, style: SurrogateStyle, key: bytes, entity: str = "") -> Surrogates:
        """Learns the form that nearly all codes have, and the country of names and streets."""
        distinct = as_text(training.dropna()).astype(str).unique().tolist()
        look = Look.of(distinct, style, entity)
        return cls(look, key, frozenset(distinct) if look.entity else frozenset())

    def apply(self, column: Column, people: People | None = None) -> Column:
        """The pseudonymised column; `people` says whom some values shall be."""
        codes, distinct = pd.factorize(as_text(column))
        texts = [str(value) for value in distinct]
        known = [people.get(text) for text in texts] if people else ()
        made = [*surrogates(texts, self.look, self.key, known, self.taken), None]
        treated = pd.Series(np.array(made, dtype=object)[codes], index=column.index, name=column.name)
        stays = pd.api.types.is_numeric_dtype(column.dtype) and all(_is_integer(value) for value in made[:-1])
        return pd.to_numeric(treated).astype(column.dtype) if stays else treated


def _is_integer(value: str | None) -> bool:
    return value is not None and value.lstrip("-").isdecimal() and len(value) <= _MOST_INTEGER_DIGITS


@dataclass(frozen=True, slots=True)
class Hashed:
    """Each value becomes the first hexadecimal digits of its HMAC-SHA256 (RFC 2104)."""

    digits: int
    key: bytes

    def apply(self, column: Column) -> Column:
        """The hashes, missing left alone."""
        return as_text(column).map(lambda text: hashed(text, self.digits, self.key), na_action="ignore")


def hashed(text: str, digits: int, key: bytes) -> str:
    """So many hexadecimal digits that follow from text and key."""
    return hmac.digest(key, f"hash\x1f{text}".encode("utf-8", "surrogatepass"), "sha256").hex()[:digits]


@dataclass(frozen=True, slots=True)
class Moved:
    """Each date moves by some days: equal dates alike, or all dates of a record or person alike, as `alike` says."""

    days: int
    key: bytes
    alike: str = EACH_DATE

    def apply(self, column: Column, whose: Sequence[str] | None = None) -> Column:
        """The moved dates, time of day kept; `whose` names the record or person of each row."""
        codes, distinct = pd.factorize(column if whose is None else np.asarray(whose, dtype=object))
        words = [str(value) if whose is not None else pd.Timestamp(value).isoformat() for value in distinct]
        moves = np.array([*moved_days(words, self.days, self.key), 0], dtype="timedelta64[D]")[codes]
        return cast(Column, column + moves)


@dataclass(frozen=True, slots=True)
class Record:
    """Columns that are about one person, by style, each with its treatment."""

    columns: Mapping[SurrogateStyle, tuple[str, Surrogates]]
    known: dict[str, dict[str, Person]] = field(default_factory=dict)

    def fit(self, training: pd.DataFrame) -> None:
        """Remember whom the training's values are of, so that later tables go by them."""
        self.known.update({name: dict(people) for name, people in self._people(training)})

    def people(self, table: pd.DataFrame) -> dict[str, dict[str, Person]]:
        """By column and value: whom it shall be of."""
        return dict(self._people(table))

    def _people(self, table: pd.DataFrame) -> Iterator[tuple[str, dict[str, Person]]]:
        first, last = (self._names(table, style) for style in _NAMES)
        for style in _AFTER_NAMES:
            if style not in self.columns or (first is None and last is None):
                continue
            name, treatment = self.columns[style]
            found = dict(self.known.get(name, {}))
            for value, its_first, its_last in _once(as_text(table[name]), first, last):
                own = person_behind(value, style, treatment.key, treatment.look.locale)
                found.setdefault(value, Person(its_first or own.first, its_last or own.last))
            yield name, found
            if style is SurrogateStyle.PERSON:
                whole = [found.get(str(value)) for value in as_text(table[name])]
                first, last = _filled(first, whole, "first"), _filled(last, whole, "last")

    def _names(self, table: pd.DataFrame, style: SurrogateStyle) -> Names:
        """The invented name of each row, from the column of first or last names or from that of whole ones."""
        part = "first" if style is SurrogateStyle.FIRST_NAME else "last"
        source = style if style in self.columns else SurrogateStyle.PERSON
        if source not in self.columns:
            return None
        name, treatment = self.columns[source]
        codes, distinct = pd.factorize(as_text(table[name]))
        made = [getattr(person_behind(str(v), source, treatment.key, treatment.look.locale), part) for v in distinct]
        return [None if code < 0 else made[code] for code in codes]


def _once(values: Column, first: Names, last: Names) -> Iterator[tuple[str, str, str]]:
    """Each value with the names of one of its records: those that come first by the alphabet, not by the table."""
    rows = pd.DataFrame({"value": values.to_numpy(), "first": first or "", "last": last or ""})
    rows = rows[rows["value"].notna()].fillna("").astype(str)
    once = rows.sort_values(["value", "first", "last"]).drop_duplicates("value")
    return once.itertuples(index=False, name=None)


def _filled(names: Names, people: list[Person | None], part: str) -> list[str | None]:
    """What is missing of the names, from the whole ones."""
    known = names or [None] * len(people)
    return [one or (getattr(who, part) if who else None) for one, who in zip(known, people, strict=True)]


def records_of(treated: Mapping[str, Surrogates]) -> tuple[Record, ...]:
    """Which columns are about one person: first name, surname, address and login, in the order of the table; second
    ones are another's.
    """
    seen, groups = Counter[SurrogateStyle](), list[dict[SurrogateStyle, tuple[str, Surrogates]]]()
    for name, treatment in treated.items():
        style = treatment.look.style
        if style not in OF_PERSONS:
            continue
        while len(groups) <= seen[style]:
            groups.append({})
        groups[seen[style]][style] = (name, treatment)
        seen[style] += 1
    return tuple(Record(group) for group in groups if len(group) > 1)
