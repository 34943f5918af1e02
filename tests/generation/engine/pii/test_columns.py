"""Personal data in columns: shares over cells, label context, sampling, and no value in a finding."""

from __future__ import annotations

import random

import pytest

from generation.engine.pii.columns import SCAN_VALUES, find_pii
from generation.engine.pii.labels import label_words

NAMES = ["Robert", "Maria", "Wolfgang", "Giulia", "Pierre", "Katarzyna", "Ahmed", "Linda", "Susan", "Thomas"]


def entities(values: list[str], label: str = "c0", counts: list[int] | None = None) -> dict[str, float]:
    return {f.entity: f.share for f in find_pii(values, counts or [1] * len(values), label, seed=1)}


def test_the_share_counts_cells_not_distinct_values() -> None:
    found = entities(["a@b.org", "blue"], counts=[30, 10])
    assert found == {"EMAIL_ADDRESS": pytest.approx(0.75)}


def test_a_labelled_column_of_first_names_is_people() -> None:
    assert entities(NAMES, "first_name") == {"PERSON": 1.0}


def test_a_few_capitalised_classes_are_not_people() -> None:
    assert "PERSON" not in entities(["White", "Black", "Asian", "Other"], "group")


def test_countries_are_places_not_people() -> None:
    assert set(entities(["Germany", "France", "Jordan", "Chad", "Georgia"], "country")) == {"LOCATION"}


def test_a_label_lifts_a_number_that_could_be_many_things() -> None:
    numbers = ["078051120", "219099998", "457555462"]
    assert "US_SSN" not in entities(numbers, "amount")
    assert "US_SSN" in entities(numbers, "ssn")


def test_codes_that_pass_one_check_digit_by_chance_are_not_a_finding() -> None:
    rng = random.Random(3)
    codes = [f"{rng.randrange(10**9, 10**10)}" for _ in range(300)]
    assert not set(entities(codes, "ticket")) & {"UK_NHS", "CA_SIN", "IN_AADHAAR", "CREDIT_CARD"}


def test_numbers_of_invoices_are_no_phone_numbers() -> None:
    assert "PHONE_NUMBER" not in entities([f"INV/2024/{number:05d}" for number in range(300)], "document")
    assert "PHONE_NUMBER" in entities([f"(202) 555-{number:04d}" for number in range(300)], "reach")


def test_a_rare_find_in_free_text_is_reported_with_its_share() -> None:
    texts = [f"please look at case {i} for me soon" for i in range(99)] + ["please write to a.lee@mail.org about it"]
    assert entities(texts, "notes")["EMAIL_ADDRESS"] == pytest.approx(0.01)


def test_the_order_of_values_changes_nothing() -> None:
    values = [f"user{i}@mail.org" if i % 3 else f"thing {i}" for i in range(SCAN_VALUES + 500)]
    shuffled = random.Random(5).sample(values, len(values))
    assert find_pii(values, [1] * len(values), "x", 7) == find_pii(shuffled, [1] * len(values), "x", 7)


def test_long_columns_are_sampled_and_say_how_many_were_read() -> None:
    values = [f"user{i}@mail.org" for i in range(SCAN_VALUES + 1)]
    assert find_pii(values, [1] * len(values), "x", 7)[0].n_scanned == SCAN_VALUES


def test_an_empty_column_has_no_findings() -> None:
    assert find_pii([], [], "email", 1) == ()


@pytest.mark.parametrize("label", ["nameFirst", "first_name", "First name", "name-first"])
def test_a_label_is_read_as_words(label: str) -> None:
    assert label_words(label) == {"first", "name"}


def test_a_name_in_a_few_cells_is_told_of_these_cells_alone() -> None:
    found = entities(["ok", "ask Ann Lee", "ask Robert Smith"], "remark", counts=[95, 3, 2])
    assert found == {"PERSON": pytest.approx(0.05)}


@pytest.mark.parametrize("label", ["employer", "Arbeitgeber", "vendor name", "organisation"])
def test_firms_that_bear_names_are_no_people(label: str) -> None:
    firms = ["Baker Hughes", "Morgan Stanley", "Robert Bosch GmbH", "Smith & Sons", "Wells Fargo", "Johnson Controls"]
    assert "PERSON" not in entities(firms * 4, label)


def test_a_phone_number_that_somebody_wrote_in_a_few_cells_is_told() -> None:
    found = entities(["ok", "pls call me on 0171 2345678"], "comment", counts=[95, 5])
    assert found["PHONE_NUMBER"] == pytest.approx(0.05)


def test_a_column_of_russian_numbers_is_one_of_phones() -> None:
    assert entities([f"8 912 345-{n:02d}-{n * 7 % 100:02d}" for n in range(40)])["PHONE_NUMBER"] == 1.0
