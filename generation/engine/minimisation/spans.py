"""What was found inside texts is treated kind by kind: redacted, invented anew, masked, hashed, moved or kept."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from generation.engine.minimisation.invented.pseudonyms import hashed
from generation.engine.minimisation.invented.surrogates import Look, moved_days, surrogates
from generation.engine.minimisation.limits import Column, masked
from generation.engine.minimisation.messages import with_words, words_of_cell
from generation.engine.minimisation.treatments import OTHER, SPAN_CHOICES, SpanTreatment, SurrogateStyle
from generation.engine.parameters import Value
from generation.engine.pii import find
from generation.engine.pii.entities import ADDRESS, EMAIL, LOCATION, PERSON, PHONE, SECRET, USERNAME, Span
from generation.engine.pii.known import KnownValues
from generation.engine.pii.patterns.presidio import validated_entities
from generation.engine.progress import Progress, silent

_TEXTS_AT_ONCE = 2_000
_HASH_DIGITS = 8
_STYLES = {
    PERSON: SurrogateStyle.PERSON,
    EMAIL: SurrogateStyle.EMAIL,
    PHONE: SurrogateStyle.PHONE,
    ADDRESS: SurrogateStyle.ADDRESS,
    LOCATION: SurrogateStyle.LOCATION,
    USERNAME: SurrogateStyle.LOGIN,
}
_ORDINAL = re.compile(r"(?<=\d)(?:st|nd|rd|th)\b")
_YEAR = re.compile(r"\b(1[89]|20)\d\d\b")
_DAY_MICROS = 86_400_000_000


@dataclass(frozen=True, slots=True)
class Around:
    """What a table says of the persons in its texts: for each row whose it is, and by value what stands for it.

    `given` maps folded values of the table's own columns to their surrogates; `own` does so for parts of the names in
    a row, which others may have too.
    """

    whose: Sequence[str] | Mapping[int, str]
    given: Mapping[str, str] = field(default_factory=dict)
    own: Sequence[Mapping[str, str]] = ()


@dataclass(frozen=True, slots=True)
class Spans:
    """The treatment of a text column, by entity; what has none goes as `OTHER`, and a secret is always redacted."""

    label: frozenset[str]
    how: Mapping[str, SpanTreatment]
    key: bytes
    days: int = 30
    overruled: frozenset[str] = frozenset()

    @classmethod
    def of(
        cls,
        label: frozenset[str],
        parameters: Mapping[str, Value],
        key: bytes,
        overruled: frozenset[str] = frozenset(),
    ) -> Spans:
        """As the plan says it; what the owner `overruled` is not found."""
        how = {entity: SpanTreatment(str(parameters[entity])) for entity in SPAN_CHOICES}
        return cls(label, how, key, int(parameters["days"]), overruled)

    @property
    def needs_names(self) -> bool:
        """Whether anything becomes an invented value, which shall agree with the record's other columns."""
        return SpanTreatment.SURROGATE in self.how.values()

    def apply(self, column: Column, known: KnownValues, around: Around, progress: Progress = silent) -> Column:
        """The treated texts; `known` are the table's own identifiers, by the places of their rows."""
        rows = np.flatnonzero(column.notna().to_numpy()).tolist()
        cells = dict(zip(rows, column.iloc[rows].astype(str), strict=True))
        # Of a conversation every turn is a text.
        texts = [(text, row) for row, cell in cells.items() for text in words_of_cell(cell)]
        said = self._treated(texts, known, around, progress)
        treated = np.full(len(column), None, dtype=object)
        treated[rows] = [with_words(cell, said) for cell in cells.values()]
        return pd.Series(treated, index=column.index, name=column.name)

    def _treated(
        self, texts: list[tuple[str, int]], known: KnownValues, around: Around, progress: Progress
    ) -> Iterator[str]:
        """Each text of a row treated, in the order given."""
        treated = [""] * len(texts)
        # Equal texts side by side: each is read once.
        order = sorted(range(len(texts)), key=texts.__getitem__)
        for start in range(0, len(order), _TEXTS_AT_ONCE):
            progress("reading texts", start, len(order))
            places = order[start : start + _TEXTS_AT_ONCE]
            some, rows = map(list, zip(*(texts[place] for place in places), strict=True))
            found = find(some, label=self.label, known=known, rows=rows, overruled=self.overruled)
            for place, text, spans, row in zip(places, some, found, rows, strict=True):
                treated[place] = self.treat(text, spans, row, around)
        return iter(treated)

    def treat(self, text: str, spans: Sequence[Span], row: int, around: Around) -> str:
        """One text with every span treated."""
        parts, end = [], 0
        for span in spans:
            parts += [text[end : span.start], self.instead(span.entity, text[span.start : span.end], row, around)]
            end = span.end
        return "".join([*parts, text[end:]])

    def instead(self, entity: str, found: str, row: int, around: Around) -> str:
        """What stands for a finding in the text of this row."""
        how = SpanTreatment.REDACT if entity == SECRET else self.how.get(entity, self.how[OTHER])
        match how:
            case SpanTreatment.KEEP:
                return found
            case SpanTreatment.MASK:
                return masked(found)
            case SpanTreatment.HASH:
                return f"<{entity}:{hashed(found.casefold(), _HASH_DIGITS, self.key)}>"
            case SpanTreatment.SURROGATE:
                return self._invented(entity, found, row, around)
            case SpanTreatment.SHIFT:
                return moved(found, moved_days([around.whose[row]], self.days, self.key)[0]) or f"<{entity}>"
            case SpanTreatment.YEAR:
                year = _YEAR.search(moved(found, 0) or found)
                return year.group() if year else f"<{entity}>"
            case _:
                return f"<{entity}>"

    def _invented(self, entity: str, found: str, row: int, around: Around) -> str:
        own = around.own[row] if around.own else {}
        if made := around.given.get(found.casefold()) or own.get(found.casefold()):
            return made.lower() if found.islower() else made
        is_checked = entity in validated_entities()
        style = _STYLES.get(entity, SurrogateStyle.VALIDATED if is_checked else SurrogateStyle.CODE)
        return surrogates([found], Look(style, entity=entity if is_checked else ""), self.key)[0]


_NOUGHT = re.compile(r"\b0[0-9]\b")
_IN_WORDS = re.compile(r"dd(?=[.]? MMMM)|(?<=MMMM )dd|(?<=MMM )dd")


@lru_cache(maxsize=4_096)
def moved(text: str, days: int) -> str | None:
    """A date so many days later (earlier, if below nought), written as it was; None where it is no whole date."""
    from generation.engine.tables.spellings.guess import Guess
    from generation.engine.tables.spellings.layouts import layout
    from generation.engine.tables.spellings.readers import Moments
    from generation.engine.tables.spellings.settle import settle_columns

    array, this_year = pa.array([_ORDINAL.sub("", text).strip()], pa.string()), datetime.now(UTC).year
    guess = Guess(this_year)
    guess.see(array)
    settled = settle_columns([guess], [False], None)[0]
    if not isinstance(settled.reader, Moments) or not layout(settled.spelling.layout).has_day:
        return None
    read = settled.reader.reader.read(array)
    if not read.fits.all():
        return None
    # In a sentence the first of March is 1 March, whatever the twenty-eighth says of noughts.
    pattern = settled.spelling.layout
    written = layout(pattern if _NOUGHT.search(text) else _IN_WORDS.sub("d", pattern))
    spelling, offset = settled.spelling, int(read.offsets[0])
    return written.write(read.micros + days * _DAY_MICROS, spelling.language, offset, spelling.letters)[0]
