"""One door for personal data in texts: all that is known, or what is told by its form alone."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise

import pytest

from generation.engine.pii import find
from generation.engine.pii.entities import CARD, CRF, EMAIL, LIST, PERSON, URL, Span, without_losers, without_overlaps
from generation.engine.pii.known import KnownValues

TEXT = "Anna Schmidt, anna@house.example, pays with 4111 1111 1111 1111"


def entities(text, **how):
    return [span.entity for span in find([text], **how)[0]]


def test_all_that_is_known_and_what_is_told_by_its_form_alone():
    assert entities(TEXT) == [PERSON, EMAIL, CARD]
    assert entities(TEXT, by_form_alone=True) == [EMAIL, CARD]


@pytest.mark.parametrize("by_form_alone", [True, False])
def test_spans_are_places_in_the_text_without_overlaps(by_form_alone):
    (found,) = find([f"{TEXT}, see https://house.example/anna@house.example"], by_form_alone=by_form_alone)
    assert all(one.end <= other.start for one, other in pairwise(found))
    (mail,) = [TEXT[span.start : span.end] for span in found if span.entity == EMAIL and span.end < len(TEXT)]
    assert mail == "anna@house.example"


def test_of_spans_that_overlap_the_first_given_is_kept():
    mail, within, after = Span(EMAIL, 4, 9, 1.0), Span(URL, 6, 12, 1.0), Span(CARD, 9, 12, 1.0)
    assert without_losers([mail, within, after]) == (mail, after)
    assert without_losers([within, mail, after]) == (within,)


def test_forms_are_found_without_presidio_or_any_numerical_library():
    code = (
        "import sys; from generation.engine.pii import find; find(['a@b.example'], by_form_alone=True);"
        "heavy = {'presidio_analyzer', 'spacy', 'phonenumbers', 'pandas', 'numpy'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_each_text_has_its_own_answer_in_the_order_asked():
    assert [bool(spans) for spans in find([TEXT, "nothing here", TEXT])] == [True, False, True]


def test_one_text_in_place_of_many_is_refused():
    with pytest.raises(TypeError):
        find(TEXT)


def test_a_join_keeps_every_voice_that_spoke():
    (joined,) = without_overlaps([Span(PERSON, 0, 4, 0.6, (LIST,)), Span(PERSON, 2, 9, 0.9, (CRF,))])
    assert joined == Span(PERSON, 0, 9, 0.9, (CRF, LIST))


@pytest.mark.parametrize("by_form_alone", [True, False])
def test_what_an_owner_overruled_is_left_out_unless_a_check_validates_it(by_form_alone):
    text = "version 192.0.2.7 and pay with 4111 1111 1111 1111"
    overruled = frozenset({"IP_ADDRESS", "CREDIT_CARD"})
    found = find([text], by_form_alone=by_form_alone, overruled=overruled)[0]
    assert [(span.entity, text[span.start : span.end]) for span in found] == [("CREDIT_CARD", "4111 1111 1111 1111")]


def test_a_known_value_is_found_whatever_was_overruled():
    known = KnownValues()
    known.add(["Robert Johnson"], PERSON)
    found = find(["we met Robert Johnson and Susan Miller"], known=known, overruled=frozenset({PERSON}))[0]
    assert [(span.entity, span.start) for span in found] == [(PERSON, 7)]
    assert "source" in found[0].found_by
