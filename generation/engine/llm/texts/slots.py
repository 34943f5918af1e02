"""Entities out of texts and invented ones in: what points at a person becomes a slot such as `<PERSON>`, and back."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Sequence

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.minimisation.invented.surrogates import Look, invented
from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.pii import Span, find
from generation.engine.pii import entities as entity
from generation.engine.pii.entities import EVERY, INDIRECT
from generation.engine.pii.known import KnownValues
from generation.engine.pii.text import redact

_MONTHS = ("January", "March", "April", "May", "June", "July", "August", "October", "November", "December")

Maker = Callable[[bytes, int], str]


def _styled(template: str, style: SurrogateStyle) -> Maker:
    return lambda key, record: invented(template, Look(style), key, range(record, record + 1))[0]


def _number(key: bytes, record: int, least: int, most: int) -> int:
    digest = hashlib.blake2b(record.to_bytes(8, "big"), key=key[:64], digest_size=8).digest()
    return least + int.from_bytes(digest, "big") % (most - least + 1)


_MAKERS: dict[str, Maker] = {
    entity.PERSON: _styled("Xx Xx", SurrogateStyle.PERSON),
    entity.LOCATION: _styled("Xx", SurrogateStyle.LOCATION),
    entity.ADDRESS: _styled("Xx", SurrogateStyle.ADDRESS),
    entity.EMAIL: _styled("x", SurrogateStyle.EMAIL),
    entity.PHONE: _styled("+1 555 999 9999", SurrogateStyle.PHONE),
    entity.POSTCODE: _styled("99999", SurrogateStyle.CODE),
    entity.CARD: _styled("9999 9999 9999 9999", SurrogateStyle.CODE),
    entity.SSN: _styled("999-99-9999", SurrogateStyle.CODE),
    entity.IBAN: _styled("XX99 9999 9999 9999 9999 99", SurrogateStyle.CODE),
    entity.SECRET: _styled("Xx9Xx9xx99", SurrogateStyle.CODE),
    entity.KNOWN: _styled("XX-999999", SurrogateStyle.CODE),
    entity.ORGANIZATION: lambda key, record: _MAKERS[entity.LOCATION](key, record) + " Ltd",
    # Documentation ranges: RFC 5737 and RFC 2606.
    entity.NETWORK: lambda key, record: f"192.0.2.{_number(key, record, 1, 254)}",
    entity.URL: lambda key, record: f"https://www.example.com/{_number(key, record, 100, 999)}",
    entity.AGE: lambda key, record: str(_number(key, record, 18, 90)),
    entity.TITLE: lambda key, record: ("Mr", "Ms", "Dr", "Mx")[_number(key, record, 0, 3)],
    entity.DATE: lambda key, record: (
        f"{_number(key, record, 1, 28)} {_MONTHS[_number(key, record + 1, 0, len(_MONTHS) - 1)]}"
    ),
}


def slotted(
    corpus: Corpus, k: int, *, layers: frozenset[str] = EVERY, known: KnownValues | None = None
) -> Corpus:  # fmt: skip
    """The corpus with its entities replaced by slots.

    What points at many people (places, dates, companies) stays where k holders write the same one.
    """
    spans = find(corpus.texts, layers=layers, known=known)
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for text, holder, found in zip(corpus.texts, corpus.holders, spans, strict=True):
        for span in found:
            holders[_value(text, span)].add(holder)
    common = {value for value, who in holders.items() if len(who) >= k}
    texts = []
    for text, found in zip(corpus.texts, spans, strict=True):
        kept = [span for span in found if span.entity not in INDIRECT or _value(text, span) not in common]
        texts.append(redact(text, kept))
    return Corpus(tuple(texts), corpus.labels, corpus.holders)


def filled(texts: Sequence[str], seed: int, *, first: int = 0) -> list[str]:
    """Texts with an invented value in every slot; `first` is the number of the first text.

    One kind of entity is one value throughout a text, so that a person keeps their name. Values follow from the seed
    and the text's number alone.

    >>> filled(["Age <AGE>, and again <AGE>."], 7) == filled(["Age <AGE>, and again <AGE>."], 7)
    True
    """
    key = hashlib.sha256(f"slots:{seed}".encode()).digest()
    return [_filled(text, key, first + place) for place, text in enumerate(texts)]


def _filled(text: str, key: bytes, record: int) -> str:
    if "<" not in text:
        return text
    for name, make in _MAKERS.items():
        for slot in (f"<{name}>", f"<{name.lower()}>"):
            if slot in text:
                text = text.replace(slot, make(key, record))
    return text


def _value(text: str, span: Span) -> str:
    return text[span.start : span.end].casefold()
