"""Laws of spans, whatever the text: in order, without overlaps, at the right characters, and the rest untouched."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import example, given, settings
from hypothesis import strategies as st

from generation.engine.minimisation.spans import Around, Spans
from generation.engine.minimisation.treatments import SPAN_CHOICES
from generation.engine.pii import find
from generation.engine.pii.entities import LIGHT, Span, without_losers, without_overlaps
from generation.engine.pii.text import redact

# What makes offsets go wrong: signs outside the first plane, marks of their own, joined emoji, no spaces, CRLF.
_NASTY = [
    "😀",
    "👩‍👩‍👧",
    "🇩🇪",
    "e\u0301",
    "\u200b",
    "\ufeff",
    "東京",
    "ที่",
    "हिन्दी",
    "\r\n",
    "\n",
    "\t",
    "ﬁ",
    "İ",
    "ß",
    " ",
    ", ",
]
_PLANTED = ["ann.lee@corp.example", "4111 1111 1111 1111", "DE89 3704 0044 0532 0130 00", "AKIAIOSFODNN7EXAMPLE"]
_WORDS = ["call", "Order", "ask", "für", "и", "注文", "the", "12", "3.4"]
_PIECES = st.lists(st.sampled_from([*_NASTY, *_WORDS]), max_size=12).map("".join)
_ENTITIES = st.sampled_from(["PERSON", "PHONE_NUMBER", "STREET_ADDRESS", "IDENTIFIER"])
_SPANS = st.lists(
    st.builds(
        lambda entity, start, length, score: Span(entity, start, start + length, score),
        _ENTITIES,
        st.integers(0, 40),
        st.integers(1, 15),
        st.floats(0.4, 1.0),
    ),
    max_size=12,
)


def covered(spans: list[Span] | tuple[Span, ...]) -> set[int]:
    return {at for span in spans for at in range(span.start, span.end)}


@settings(max_examples=200)
@given(_SPANS)
def test_joined_spans_stand_in_order_do_not_overlap_and_cover_the_same_characters(spans: list[Span]) -> None:
    joined = without_overlaps(spans)
    assert all(one.end <= other.start for one, other in pairwise(joined))
    assert covered(joined) == covered(spans)
    assert without_overlaps(list(joined)) == joined
    assert covered(without_overlaps(spans[::-1])) == covered(joined)


@settings(max_examples=200)
@given(_SPANS)
def test_of_spans_that_overlap_the_first_stays_and_nothing_is_widened(spans: list[Span]) -> None:
    kept = without_losers(spans)
    assert all(one.end <= other.start for one, other in pairwise(kept))
    assert set(kept) <= set(spans)
    assert not spans or spans[0] in kept


@settings(max_examples=150, deadline=None)
@given(_PIECES, st.sampled_from(_PLANTED), _PIECES)
@example("1212", "4111 1111 1111 1111", "")  # four groups of four begin before the card
def test_a_planted_value_is_found_at_its_own_characters_whatever_stands_around(
    before: str, planted: str, after: str
) -> None:
    text = f"{before} {planted} {after}"
    start = len(before) + 1
    for spans in (find([text], layers=LIGHT)[0], find([text], by_form_alone=True)[0]):
        assert all(0 <= one.start < one.end <= len(text) for one in spans)
        assert all(one.end <= other.start for one, other in pairwise(spans))
        assert set(range(start, start + len(planted))) <= covered(spans)


@settings(max_examples=150, deadline=None)
@given(_PIECES, st.sampled_from(_PLANTED), _PIECES)
def test_replacing_from_the_right_gives_what_redacting_gives_and_keeps_the_rest(
    before: str, planted: str, after: str
) -> None:
    text = f"{before} {planted} {after}"
    spans = find([text], layers=LIGHT)[0]
    replaced = text
    for span in reversed(spans):
        replaced = f"{replaced[: span.start]}<{span.entity}>{replaced[span.end :]}"
    assert redact(text, spans) == replaced
    rest = [text[at] for at in range(len(text)) if at not in covered(spans)]
    for span in spans:
        replaced = replaced.replace(f"<{span.entity}>", "", 1)
    assert list(replaced) == rest


_INVENT = {
    entity: "surrogate" if "surrogate" in [one.value for one in possible] else "keep"
    for entity, (_, possible) in SPAN_CHOICES.items()
}
_SPANS_TREATED = Spans.of(frozenset(), {**_INVENT, "days": 30}, b"0123456789abcdef")


@settings(max_examples=100, deadline=None)
@given(_PIECES, st.sampled_from(_PLANTED[:3]), _PIECES)
def test_what_stands_between_findings_stays_byte_for_byte_when_they_are_invented_anew(
    before: str, planted: str, after: str
) -> None:
    text = f"{before} {planted} {after}"
    spans = find([text], layers=LIGHT)[0]
    scene = _SPANS_TREATED.scene([(text, spans)], 0, Around(["row"]))
    made = _SPANS_TREATED.treat(text, spans, scene)
    end = 0
    for span in spans:
        assert made.startswith(text[end : span.start])
        made = made.removeprefix(text[end : span.start])
        made = made.removeprefix(_SPANS_TREATED.instead(span.entity, text[span.start : span.end], scene))
        end = span.end
    assert made == text[end:]
    assert planted not in _SPANS_TREATED.treat(text, spans, scene)


def test_a_card_is_found_beside_the_month_it_ends_in_and_behind_another_number() -> None:
    for text in ("4111 1111 1111 1111 12/27 123", "2 4111-1111-1111-1111", "3782 822463 10005 06/28"):
        spans = find([text], by_form_alone=True)[0]
        assert [span.entity for span in spans][:1] == ["CREDIT_CARD"]
