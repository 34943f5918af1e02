"""Seeded recall: invented people in copies of the owner's texts, and what the finder finds of them."""

from __future__ import annotations

import pytest

from generation.engine.pii.entities import EMAIL, LIGHT, PERSON
from generation.engine.pii.seeded import FEWEST, SeededRecall, seeded_recall

MAILS = [f"please write to person{number}@house.example today" for number in range(60)]


def test_addresses_that_a_form_tells_are_all_found_again() -> None:
    """60 of 60: Wilson's lower bound at 95 % is n / (n + 1.96^2) = 60 / 63.84 = .940."""
    (recall,) = seeded_recall(MAILS, 1, LIGHT)
    assert (recall.entity, recall.n, recall.share, recall.upper) == (EMAIL, 60, 1.0, 1.0)
    assert recall.lower == pytest.approx(0.940, abs=5e-4)


def test_fewer_than_enough_values_give_no_figure() -> None:
    assert seeded_recall(MAILS[: FEWEST - 1], 1, LIGHT) == ()


def test_the_order_of_texts_changes_nothing() -> None:
    assert seeded_recall(MAILS[::-1], 3, LIGHT) == seeded_recall(MAILS, 3, LIGHT)


def test_names_that_no_list_knows_lower_the_recall_of_the_lists() -> None:
    texts = [f"I spoke to Robert Johnson about parcel {number}" for number in range(200)]
    (recall,) = [one for one in seeded_recall(texts, 2, LIGHT) if one.entity == PERSON]
    assert isinstance(recall, SeededRecall)
    assert recall.lower < recall.share < 1.0
    assert recall.n == 200
