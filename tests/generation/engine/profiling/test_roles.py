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


@pytest.mark.parametrize(
    ("role", "labels"),
    [
        (
            "sensitive",
            "Gehalt Krankheit religione salaire maladie salario enfermedad reddito malattia doença loon ziekte "
            "sjukdom sygdom sykdom palkka sairaus wynagrodzenie choroba",
        ),
        (
            "quasi",
            "wiek idade edad Alter leeftijd płeć sukupuoli kjønn kön sexe fødselsdato syntymäaika geslacht lat "
            "longitude Breitengrad latitud kaupunki",
        ),
    ],
)
def test_what_a_label_says_of_a_person_is_read_in_ten_languages(role: str, labels: str) -> None:
    numbers = np.linspace(0.5, 40, ROWS)
    assert {label: str(column(numbers, label).role) for label in labels.split()} == dict.fromkeys(labels.split(), role)


@pytest.mark.parametrize(
    "label",
    ["password", "Passwort", "contraseña", "mot de passe", "senha", "wachtwoord", "hasło", "lösenord", "salasana",
     "username", "Benutzername", "nome utente", "handle", "screen name", "profile_url", "licence plate", "Kenteken"],
)  # fmt: skip
def test_what_somebody_logs_in_or_drives_with_is_direct_whatever_was_found_in_it(label: str) -> None:
    assert column(repeated("ab", "cd", "ef"), label).role == "direct"


def test_a_point_on_a_map_is_direct_and_a_rough_one_is_not() -> None:
    exact = [f"{52.4 + n / 1000:.4f}, {13.3 + n / 777:.4f}" for n in range(60)]
    assert column(exact * 4, "geo").role == "direct"
    assert column(repeated("52.4, 13.3", "48.1, 11.6"), "where").role == "other"
