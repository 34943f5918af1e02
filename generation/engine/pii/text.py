"""All finders over texts, how their findings join, and texts with the findings taken out."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import repeat

from generation.engine.pii import classifier
from generation.engine.pii.entities import (
    ADDRESS,
    AGE,
    CRF,
    DATE,
    EMAIL,
    INDIRECT,
    LIST,
    LOCATION,
    MINIMUM_SCORE,
    MODEL,
    ORGANIZATION,
    PATTERN,
    PERSON,
    POSTCODE,
    URL,
    Span,
    without_overlaps,
    without_overruled,
)
from generation.engine.pii.gazetteer import gazetteer
from generation.engine.pii.known import KnownValues
from generation.engine.pii.learned.tagger import find_tagged, tagger
from generation.engine.pii.names import find_names
from generation.engine.pii.numbered import is_number_of_thing, is_numbered_thing
from generation.engine.pii.patterns.addresses import find_addresses
from generation.engine.pii.patterns.announced import find_announced
from generation.engine.pii.patterns.greetings import trimmed
from generation.engine.pii.patterns.honorifics import find_honoured
from generation.engine.pii.patterns.presidio import find_patterns
from generation.engine.pii.patterns.reading import read
from generation.engine.pii.patterns.secrets import find_secrets
from generation.engine.pii.patterns.written import find_written

# Below it a learnt voice needs a second one: decided on our own templates (benchmarks/pii.py, seed 7) and on chats.
_LONE_SCORE = 0.6
# What the classifier finds that is no number of anybody, and how many digits such a number has.
_IN_WORDS = frozenset({PERSON, LOCATION, ADDRESS, ORGANIZATION, DATE, POSTCODE, EMAIL, URL, AGE})
_FEWEST_DIGITS = 4
# No authority and no bank gives one without a digit.
_WITH_DIGITS = frozenset({"BANK_ACCOUNT", "DRIVERS_LICENSE", "GOVERNMENT_ID", "PASSPORT", "ROUTING_NUMBER", "TAX_ID"})


def find_all(
    texts: Sequence[str],
    *,
    layers: frozenset[str],
    label: frozenset[str],
    known: KnownValues | None,
    rows: Sequence[int] | None,
    overruled: frozenset[str],
) -> list[tuple[Span, ...]]:
    """What `generation.engine.pii.find` says of texts, each distinct one read once."""
    distinct = list(dict.fromkeys(texts))
    classified = classifier.find_classified(distinct) if MODEL in layers else [()] * len(distinct)
    second = is_second_voice(layers)
    found = {}
    for text, spans in zip(distinct, classified, strict=True):
        told = [trimmed(text, span) for span in (*spans, *_spans(text, layers, label))]
        joined = _with_owner([span for span in told if span is not None], overruled) if told else ()
        found[text] = tuple(
            span for span in joined if not (_is_thing(text, span, joined) or (second and _is_lone(text, span)))
        )
    if known is None:
        return [found[text] for text in texts]
    of_rows = rows if rows is not None else repeat(None, len(texts))
    return [_joined([*found[text], *known.find(text, row)]) for text, row in zip(texts, of_rows, strict=True)]


def is_second_voice(layers: frozenset[str]) -> bool:
    """Whether somebody besides the lists is there to say that a word in small letters is a name."""
    return (CRF in layers and tagger() is not None) or (MODEL in layers and classifier.classifier() is not None)


def _is_thing(text: str, span: Span, others: Sequence[Span]) -> bool:
    """Whether what was found is a thing or its number, and nothing of a person."""
    return (span.found_by == (MODEL,) and _is_of_nobody(text, span)) or _has_number_of_thing(text, span, others)


def _is_of_nobody(text: str, span: Span) -> bool:
    """A number that the classifier alone takes for that of a house, with no street beside it, or for one of a person,
    where the words before it say of what thing it is or its digits are too few or none.
    """
    words = text[span.start : span.end]
    digits, ends_in_digit = sum(map(str.isdigit, words)), words[-1].isdigit()
    if ends_in_digit and is_number_of_thing(text, *_last_number(text, span)):
        return True
    if span.entity == ADDRESS:
        return not any(map(str.isalpha, words))
    if ends_in_digit and span.entity not in _IN_WORDS:
        return digits < _FEWEST_DIGITS
    return span.entity in _WITH_DIGITS and not digits


def _has_number_of_thing(text: str, span: Span, others: Sequence[Span]) -> bool:
    """A thing with its number, such as "parcel 11", that no form says is an address; or the number alone, of which the
    word before it says so, taken for a house or a postcode.
    """
    if span.entity not in (ADDRESS, POSTCODE) or PATTERN in span.found_by:
        return False
    start = span.start
    if not any(map(str.isalpha, text[start : span.end])):
        start = _word_before(text, span)
        if any(one.start <= start < one.end for one in others if one is not span):
            return False  # the word is the end of a street or a place: "Bishops Gate 30155"
    is_beside = any(one.entity == ADDRESS and one is not span for one in others)
    return is_numbered_thing(text[start : span.end], beside_address=is_beside)


def _word_before(text: str, span: Span) -> int:
    """Where the word begins that stands before a span; where none does, the span itself."""
    before = text[: span.start].split()
    return text.rindex(before[-1], 0, span.start) if before else span.start


def _last_number(text: str, span: Span) -> tuple[int, int]:
    """Where the number begins and ends that a span ends with."""
    words = text[span.start : span.end]
    return span.end - len(words) + len(words.rstrip("0123456789")), span.end


def _is_lone(text: str, span: Span) -> bool:
    """One word in small letters that a single voice takes for a name: a list, or a learnt one that is unsure of it."""
    word = text[span.start : span.end]
    if len(span.found_by) > 1 or not word.islower() or not word.isalpha():
        return False
    is_unsure = span.score < _LONE_SCORE or word in gazetteer().ordinary
    return span.found_by == (LIST,) or (span.found_by[0] in (CRF, MODEL) and is_unsure)


def _spans(text: str, layers: frozenset[str], label: frozenset[str]) -> Iterator[Span]:
    reading = read(text)
    if PATTERN in layers:
        patterns = find_patterns(reading, label)
        yield from patterns
        if any(span.entity == EMAIL and span.start == 0 and span.end == len(text) for span in patterns):
            return  # an address and nothing else
    if PATTERN in layers and not reading.is_number:
        yield from find_secrets(reading)
        yield from find_written(reading)
        yield from find_announced(reading)
        yield from find_addresses(reading)
        yield from find_honoured(reading)
    if LIST in layers:
        yield from find_names(reading)
    if CRF in layers:
        yield from find_tagged(text)


def _joined(spans: list[Span]) -> tuple[Span, ...]:
    return without_overlaps([span for span in spans if span.score >= MINIMUM_SCORE])


def _with_owner(spans: list[Span], overruled: frozenset[str]) -> tuple[Span, ...]:
    """The joined findings without those that the owner overruled. What else was guessed of the same words goes with
    them ("Robert Johnson" is no place either), unless it would point at one person by itself.
    """
    joined = _joined(spans)
    if not overruled:
        return joined
    kept = without_overruled(joined, overruled)
    gone = [span for span in joined if span not in kept]
    others = [span for span in spans if span.entity not in overruled | INDIRECT and _is_in(span, gone)]
    return _joined([*kept, *others])


def _is_in(span: Span, gone: Sequence[Span]) -> bool:
    return any(span.start < one.end and one.start < span.end for one in gone)


def missing() -> dict[str, str]:
    """Layers that find nothing here, with the reason in a sentence."""
    why = {}
    if tagger() is None:
        why[CRF] = "The tagger was not built here: python -m generation.engine.pii.learned.build"
    if classifier.classifier() is None:
        why[MODEL] = "No token classifier is installed or configured."
    return why


def redact(text: str, spans: Sequence[Span]) -> str:
    """The text with each span replaced by its entity in angle brackets, such as `<PERSON>`."""
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span.start], f"<{span.entity}>"]
        end = span.end
    return "".join([*parts, text[end:]])
