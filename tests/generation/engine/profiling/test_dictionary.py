"""A data dictionary as people keep it, read and written; and the questions that only they can answer."""

from __future__ import annotations

import pytest

from generation.engine.errors import PlanError
from generation.engine.profiling.about import checked_answers, unanswered
from generation.engine.profiling.dictionary import read_dictionary, write_dictionary


@pytest.mark.parametrize(
    "text",
    [
        "column,description,unit,allowed\nage,At the interview,years,0 to 120\n",
        "Variable;Label;Units;Allowed values\nage;At the interview;years;0 to 120\n",
        "\ufeffName\tMeaning\tunit\trange\tremark\n\nage\tAt the interview\tyears\t0 to 120\told\n",
    ],
)
def test_a_dictionary_is_read_whatever_its_separator_and_its_words(text: str) -> None:
    assert read_dictionary(text) == {"age": {"description": "At the interview", "unit": "years", "allowed": "0 to 120"}}


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("age,years\n", "first line"),
        ("column,unit\nage,years,old\n", "Line 2 .* 3 cells"),
        ("column,unit\n,years\n", "Line 2 .* names no column"),
        ("column,unit\nage,years\nage,months\n", "Line 3 .* second time"),
        ("column,unit\n" + "a" * 200_000, "at most 200,000"),
    ],
)
def test_what_is_no_dictionary_is_refused_in_one_sentence(text: str, why: str) -> None:
    with pytest.raises(PlanError, match=why):
        read_dictionary(text)


def test_a_dictionary_that_was_written_is_read_as_it_was_and_holds_no_formula() -> None:
    said = [{"label": "a,b", "description": 'He said "no"', "unit": "€"}, {"label": "x", "description": "=1+1"}]
    written = write_dictionary(said)
    assert "\n=" not in written
    assert ",=1+1" not in written
    assert read_dictionary(written) == {
        "a,b": {"description": 'He said "no"', "unit": "€"},
        "x": {"description": "=1+1"},
    }


def test_answers_are_texts_to_questions_that_are_asked() -> None:
    assert checked_answers({"origin": " A census. ", "terms": "  "}) == {"origin": "A census."}
    assert "origin" not in [question.key for question in unanswered({"origin": "A census."})]
    for wrong in ({"colour": "red"}, {"origin": 3}, ["origin"], {"expires": "soon"}, {"origin": "x" * 2_001}):
        with pytest.raises(PlanError):
            checked_answers(wrong)
