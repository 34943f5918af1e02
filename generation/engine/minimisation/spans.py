"""What was found inside texts is treated kind by kind: redacted, invented anew, masked, hashed, moved or kept."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pandas as pd
import pyarrow as pa

from generation.engine.minimisation.invented.cast import Cast
from generation.engine.minimisation.invented.homes import Home, home_of
from generation.engine.minimisation.invented.pseudonyms import hashed
from generation.engine.minimisation.invented.scene import Read, Scene
from generation.engine.minimisation.invented.surrogates import moved_days
from generation.engine.minimisation.limits import Column, masked
from generation.engine.minimisation.messages import with_words, words_of_cell
from generation.engine.minimisation.treatments import OTHER, SPAN_CHOICES, SpanTreatment
from generation.engine.parameters import Value
from generation.engine.pii import find
from generation.engine.pii.entities import SECRET, Span
from generation.engine.pii.known import KnownValues
from generation.engine.progress import Progress, silent

_TEXTS_AT_ONCE = 2_000
_HASH_DIGITS = 8
# So many texts tell where a column's texts are from.
_MOST_ASKED = 1_000
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
    home: Home = field(default_factory=Home)

    @classmethod
    def of(
        cls,
        label: frozenset[str],
        parameters: Mapping[str, Value],
        key: bytes,
        overruled: frozenset[str] = frozenset(),
        training: Column | None = None,
    ) -> Spans:
        """As the plan says it; what the owner `overruled` is not found.

        Texts of `training` tell the home of those that do not tell it themselves.
        """
        how = {entity: SpanTreatment(str(parameters[entity])) for entity in SPAN_CHOICES}
        made = cls(label, how, key, int(parameters["days"]), overruled)
        return made if training is None or not made.needs_scene else replace(made, home=_home_of_most(training))

    @property
    def needs_names(self) -> bool:
        """Whether anything becomes an invented value, which shall agree with the record's other columns."""
        return SpanTreatment.SURROGATE in self.how.values()

    @property
    def needs_scene(self) -> bool:
        """Whether what stands for a finding depends on the language or the people of its text."""
        return self.needs_names or SpanTreatment.SHIFT in self.how.values()

    def apply(self, column: Column, known: KnownValues, around: Around, progress: Progress = silent) -> Column:
        """The treated texts; `known` are the table's own identifiers, by the places of their rows."""
        rows = np.flatnonzero(column.notna().to_numpy()).tolist()
        cells = dict(zip(rows, column.iloc[rows].astype(str), strict=True))
        treated = np.full(len(column), None, dtype=object)
        # Equal cells side by side: each text is read once.
        order = sorted(rows, key=cells.__getitem__)
        done = 0
        while done < len(order):
            progress("reading texts", done, len(order))
            some, left = [], _TEXTS_AT_ONCE
            while done < len(order) and left > 0:
                # Of a conversation every turn is a text.
                some.append((order[done], words_of_cell(cells[order[done]])))
                left, done = left - len(some[-1][1]), done + 1
            for row, words in self._treated(some, known, around):
                treated[row] = with_words(cells[row], iter(words))
        return pd.Series(treated, index=column.index, name=column.name)

    def _treated(
        self, cells: list[tuple[int, list[str]]], known: KnownValues, around: Around
    ) -> Iterator[tuple[int, list[str]]]:
        """The texts of each row treated together, in the order given."""
        texts = [text for _, words in cells for text in words]
        rows = [row for row, words in cells for _ in words]
        found = iter(find(texts, label=self.label, known=known, rows=rows, overruled=self.overruled))
        for row, words in cells:
            read = [(text, next(found)) for text in words]
            scene = self.scene(read, row, around)
            yield row, [self.treat(text, spans, scene) for text, spans in read]

    def scene(self, read: Read, row: int, around: Around) -> Scene:
        """What the texts of a row say together, which decides what is invented for each finding."""
        own = around.own[row] if around.own else {}
        whose = around.whose[row] if around.whose else ""
        if not self.needs_scene:
            return Scene(self.key, Home(), Cast(self.key), {}, frozenset(), whose)
        return Scene.of(read, self.key, whose=whose, home=self.home, given=around.given, own=own)

    def treat(self, text: str, spans: Sequence[Span], scene: Scene) -> str:
        """One text with every span treated."""
        parts, end = [], 0
        for span in spans:
            parts += [text[end : span.start], self.instead(span.entity, text[span.start : span.end], scene)]
            end = span.end
        return "".join([*parts, text[end:]])

    def instead(self, entity: str, found: str, scene: Scene) -> str:
        """What stands for a finding in a text of this scene."""
        how = SpanTreatment.REDACT if entity == SECRET else self.how.get(entity, self.how[OTHER])
        match how:
            case SpanTreatment.KEEP:
                return found
            case SpanTreatment.MASK:
                return masked(found)
            case SpanTreatment.HASH:
                return f"<{entity}:{hashed(found.casefold(), _HASH_DIGITS, self.key)}>"
            case SpanTreatment.SURROGATE:
                return scene.surrogate(entity, found)
            case SpanTreatment.SHIFT:
                days = moved_days([scene.whose], self.days, self.key)[0]
                return moved(found, days, scene.home.locale[:2]) or f"<{entity}>"
            case SpanTreatment.YEAR:
                year = _YEAR.search(moved(found, 0) or found)
                return year.group() if year else f"<{entity}>"
            case _:
                return f"<{entity}>"


def _home_of_most(training: Column) -> Home:
    """Where most of a column's texts are from, as far as they tell it."""
    texts = training.dropna().astype(str).head(_MOST_ASKED)
    homes = Counter(home for home in map(home_of, map("\n".join, map(words_of_cell, texts))) if home.locale)
    return max(homes, key=lambda home: (homes[home], home.locale, home.country), default=Home())


_NOUGHT = re.compile(r"\b0[0-9]\b")
_IN_WORDS = re.compile(r"dd(?=[.]? MMMM)|(?<=MMMM )dd|(?<=MMM )dd")


_OF = re.compile(r"(?<=[^\W\d_]|\d)\s+(?:de|del)\s+(?=[^\W\d_]|\d)", re.IGNORECASE)
_MONTH_SIGNS = re.compile(r"M{3,4}")
_MONTH_WORD = re.compile(r"[^\W\d_]{3,}")


@lru_cache(maxsize=4_096)
def moved(text: str, days: int, language: str = "") -> str | None:
    """A date so many days later (earlier, if below nought), written as it was; None where it is no whole date.

    `language` (two letters) names months that several languages spell alike.
    """
    from generation.engine.tables.spellings.guess import Guess
    from generation.engine.tables.spellings.layouts import layout
    from generation.engine.tables.spellings.readers import Moments
    from generation.engine.tables.spellings.settle import settle_columns

    plain, of = _ORDINAL.sub("", text).strip(), _OF.search(text)
    array, this_year = pa.array([_OF.sub(" ", plain)], pa.string()), datetime.now(UTC).year
    guess = Guess(this_year)
    guess.see(array)
    settled = settle_columns([guess], [False], None)[0]
    if not isinstance(settled.reader, Moments) or not layout(settled.spelling.layout).has_day:
        return None
    read = settled.reader.reader.read(array)
    if not read.fits.all():
        return None
    spelling, offset = settled.spelling, int(read.offsets[0])
    pattern, language = _as_spelled(plain, spelling.layout, spelling.language, language)
    # In a sentence the first of March is 1 March, whatever the twenty-eighth says of noughts.
    written = layout(pattern if _NOUGHT.search(text) else _IN_WORDS.sub("d", pattern))
    made = written.write(read.micros + days * _DAY_MICROS, language, offset, spelling.letters)[0]
    return str(made).replace(" ", of.group(), 2) if of else made


def _as_spelled(text: str, pattern: str, guessed: str, language: str) -> tuple[str, str]:
    """The layout with the month in full where the text has it so, and the language that its name is of."""
    from generation.engine.tables.spellings.months import LANGUAGES, names_in, numbers_of

    word = _MONTH_WORD.search(text)
    if word is None or not _MONTH_SIGNS.search(pattern):
        return pattern, guessed
    month = word.group().casefold()
    # A short name that a language writes in full too, such as "May", speaks for nothing short.
    wanted = [one for one in (language, guessed, *LANGUAGES) if one in LANGUAGES and month in numbers_of(one)]
    spoken = next(iter(wanted), guessed)
    is_full = month in map(str.casefold, names_in(spoken, is_short=False))
    return _MONTH_SIGNS.sub("MMMM" if is_full else "MMM", pattern), spoken
