"""Texts of a file, looked at through the one door of personal data, each as its place asks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from generation.engine.pii import Span, find
from generation.engine.pii.entities import (
    ADDRESS,
    EMAIL,
    IBAN,
    INDIRECT,
    KNOWN,
    LIST,
    LOCATION,
    NETWORK,
    PATTERN,
    PERSON,
    SECRET,
)
from generation.engine.pii.known import KnownValues
from generation.engine.pii.labels import label_words
from generation.engine.scan.batch import Batch, Contents, Manner
from generation.engine.scan.credits import is_credit
from generation.engine.scan.ordinary import is_nowhere, is_ordinary

# On a line with this, by whatever comment, nothing is sensitive: whoever wrote it has looked.
MARK = "synthportal: not sensitive"
# In a column of codes a checksum is passed by chance, so the column has to speak for it; these need no word for them.
SPEAKS_FOR_ITSELF = frozenset({EMAIL, IBAN, SECRET, KNOWN})
# What is looked for in a source tree once something else stands beside it.
_BESIDE = frozenset({PERSON, ADDRESS})
# What a running text names for examples without anybody behind it; elsewhere that is a number too.
_FOR_EXAMPLES = frozenset({EMAIL, NETWORK, SECRET})
_REMEMBERED = 50_000
_MOST_WORDS_OF_A_NAME = 5

Found = tuple[Span, ...]


@dataclass
class Looker:
    """What the texts of one file hold. `name`: that of a part of a source tree, "" elsewhere. `as_they_are`: every find
    of the door, those that are ordinary in a text too.
    """

    contents: Contents
    known: KnownValues | None = None
    name: str = ""
    as_they_are: bool = False
    _spoken: dict[str, dict[str, float]] = field(default_factory=dict)
    _seen: dict[str, dict[str, Found]] = field(default_factory=dict)

    def look(self, batch: Batch) -> list[Found]:
        """Of each text of the batch the spans that count, in order."""
        seen = self._seen.setdefault(batch.column, {})
        if len(seen) > _REMEMBERED:
            seen.clear()
        fresh = [text for text in dict.fromkeys(batch.texts) if text not in seen]
        look = {Manner.TREE: self._tree, Manner.PROSE: self._prose, Manner.CELLS: self._cells}[batch.manner]
        seen.update((text, self._counting(text, spans)) for text, spans in zip(fresh, look(fresh, batch), strict=True))
        return [seen[text] for text in batch.texts]

    def _prose(self, texts: Sequence[str], batch: Batch) -> list[Found]:
        return find(texts, label=label_words(batch.words), known=self.known)

    def _cells(self, texts: Sequence[str], batch: Batch) -> list[Found]:
        """Values that need their column's word have it when the first of them, judged as a column, speak for it."""
        if batch.column not in self._spoken:
            self._spoken[batch.column] = _spoken_for(batch)
        spoken = self._spoken[batch.column]
        found = find(texts, layers=frozenset({PATTERN}), label=label_words(batch.words), known=self.known)
        return [_of_cell(text, spans, spoken) for text, spans in zip(texts, found, strict=True)]

    def _tree(self, texts: Sequence[str], batch: Batch) -> list[Found]:
        """What has a form; where something counts, the people and addresses beside it."""
        told = [self._told(text, spans) for text, spans in zip(texts, self._forms(texts), strict=True)]
        asked = [text for text, spans in zip(texts, told, strict=True) if spans]
        # What finds names takes seconds to load, so it is not asked about nothing.
        more = iter(find(asked) if asked else ())
        return [
            _joined(spans, self._told(text, next(more))) if spans else ()
            for text, spans in zip(texts, told, strict=True)
        ]

    def _forms(self, texts: Sequence[str]) -> list[Found]:
        found = find(texts, by_form_alone=True)
        if self.known is None:
            return found
        known = [tuple(self.known.find(text)) for text in texts]
        return [_joined(known_ones, spans) for known_ones, spans in zip(known, found, strict=True)]

    def _told(self, text: str, spans: Found) -> Found:
        return tuple(
            span
            for span in spans
            if span.entity not in INDIRECT
            and not is_ordinary(span.entity, text[span.start : span.end], _before(text, span))
            and not self._is_credit(text, span)
        )

    def _counting(self, text: str, spans: Found) -> Found:
        if self.as_they_are:
            return spans
        if self.contents.has_lines and MARK in text:
            spans = tuple(span for span in spans if MARK not in _line(text, span))
        if not self.contents.is_record:
            return tuple(span for span in spans if not _is_for_examples(text, span) and not self._is_credit(text, span))
        return tuple(span for span in spans if span.entity != NETWORK or not is_nowhere(text[span.start : span.end]))

    def _is_credit(self, text: str, span: Span) -> bool:
        return bool(self.name) and span.entity in (PERSON, EMAIL) and is_credit(self.name, text, span)


def _is_for_examples(text: str, span: Span) -> bool:
    """Of a running text only what cannot be somebody's. A number published for tests counts: in what was pasted it
    stands where another one stood.
    """
    return span.entity in _FOR_EXAMPLES and is_ordinary(span.entity, text[span.start : span.end], _before(text, span))


def _joined(first: Found, second: Found) -> Found:
    """The first, and of the second the people and addresses that overlap none of them."""
    free = [
        span
        for span in second
        if span.entity in _BESIDE and all(span.end <= one.start or span.start >= one.end for one in first)
    ]
    return tuple(sorted([*first, *free], key=lambda span: span.start))


def _before(text: str, span: Span) -> str:
    return text[text.rfind("\n", 0, span.start) + 1 : span.start]


def _line(text: str, span: Span) -> str:
    end = text.find("\n", span.start)
    return text[text.rfind("\n", 0, span.start) + 1 : end if end >= 0 else len(text)]


def _spoken_for(batch: Batch) -> dict[str, float]:
    """What the column holds when it is judged as a whole, with the confidence in each."""
    # Imported here: it loads numpy and the list of names, which a source tree without tables does not need.
    from generation.engine.pii.columns import find_pii

    counted = Counter(batch.texts)
    findings = find_pii(list(counted), list(counted.values()), batch.words, 0)
    return {finding.entity: finding.confidence for finding in findings}


def _of_cell(text: str, spans: Found, spoken: dict[str, float]) -> Found:
    found = tuple(span for span in spans if span.entity in SPEAKS_FOR_ITSELF or span.entity in spoken)
    if found:
        return found
    is_worded = (
        0 < len(text.split()) <= _MOST_WORDS_OF_A_NAME and text[:1].isalpha() and not any(map(str.isdigit, text))
    )
    for entity, holds in ((PERSON, is_worded), (LOCATION, is_worded), (ADDRESS, any(map(str.isdigit, text)))):
        if holds and entity in spoken:
            return (Span(entity, 0, len(text), spoken[entity], (LIST,)),)
    return ()
