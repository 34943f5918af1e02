"""Columns in which some cells alone point at a person: none of these comes out in clear, whatever the column is."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from generation.engine.minimisation.effect.report import report_minimisation
from generation.engine.minimisation.fitting import fit_plan
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.proposal import propose_plan, why_not_apply
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.pii.entities import PERSON
from generation.engine.profiling.profile import TableProfile
from generation.engine.profiling.table import profile_table
from generation.engine.schema import ColumnRole

KEY = b"a key of sixteen"
CUSTOMERS, ROWS_EACH = 60, 8


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    """Sixty customers with eight rows each; four of them left their address in the comments."""
    rows = [
        {
            "comment": f"pls mail zebra{who}@wing.net" if who % 15 == 0 else "ok",
            "password": f"Zq7!wing{who:02d}x",
            "username": f"zebra_wing{who}",
            "geo": f"{52.4 + who / 1000:.4f},{13.3 + who / 777:.4f}",
            "paid": float(who),
        }
        for who in range(CUSTOMERS)
        for _ in range(ROWS_EACH)
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def profile(table: pd.DataFrame) -> TableProfile:
    return profile_table(table)


def test_the_proposal_takes_out_what_was_found_in_a_few_cells_and_the_report_agrees(
    table: pd.DataFrame, profile: TableProfile
) -> None:
    plan = propose_plan(profile, "training")
    treatment = plan.treatment_of("comment")
    assert treatment is not None
    assert treatment.kind is TreatmentKind.REDACT
    assert "7 %" in treatment.why
    assert why_not_apply(plan, profile) == []
    after = fit_plan(table, plan, KEY, profile).apply(table)
    assert set(after["comment"]) == {"ok", "pls mail <EMAIL_ADDRESS>"}
    assert report_minimisation(table, after, profile).direct_left == ()


@pytest.mark.parametrize("kind", ["keep", "suppress_rare", "tidy", "generalise"])
def test_a_few_cells_that_point_at_people_stop_a_plan_and_count_as_left(
    table: pd.DataFrame, profile: TableProfile, kind: str
) -> None:
    kept = [Treatment(column.name, TreatmentKind.DROP) for column in profile.columns if column.name != "comment"]
    plan = Plan((*kept, Treatment("comment", TreatmentKind(kind))))
    assert "direct identifiers" in " ".join(why_not_apply(plan, profile))
    assert why_not_apply(plan, profile, excepted={"comment"}) == []
    assert report_minimisation(table, table[["comment"]], profile).direct_left == ("comment",)


def test_a_target_with_a_few_people_in_it_is_proposed_without_them(table: pd.DataFrame) -> None:
    profile = profile_table(table, target="comment")
    plan = propose_plan(profile, "training", "comment")
    assert why_not_apply(plan, profile) == []
    assert "zebra" not in fit_plan(table, plan, KEY, profile).apply(table)["comment"].str.cat()


def test_passwords_logins_and_points_on_a_map_do_not_pass_because_a_person_has_many_records(
    table: pd.DataFrame, profile: TableProfile
) -> None:
    after = fit_plan(table, propose_plan(profile, "training"), KEY, profile).apply(table)
    assert not {"password", "username", "geo"} & set(after.columns)
    invented = fit_plan(table, propose_plan(profile, "testing"), KEY, profile).apply(table)
    for name in {"password", "username", "geo"} & set(invented.columns):
        assert not set(invented[name]) & set(table[name])


def mails(given: ColumnRole | None = None, overruled: bool = False) -> TableProfile:
    found = profile_table(
        pd.DataFrame({"c0": [f"zebra{n}@wing.net" for n in range(90)], "c1": ["a", "b", "c"] * 30}),
        {"c0": "thing"},
        overruled={"c0": frozenset({"EMAIL_ADDRESS"})} if overruled else None,
    )
    first, *rest = found.columns
    return replace(found, columns=(first.given(given) if given else first, *rest))


@pytest.mark.parametrize("role", [ColumnRole.OTHER, ColumnRole.QUASI, ColumnRole.SENSITIVE, ColumnRole.TARGET])
def test_another_role_does_not_let_a_direct_identifier_pass(role: ColumnRole) -> None:
    profile, table = mails(role), pd.DataFrame({"c0": [f"zebra{n}@wing.net" for n in range(90)], "c1": ["a"] * 90})
    keep = Plan(tuple(Treatment(name, TreatmentKind.KEEP) for name in ("c0", "c1")))
    assert len(why_not_apply(keep, profile)) == 1
    assert why_not_apply(keep, profile, excepted={"c0"}) == []
    assert report_minimisation(table, table, profile).direct_left == ("c0",)


def test_an_overruled_finding_lets_its_column_pass() -> None:
    keep = Plan(tuple(Treatment(name, TreatmentKind.KEEP) for name in ("c0", "c1")))
    assert why_not_apply(keep, mails(ColumnRole.OTHER, overruled=True)) == []


@pytest.mark.parametrize("label", ["customer_no", "order"])
def test_a_number_that_was_given_out_is_not_kept_because_its_role_was_changed(label: str) -> None:
    codes = profile_table(pd.DataFrame({"c0": [f"KD-{n:06d}" for n in range(400)]}), {"c0": label})
    reset = replace(codes, columns=(codes.columns[0].given(ColumnRole.OTHER),))
    assert len(why_not_apply(Plan((Treatment("c0", TreatmentKind.KEEP),)), reset)) == 1


def test_redacting_is_no_treatment_of_a_column_of_names() -> None:
    names = profile_table(pd.DataFrame({"name": ["Ann Lee", "Bo Moss", "Cy Young", "Maria Garcia"] * 30}))
    assert names.columns[0].entity == PERSON
    assert len(why_not_apply(Plan((Treatment("name", TreatmentKind.REDACT),)), names)) == 1
