"""What a column is to a person, and why: its label in several languages, its type, and what its values mean."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.minimisation.proposal import propose_plan
from generation.engine.profiling.meanings import meaning_of
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.profiling.table import profile_table

ROWS = 240


def column(values: object, label: str) -> ColumnProfile:
    return profile_table(pd.DataFrame({"c0": values}), {"c0": label}).columns[0]


def repeated(*values: object) -> list[object]:
    return [values[i % len(values)] for i in range(ROWS)]


@pytest.mark.parametrize("label", ["Geboren", "Geburtsdatum", "date_naissance", "fecha nacimiento", "DOB", "birthDate"])
def test_a_date_of_birth_is_quasi_identifying_in_any_of_these_languages_and_its_year_is_enough(label):
    days = pd.Series(pd.date_range("1950-01-01", periods=400, freq="17D"))
    profile = profile_table(pd.DataFrame({label: days}))
    assert profile.columns[0].role == "quasi"
    assert propose_plan(profile, "training").treatments[0].parameters["unit"] == "year"


@pytest.mark.parametrize(
    ("values", "role", "words"),
    [
        (("F", "M"), "quasi", "words for sex or gender"),
        (("ledig", "verheiratet", "geschieden"), "quasi", "words for marital status"),
        (("A+", "0-", "AB+", "B-"), "sensitive", "blood groups"),
        (("Hindu", "Muslim", "Christian", "none"), "sensitive", "names of religions"),
        (("C50.9", "E11", "I10", "J45.0", "F32.1", "M54.5", "E78"), "sensitive", "codes of diagnoses (ICD-10)"),
    ],
)
def test_values_that_speak_for_themselves_decide_where_the_label_says_nothing(
    values: tuple[str, ...], role: str, words: str
) -> None:
    found = column(repeated(*values), "c17")
    assert (str(found.role), found.meaning) == (role, words)
    assert words in found.why
    assert "its label does not say so" in found.why


@pytest.mark.parametrize(
    "values",
    [
        ["A", "B", "AB", "0"],  # grades of a test
        ["m", "d", "w"],  # minutes, days, weeks
        ["A11", "A12", "A13", "B21", "B22", "C31"],  # shelves
        ["A1.1", "B2.1", "C3.1", "D4.1", "E5.1", "F6.1"],  # one digit: versions
        ["none", "other", "unknown"],
        ["red", "green", "male"],
        ["married"],
    ],
)
def test_codes_of_shelves_grades_and_units_mean_nothing_by_themselves(values: list[str]) -> None:
    assert meaning_of(values) is None


@pytest.mark.parametrize(
    ("values", "label", "why"),
    [
        (
            [f"u{i}@mail.org" for i in range(ROWS)],
            "email",
            "email address in 100 % of values, as its label “email” says.",
        ),
        (
            [f"u{i}@mail.org" for i in range(ROWS)],
            "thing",
            "email address in 100 % of values, whatever its label “thing” says.",
        ),
        (
            np.linspace(900, 9000, ROWS),
            "monthly salary",
            "Its label says “salary”, which people keep to themselves; a measure with 240 different numbers.",
        ),
        (
            repeated("north", "south"),
            "City of birth",
            "Its label says “city”, which others know about a person; a category of 2 different values.",
        ),
        (
            np.linspace(0, 1, ROWS),
            "ratio",
            "A measure with 240 different numbers; neither its label nor its values point at a person.",
        ),
    ],
)
def test_the_reason_names_what_the_label_the_type_and_the_values_say(values: object, label: str, why: str) -> None:
    assert column(values, label).why.casefold() == why.casefold()
