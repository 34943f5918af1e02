"""What an annotator may say, and what is missing from what they said."""

from __future__ import annotations

import pytest

from reviews.engine.reading.judgement import LONGEST_NOTE, REASONS, Decision, Judgement


def test_clean_needs_no_reason_and_a_flag_needs_one():
    assert Judgement("clean").faults() == []
    assert Judgement("leakage", ["near_copy"]).faults() == []
    assert Judgement("unrealistic", ["wrong_order", "harmful"]).faults() == []
    assert Judgement("leakage").faults() == ["Say why it is leakage: choose at least one reason."]
    assert Judgement("unrealistic").faults() == ["Say why it is unrealistic: choose at least one reason."]


@pytest.mark.parametrize("decision", ["", "dirty", "CLEAN"])
def test_another_decision_than_the_three_is_no_verdict(decision):
    assert Judgement(decision, ["near_copy"]).faults() == ["A verdict is clean, leakage or unrealistic."]


def test_a_reason_of_another_decision_is_refused_with_those_that_there_are():
    (said,) = Judgement("leakage", ["near_copy", "harmful"]).faults()
    assert said == ("Reasons for leakage are: direct_identifier, near_copy, memorised_text, rare_combination, secret.")
    assert Judgement("clean", ["near_copy"]).faults() == ["Reasons for clean are: none."]


def test_a_note_may_be_as_long_as_the_page_says_and_not_a_character_more():
    assert Judgement("clean", note="x" * LONGEST_NOTE).faults() == []
    assert Judgement("clean", note="x" * (LONGEST_NOTE + 1)).faults() == ["A note has at most 2,000 characters."]
    assert set(REASONS) == set(Decision)
