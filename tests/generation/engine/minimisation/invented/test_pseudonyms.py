"""Who stands in each record: equal values stay equal, and what is of one person agrees."""

from __future__ import annotations

import unicodedata

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.errors import PlanError
from generation.engine.minimisation.fitting import Keys, fit_plan
from generation.engine.minimisation.invented.people import locale_of
from generation.engine.minimisation.limits import RARE, Masked, Rounded
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.profiling.profile import ColumnProfile, GroupSizes, Spread, TableProfile
from generation.engine.schema import ColumnRole, Sdtype

KEY = b"0123456789abcdef"
NAMES = ["Ann", "Bo", "Cleo", "Dan", "Eve", "Finn"]
SURNAMES = ["Lee", "Moss", "Nash", "Orr", "Pike"]


def minimised(
    table: pd.DataFrame, how: dict[str, tuple[Sdtype, TreatmentKind, dict]], keys=KEY, **more
) -> pd.DataFrame:
    columns = tuple(
        ColumnProfile(name, name, sdtype, 0, 1, Spread("categories"), 0.0, (), ColumnRole.OTHER, "")
        for name, (sdtype, _, _) in how.items()
    )
    plan = Plan(tuple(Treatment(name, kind, parameters) for name, (_, kind, parameters) in how.items()))
    profile = TableProfile(columns, len(table), GroupSizes(1, 0.0, 0))
    return fit_plan(table, plan, keys, profile, **more).apply(table)


def surrogate(style: str, **more: str) -> tuple[Sdtype, TreatmentKind, dict]:
    return Sdtype.ID, TreatmentKind.SURROGATE, {"style": style, **more}


def plain(name: str) -> str:
    return "".join(filter(str.isascii, unicodedata.normalize("NFKD", name))).lower()


people = st.lists(st.tuples(st.sampled_from(NAMES), st.sampled_from(SURNAMES)), min_size=1, max_size=25)


@settings(max_examples=40)
@given(people)
def test_name_parts_address_and_login_of_a_record_are_of_one_person(who: list[tuple[str, str]]) -> None:
    """Every name and surname stands for one other, wherever it stands; addresses and logins are one per person here."""
    table = pd.DataFrame(who, columns=["first", "last"])
    table["name"] = table["last"] + ", " + table["first"]
    table["mail"] = table["first"].str.lower() + "." + table["last"].str.lower() + "@corp.example"
    table["login"] = table["first"].str[0].str.lower() + table["last"].str.lower() + "7"
    styles = {"first": "first_name", "last": "last_name", "name": "person", "mail": "email", "login": "login"}
    made = minimised(table, {name: surrogate(style) for name, style in styles.items()})
    for before, after in zip(table.itertuples(), made.itertuples(), strict=True):
        assert after.name == f"{after.last}, {after.first}"
        assert after.mail.startswith(f"{plain(after.first)}.{plain(after.last)}"[:40])
        assert after.first != before.first
    for column in styles:
        assert (
            table[column].nunique() == made[column].nunique() == len(set(zip(table[column], made[column], strict=True)))
        )
    of_one = made.assign(who=table["login"]).drop_duplicates("who")
    assert all(plain(row.last) in row.login for row in of_one.itertuples())


def test_a_value_of_several_people_stays_one_value_and_the_order_of_rows_changes_nothing() -> None:
    table = pd.DataFrame(
        {"name": ["Ann Lee", "Bo Moss", "Ann Lee"], "mail": ["office@a.example"] * 2 + ["a@a.example"]}
    )
    how = {"name": surrogate("person"), "mail": surrogate("email")}
    made, turned = minimised(table, how), minimised(table.iloc[::-1], how).sort_index()
    pd.testing.assert_frame_equal(made, turned)
    assert made["name"][0] == made["name"][2]
    assert made["mail"][0] == made["mail"][1]


def test_names_are_of_the_country_that_most_of_the_values_speak_of() -> None:
    german = ["Jürgen Müller", "Heinz Schröder", "Günther Weiß", "Ursula Krüger", "Hannelore Bäcker", "Käthe Jäger"] * 5
    assert locale_of(["Ann Lee"]) == ""
    assert locale_of([f"{one.split()[0]} {two.split()[1]}" for one in german for two in german]) == "de_DE"
    assert locale_of(["Август Абрамов", "Авдей Абрамова"] + ["Борис Иванов", "Анна Петрова"] * 20) in {"", "ru_RU"}


def test_the_same_value_has_one_surrogate_in_all_datasets_of_an_owner_that_ask_for_it() -> None:
    table, owner = pd.DataFrame({"code": [f"K-{n:05d}" for n in range(40)]}), b"of the owner 16."
    one, other = Keys(b"of one dataset 16", owner), Keys(b"of another one 16", owner)
    apart = {"code": surrogate("code")}
    together = {"code": surrogate("code", within="owner")}
    assert not minimised(table, apart, one).equals(minimised(table, apart, other))
    assert minimised(table, together, one).equals(minimised(table, together, other))
    with pytest.raises(PlanError, match="16 bytes"):
        minimised(table, together, KEY)


def test_a_hash_is_as_long_as_asked_and_follows_from_value_and_key() -> None:
    table = pd.DataFrame({"code": ["a", "b", "a", None]})
    made = minimised(table, {"code": (Sdtype.ID, TreatmentKind.HASH, {"digits": 12})})["code"].tolist()
    assert (made[0], made[3]) == (made[2], None)
    assert len({*made[:2]}) == 2
    assert all(len(one) == 12 and int(one, 16) >= 0 for one in made[:3])
    assert (
        made != minimised(table, {"code": (Sdtype.ID, TreatmentKind.HASH, {"digits": 12})}, KEY[::-1])["code"].tolist()
    )


def test_a_mask_shows_last_signs_that_many_share_and_a_form_that_many_have() -> None:
    codes = pd.Series(["AB-1299"] * 3 + ["CD-3499"] * 2 + ["EF-5611", "a long one", None])
    assert Masked.fit(codes, last=2, k=5).apply(codes).tolist() == ["**-**99"] * 5 + ["**-****", RARE, None]


def test_numbers_are_rounded_to_the_nearest_multiple_and_tails_are_pulled_in() -> None:
    """14 and 15 apart, halves up; one lone 52 goes to the 20s that two records hold."""
    numbers = pd.Series([12, 14, 15, 24, 52])
    made = Rounded.fit(numbers, step=10.0, k=2).apply(numbers)
    assert made.tolist() == [10, 10, 20, 20, 20]
    assert made.dtype == numbers.dtype
    assert np.isnan(Rounded.fit(pd.Series([0.2, np.nan]), step=0.5, k=1).apply(pd.Series([np.nan]))[0])


@pytest.mark.parametrize(("alike", "groups"), [("record", 6), ("person", 3)])
def test_dates_of_a_record_or_person_move_together_so_that_the_days_between_stay(alike: str, groups: int) -> None:
    first = pd.to_datetime([f"2020-0{month}-05" for month in range(1, 7)])
    table = pd.DataFrame(
        {"who": ["a", "b", "c"] * 2, "came": first, "left": first + pd.to_timedelta(range(6), unit="D")}
    )
    moved = (Sdtype.DATETIME, TreatmentKind.SURROGATE, {"days": 3_000, "alike": alike})
    how = {"who": surrogate("code"), "came": moved, "left": moved}
    made = minimised(table, how, person="who")
    assert (made["left"] - made["came"]).equals(table["left"] - table["came"])
    assert (made["came"] - table["came"]).nunique() == groups
