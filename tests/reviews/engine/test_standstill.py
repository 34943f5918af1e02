"""A review at a standstill says who could go on, why they cannot, and what to do."""

from __future__ import annotations

from reviews.engine.standstill import Reason, Standstill, Task


def test_one_skip_by_the_only_annotator_is_said_in_one_sentence_with_what_to_do() -> None:
    found = Standstill(Task.JUDGE, 1, {Reason.SKIPPED: {1: "Ben"}})
    assert found.said == "1 record nobody here may judge, because Ben skipped it."
    assert found.remedy == "Ask Ben to take the skip back at the desk, or have one more person made an annotator."


def test_several_people_and_reasons_are_told_in_a_fixed_order() -> None:
    found = Standstill(
        Task.JUDGE, 2, {Reason.SKIPPED: {1: "Ben"}, Reason.PAUSED: {2: "Dora", 3: "Carl"}, Reason.PART: {4: "Ana"}}
    )
    assert found.said == (
        "2 records nobody here may judge, because Ana owns the dataset or asked for the run, Carl and Dora are paused "
        "and Ben skipped them."
    )
    assert found.remedy == (
        "Ask Ben to take the skip back at the desk, or speak to Carl and Dora and lift the pause, or have one more "
        "person made an annotator."
    )


def test_without_anybody_in_the_role_that_is_the_reason() -> None:
    assert (
        Standstill(Task.JUDGE, 78, {}).said == "78 records nobody here may judge, because nobody here is an annotator."
    )
    assert Standstill(Task.SIGN, 1, {}).said == "A release nobody here may sign, because nobody here is a steward."
    assert Standstill(Task.SIGN, 1, {}).remedy == "Have one more person made a steward."


def test_a_flag_and_a_signature_have_their_own_words() -> None:
    flag = Standstill(Task.SETTLE, 1, {Reason.RAISED: {1: "Ben"}, Reason.JUDGED: {2: "Bea"}})
    assert (
        flag.said == "1 leak flag nobody here may settle, because Ben raised it and Bea has judged its record already."
    )
    signature = Standstill(Task.SIGN, 1, {Reason.JUDGED: {3: "Cleo"}})
    assert signature.said == "A release nobody here may sign, because Cleo has judged records of it already."
