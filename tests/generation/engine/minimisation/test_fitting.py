"""A fitted plan on tables: answers by hand, laws, and a report without values."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.errors import PlanError
from generation.engine.minimisation.effect.report import report_minimisation
from generation.engine.minimisation.fitting import fit_plan
from generation.engine.minimisation.limits import RARE, Binned, Clamped, Supported, Truncated
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.proposal import propose_plan
from generation.engine.minimisation.spans import Around, Spans
from generation.engine.minimisation.tidying import Tidied
from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind
from generation.engine.pii.known import KnownValues
from generation.engine.profiling.profile import TableProfile
from generation.engine.profiling.table import profile_table
from generation.engine.schema import Sdtype

KEY = b"a key of sixteen"
ROWS = 300
LABELS = {
    "c0": "name",
    "c1": "email",
    "c2": "age",
    "c3": "birth date",
    "c4": "zip",
    "c5": "notes",
    "c6": "colour",
    "c7": "member id",
    "c8": "income",
    "c9": "outcome",
}


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(11)
    who = [f"Canaryname{i}q Zebrawing" for i in range(ROWS)]
    mixed = pd.DataFrame(
        {
            "c0": who,
            "c1": [f"canary{i}q@zebrawing.org" for i in range(ROWS)],
            "c2": rng.integers(18, 90, ROWS),
            "c3": pd.Timestamp("1950-03-07") + pd.to_timedelta(rng.integers(0, 9000, ROWS), unit="D"),
            "c4": rng.choice(["02139", "02141", "90210", "60614"], ROWS),
            "c5": [f"call {name} about parcel {i} at +44 20 7946 {1000 + i}" for i, name in enumerate(who)],
            "c6": ["red", "green", "blue"] * (ROWS // 3 - 1) + ["red", "mauve", "teal"],
            "c7": np.arange(5000, 5000 + ROWS),
            "c8": np.append(rng.normal(3000, 100, ROWS - 1), 90_000.0),
            "c9": rng.choice([True, False], ROWS),
        }
    )
    mixed.loc[3, ["c0", "c5", "c6"]] = None
    mixed.loc[4, "c3"] = pd.NaT
    mixed.loc[5, "c8"] = np.nan
    return mixed


@pytest.fixture(scope="module")
def profile(table: pd.DataFrame) -> TableProfile:
    return profile_table(table, LABELS, target="c9")


@pytest.fixture(scope="module")
def plan(profile: TableProfile) -> Plan:
    return propose_plan(profile, "train a model", "c9")


def test_numbers_become_the_middle_of_their_bin_and_tails_are_folded() -> None:
    """Ages 20..29 six times, 30s five times, one of 47: with k = 5 the lone 40s bin folds into the 30s."""
    ages = pd.Series([20, 21, 22, 25, 28, 29, 31, 33, 35, 37, 38, 47])
    fitted = Binned.fit(ages, width=10.0, k=5)
    assert fitted.apply(ages).tolist() == [25] * 6 + [35] * 6
    assert fitted.apply(ages).dtype == ages.dtype
    assert fitted.apply(pd.Series([3, 99])).tolist() == [25, 35]


def test_fractions_are_binned_at_the_half_width_and_missing_stays_missing() -> None:
    numbers = pd.Series([0.1, 0.4, 0.6, np.nan])
    treated = Binned.fit(numbers, width=0.5, k=1).apply(numbers)
    assert treated.tolist()[:3] == [0.25, 0.25, 0.75]
    assert np.isnan(treated[3])


@pytest.mark.parametrize(
    ("unit", "first"),
    [("decade", "1980"), ("year", "1987"), ("quarter", "1987-04"), ("month", "1987-05"), ("day", "1987-05-23")],
)
def test_a_date_becomes_the_first_day_of_its_period(unit: str, first: str) -> None:
    dates = pd.Series([pd.Timestamp("1987-05-23 14:05"), pd.NaT])
    treated = Truncated.fit(dates, unit=unit, k=1).apply(dates)
    assert treated[0] == pd.Timestamp(np.datetime64(first, "D"))
    assert pd.isna(treated[1])


def test_years_of_birth_held_by_too_few_fold_into_the_nearest_supported_year() -> None:
    years = [1920, 1950, 1950, 1951, 1951, 1951, 1999]
    dates = pd.Series([pd.Timestamp(f"{year}-06-01") for year in years])
    treated = Truncated.fit(dates, unit="year", k=2).apply(dates)
    assert treated.dt.year.tolist() == [1950, 1950, 1950, 1951, 1951, 1951, 1951]


def test_extremes_are_pulled_in_to_quantiles_of_the_training_records() -> None:
    fitted = Clamped.fit(pd.Series(np.arange(101.0)), lower=0.1, upper=0.9)
    assert fitted.apply(pd.Series([-5.0, 50.0, 500.0])).tolist() == [10.0, 50.0, 90.0]


def test_rare_and_unseen_categories_become_one_and_missing_stays_missing() -> None:
    fitted = Supported.fit(pd.Series(["a"] * 5 + ["b"] * 4), k=5)
    assert fitted.apply(pd.Series(["a", "b", "z", None])).tolist() == ["a", RARE, RARE, None]


def test_spellings_become_the_commonest_one_and_count_together() -> None:
    training = pd.Series([*["USA"] * 4, *["usa"] * 2, "USA ", " new  york", "New York", "New York", "Peru", None])
    tidy = Tidied.fit(training, k=3)
    written = tidy.apply(pd.Series(["uSa", "NEW YORK", "Peru", "peru ", "Chad", None])).tolist()
    assert written == ["USA", "New York", RARE, RARE, RARE, None]
    assert Tidied.fit(training, k=1).apply(pd.Series(["peru ", " Chad "])).tolist() == ["Peru", "Chad"]


def test_a_code_keeps_its_first_characters() -> None:
    codes = pd.Series(["02139", "02141", "90210"])
    assert Supported.fit(codes, k=2, prefix=3).apply(codes).tolist() == ["021**", "021**", RARE]


def test_numbers_as_categories_become_text_without_a_decimal_point() -> None:
    codes = pd.Series([1.0, 1.0, 2.0, np.nan])
    assert Supported.fit(codes, k=2).apply(codes).tolist() == ["1", "1", RARE, None]


@settings(max_examples=50)
@given(
    st.lists(st.integers(-1000, 1000), min_size=10, max_size=80), st.integers(1, 5), st.sampled_from([1.0, 7.0, 50.0])
)
def test_the_outermost_bins_hold_at_least_k_training_records(numbers: list[int], k: int, width: float) -> None:
    training = pd.Series(numbers)
    treated = Binned.fit(training, width=width, k=k).apply(training)
    counts = treated.value_counts().sort_index()
    assert min(counts.iloc[0], counts.iloc[-1]) >= k


def test_equal_bytes_come_from_equal_tables(table: pd.DataFrame, plan: Plan, profile: TableProfile) -> None:
    fitted = fit_plan(table, plan, KEY, profile)
    pd.testing.assert_frame_equal(fitted.apply(table), fitted.apply(table))


def test_the_order_of_rows_changes_nothing(table: pd.DataFrame, plan: Plan, profile: TableProfile) -> None:
    shuffled = table.sample(frac=1, random_state=3)
    there = fit_plan(shuffled, plan, KEY, profile).apply(shuffled).sort_index()
    pd.testing.assert_frame_equal(there, fit_plan(table, plan, KEY, profile).apply(table))


def test_limits_come_from_training_records_alone(table: pd.DataFrame, plan: Plan, profile: TableProfile) -> None:
    training, holdout = table.iloc[:200], table.iloc[200:]
    fitted = fit_plan(training, plan, KEY, profile)
    alone = fitted.apply(holdout.drop(columns="c5").assign(c5=None))
    together = fitted.apply(table.assign(c5=None)).loc[holdout.index]
    pd.testing.assert_frame_equal(alone, together)


def test_no_identifier_of_the_source_is_left_anywhere(table: pd.DataFrame, plan: Plan, profile: TableProfile) -> None:
    written = fit_plan(table, plan, KEY, profile).apply(table).to_csv().lower()
    assert "canary" not in written
    assert "zebrawing" not in written
    assert "7946" not in written


def test_surrogates_keep_equal_values_equal_and_change_every_value(table: pd.DataFrame, profile: TableProfile) -> None:
    doubled = pd.concat([table, table], ignore_index=True)
    plan = propose_plan(profile, "testing", "c9")
    treated = fit_plan(doubled, plan, KEY, profile).apply(doubled)
    for name in ("c0", "c1", "c7"):
        assert treated[name].iloc[:ROWS].tolist() == treated[name].iloc[ROWS:].tolist()
        assert not (treated[name] == doubled[name]).any()
    assert pd.api.types.is_integer_dtype(treated["c7"])


def test_the_report_counts_what_changed(table: pd.DataFrame, plan: Plan, profile: TableProfile) -> None:
    after = fit_plan(table, plan, KEY, profile).apply(table)
    report = report_minimisation(table, after, profile)
    changes = {change.name: change for change in report.columns}
    assert report.direct_left == ()
    assert changes["c7"].dropped
    assert changes["c1"].changed == ROWS
    assert changes["c0"].changed == ROWS - 1
    assert changes["c9"].changed == 0
    assert changes["c6"].changed == 2
    assert (changes["c6"].missing_before, changes["c6"].missing_after) == (1, 1)
    assert report.groups_after.unique_share <= report.groups_before.unique_share
    text = json.dumps(report.as_json()).lower()
    assert "canary" not in text
    assert "zebrawing" not in text


def test_a_table_left_as_it_was_is_reported_as_such(table: pd.DataFrame, profile: TableProfile) -> None:
    report = report_minimisation(table, table, profile)
    assert all(change.changed == 0 for change in report.columns)
    assert {"c0", "c1", "c5", "c7"} <= set(report.direct_left)


def test_a_plan_that_leaves_an_identifier_is_refused_without_a_value(
    table: pd.DataFrame, profile: TableProfile
) -> None:
    keep = Plan(tuple(Treatment(name, TreatmentKind.KEEP) for name in table.columns))
    with pytest.raises(PlanError) as refused:
        fit_plan(table, keep, KEY, profile)
    assert "canary" not in refused.value.sentence.lower()


def test_a_short_key_and_a_missing_column_are_refused(table: pd.DataFrame, plan: Plan, profile: TableProfile) -> None:
    with pytest.raises(PlanError, match="16 bytes"):
        fit_plan(table, plan, b"short", profile)
    with pytest.raises(PlanError, match="lacks a column"):
        fit_plan(table.drop(columns="c2"), plan, KEY, profile)


@pytest.mark.parametrize("rows", [1, 6])
def test_a_few_rows_and_none_can_be_minimised(
    table: pd.DataFrame, plan: Plan, profile: TableProfile, rows: int
) -> None:
    fitted = fit_plan(table.head(rows), plan, KEY, profile)
    assert len(fitted.apply(table.head(rows))) == rows
    assert len(fitted.apply(table.head(0))) == 0


def test_dates_moved_stay_dates() -> None:
    dates = pd.DataFrame({"c0": [pd.Timestamp("2020-02-03 10:00"), pd.NaT] * 3, "c1": [True, False] * 3})
    profile = profile_table(dates, {"c0": "seen", "c1": "ok"})
    plan = Plan((Treatment("c0", TreatmentKind.SURROGATE, {"days": 5}), Treatment("c1", TreatmentKind.KEEP)))
    moved = fit_plan(dates, plan, KEY, profile).apply(dates)["c0"]
    assert 1 <= abs((moved[0] - dates["c0"][0]).days) <= 5
    assert moved[0].hour == 10
    assert moved.isna().tolist() == [False, True] * 3


def test_texts_are_read_in_steps_that_are_told_and_every_text_keeps_its_row():
    said = ["please call Anna Schmidt", "nothing to tell", "please call Peter Jones today"]
    rows = 2_500
    texts = pd.Series([said[at % 3] for at in range(rows)], index=range(rows, 0, -1))
    told: list[tuple[int, int]] = []
    redacted = {one.name: one.default for one in TREATMENTS[TreatmentKind.REDACT].parameters_for(Sdtype.TEXT)}
    found = Spans.of(frozenset(), redacted, KEY).apply(
        texts,
        KnownValues(),
        Around(()),
        lambda words, done, of: told.append((done, of)) if words == "reading texts" else None,
    )
    written = ["please call <PERSON>", "nothing to tell", "please call <PERSON> today"]
    assert found.tolist() == [written[at % 3] for at in range(rows)]
    assert found.index.equals(texts.index)
    assert told == [(0, rows), (2_000, rows)]
