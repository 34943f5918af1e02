"""Spans inside texts: each kind as the plan says, and in agreement with the record they stand in."""

from __future__ import annotations

import re

import pandas as pd
import pytest

from generation.engine.minimisation.fitting import fit_plan
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.proposal import why_not_apply
from generation.engine.minimisation.spans import moved
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.pii.entities import Finding
from generation.engine.profiling.profile import ColumnProfile, GroupSizes, Spread, TableProfile
from generation.engine.schema import ColumnRole, Sdtype

KEY = b"0123456789abcdef"
IBAN = "DE89 3704 0044 0532 0130 00"
TEXT = f"Ann Lee called on 2024-03-05 from ann.lee@corp.example about {IBAN}, again on 2024-03-12."


def column(name: str, sdtype: Sdtype, role: ColumnRole, *entities: str) -> ColumnProfile:
    found = tuple(Finding(entity, 0.9, 0.9, 10) for entity in entities)
    return ColumnProfile(name, name, sdtype, 0, 1, Spread("categories"), 0.0, found, role, "")


PROFILE = TableProfile(
    (
        column("name", Sdtype.ID, ColumnRole.DIRECT, "PERSON"),
        column("mail", Sdtype.ID, ColumnRole.DIRECT, "EMAIL_ADDRESS"),
        column("note", Sdtype.TEXT, ColumnRole.SENSITIVE, "PERSON"),
    ),
    2,
    GroupSizes(2, 0.0, 0),
)
TABLE = pd.DataFrame(
    {
        "name": ["Ann Lee", "Bo Moss"],
        "mail": ["ann.lee@corp.example", "bo@corp.example"],
        "note": [TEXT, "bo moss asked for Ann Lee"],
    }
)


def plan(**how: str | int) -> Plan:
    return Plan(
        (
            Treatment("name", TreatmentKind.SURROGATE, {"style": "person"}),
            Treatment("mail", TreatmentKind.SURROGATE, {"style": "email"}),
            Treatment("note", TreatmentKind.REDACT, how),
        )
    )


def notes(**how: str | int) -> tuple[pd.DataFrame, list[str]]:
    made = fit_plan(TABLE, plan(**how), KEY, PROFILE).apply(TABLE)
    return made, made["note"].tolist()


def test_each_kind_goes_as_the_plan_says() -> None:
    _, (note, _) = notes(PERSON="mask", IBAN_CODE="mask", DATE_TIME="year", EMAIL_ADDRESS="hash")
    assert note.startswith("*** *** called on 2024 from <EMAIL_ADDRESS:")
    assert "about **** **** **** **** **** **, again on 2024." in note


def test_a_surrogate_in_a_text_is_that_of_the_records_own_columns() -> None:
    made, (first, second) = notes(PERSON="surrogate", EMAIL_ADDRESS="surrogate", IBAN_CODE="surrogate")
    ann, bo = made["name"]
    assert first.startswith(f"{ann} called on <DATE_TIME> from {made['mail'][0]} about DE")
    assert re.search(r"DE\d\d( \d{4}){4} \d\d,", first)
    assert IBAN not in first
    assert second == f"{bo.lower()} asked for {ann}"


def test_dates_of_a_text_move_together_and_stay_written_as_they_were() -> None:
    _, (note, _) = notes(DATE_TIME="shift", days=300)
    there = [pd.Timestamp(one) for one in re.findall(r"\d{4}-\d\d-\d\d", note)]
    assert (there[1] - there[0]).days == 7
    assert 1 <= abs((there[0] - pd.Timestamp("2024-03-05")).days) <= 300


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("2024-02-28", "2024-03-01"),
        ("28.02.2024", "01.03.2024"),
        ("28 February 2024", "1 March 2024"),
        ("February 28, 2024", "March 1, 2024"),
        ("3 Dec 1999", "5 Dec 1999"),
        ("next Tuesday", None),
        ("1999", None),
    ],
)
def test_a_date_in_words_or_digits_is_two_days_later(text: str, later: str | None) -> None:
    assert moved(text, 2) == later


def test_a_kind_that_names_people_is_not_kept_without_an_exception() -> None:
    assert why_not_apply(plan(DATE_TIME="keep"), PROFILE) == []
    refused = why_not_apply(plan(PERSON="keep"), PROFILE)
    assert "direct identifiers" in refused[0]
    assert why_not_apply(plan(PERSON="keep"), PROFILE, excepted={"note"}) == []


def test_a_secret_is_redacted_whatever_the_plan_keeps() -> None:
    table = TABLE.assign(note=["key AKIAIOSFODNN7EXAMPLE here", "nothing"])
    made = fit_plan(table, plan(OTHER="keep"), KEY, PROFILE, excepted={"note"}).apply(table)
    assert made["note"].tolist() == ["key <SECRET> here", "nothing"]


def test_a_title_is_never_invented() -> None:
    table = TABLE.assign(note=["ask Dr Ann Lee", "nothing"])
    made = fit_plan(table, plan(OTHER="surrogate"), KEY, PROFILE).apply(table)
    assert made["note"][0] == "ask <TITLE> <PERSON>"
