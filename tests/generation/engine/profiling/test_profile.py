"""The profile of a table: kinds, roles, spreads and groups by hand, and never a cell value."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from generation.engine.profiling.grid import round_step
from generation.engine.profiling.groups import smallest_group
from generation.engine.profiling.profile import ColumnProfile, GroupSizes, TableProfile
from generation.engine.profiling.spread import spread_of_categories, spread_of_dates, spread_of_numbers
from generation.engine.profiling.table import profile_table
from generation.engine.schema import ColumnRole, Sdtype

ROWS = 240


def column(values: object, label: str = "thing", **asked: str) -> ColumnProfile:
    return profile_table(pd.DataFrame({"c0": values}), {"c0": label}, **asked).columns[0]


def repeated(*values: object) -> list[object]:
    return [values[i % len(values)] for i in range(ROWS)]


@pytest.mark.parametrize(
    ("values", "label", "sdtype"),
    [
        (np.linspace(0, 1, ROWS), "ratio", Sdtype.NUMERICAL),
        (repeated(2139, 90210, 60614), "zip_code", Sdtype.CATEGORICAL),
        (repeated(0, 1), "flag", Sdtype.CATEGORICAL),
        (repeated(True, False), "flag", Sdtype.BOOLEAN),
        (repeated(True, False, None), "flag", Sdtype.BOOLEAN),
        (pd.date_range("2020-01-01", periods=ROWS), "seen", Sdtype.DATETIME),
        (repeated("red", "green", "blue"), "colour", Sdtype.CATEGORICAL),
        ([f"K{i:05d}Z" for i in range(ROWS)], "ref", Sdtype.ID),
        (list(range(1000, 1000 + ROWS)), "x", Sdtype.ID),
        ([f"the parcel {i} came late and was wet" for i in range(ROWS)], "remark", Sdtype.TEXT),
        ([4_155_550_100 + 7 * i for i in range(ROWS)], "phone", Sdtype.ID),
        ([None] * ROWS, "empty", Sdtype.CATEGORICAL),
    ],
)
def test_the_kind_of_a_column_follows_from_its_values_and_label(values: object, label: str, sdtype: Sdtype) -> None:
    assert column(values, label).sdtype is sdtype


@pytest.mark.parametrize(
    ("values", "label", "role"),
    [
        ([f"u{i}@mail.org" for i in range(ROWS)], "contact", ColumnRole.DIRECT),
        ([f"K{i:05d}Z" for i in range(ROWS)], "ref", ColumnRole.DIRECT),
        (pd.date_range("1950-01-01", periods=ROWS), "birth_date", ColumnRole.QUASI),
        (repeated("F", "M"), "gender", ColumnRole.QUASI),
        (np.linspace(900, 9000, ROWS), "monthly salary", ColumnRole.SENSITIVE),
        ([f"the parcel {i} of Robert Johnson was wet" for i in range(ROWS)], "remark", ColumnRole.SENSITIVE),
        (repeated("red", "green", "blue"), "colour", ColumnRole.OTHER),
    ],
)
def test_the_proposed_role_says_what_a_column_gives_away(values: object, label: str, role: ColumnRole) -> None:
    proposed = column(values, label)
    assert proposed.role is role
    assert proposed.why.endswith(".")


def test_target_and_person_are_taken_at_their_word() -> None:
    assert column(repeated("F", "M"), "gender", target="c0").role is ColumnRole.TARGET
    assert column(repeated("a", "b"), "group", person="c0").role is ColumnRole.DIRECT


def test_missing_and_distinct_are_counted() -> None:
    profiled = column(["a", None, "b", "a", None])
    assert (profiled.missing, profiled.distinct) == (2, 2)


def test_groups_by_hand() -> None:
    """(x,1) three times, (y,1) once, (y, missing) twice: k = 1, one of six records unique, six in groups under 5."""
    table = pd.DataFrame({"a": ["x", "x", "x", "y", "y", "y"], "b": [1, 1, 1, 1, None, None], "c": range(6)})
    assert smallest_group(table, ["a", "b"]) == GroupSizes(1, pytest.approx(1 / 6), 6)
    assert smallest_group(table, ["a"]) == GroupSizes(3, 0.0, 6)
    assert smallest_group(table, []) == GroupSizes(6, 0.0, 0)
    assert smallest_group(table.iloc[:0], ["a"]) == GroupSizes(0, 0.0, 0)


def test_categories_are_counts_without_names_and_rare_ones_are_folded() -> None:
    spread = spread_of_categories(np.array([4, 90, 7, 1]))
    assert (spread.counts, spread.folded) == ((90, 7), 5)


def test_a_far_value_marks_a_heavy_tail_and_stays_inside_the_last_bin() -> None:
    spread = spread_of_numbers(pd.Series([*range(1000), 10_000]))
    assert spread.heavy_tail
    assert sum(spread.counts) == 1001
    assert spread.edges[-1] <= 1000


@settings(max_examples=60)
@given(st.lists(st.floats(-1e9, 1e9), min_size=1, max_size=60))
def test_a_histogram_counts_every_number_in_at_most_twenty_bins(numbers: list[float]) -> None:
    spread = spread_of_numbers(pd.Series(numbers))
    assert sum(spread.counts) == len(numbers)
    assert 1 <= len(spread.counts) <= 20
    assert len(spread.edges) == len(spread.counts) + 1


@given(st.floats(1e-9, 1e12))
def test_a_round_step_is_the_next_of_1_2_5_times_a_power_of_ten(width: float) -> None:
    step = round_step(width)
    assert width * (1 - 1e-6) <= step <= 2.5 * width * (1 + 1e-6)
    assert f"{step:e}"[0] in "125"


def test_dates_have_iso_edges_and_whole_days() -> None:
    spread = spread_of_dates(pd.Series(pd.date_range("2000-01-01", "2001-12-31")))
    assert sum(spread.counts) == 731
    assert all(len(str(edge)) == 10 for edge in spread.edges)


@pytest.fixture(scope="module")
def table() -> pd.DataFrame:
    rng = np.random.default_rng(4)
    return pd.DataFrame(
        {
            "c0": [f"Canaryname{i}q Zebrawing" for i in range(ROWS)],
            "c1": [f"canary{i}q@zebrawing.org" for i in range(ROWS)],
            "c2": rng.integers(18, 90, ROWS),
            "c3": pd.Timestamp("1950-03-07") + pd.to_timedelta(rng.integers(0, 9000, ROWS), unit="D"),
            "c4": [f"zebrawing {i % 3}q" for i in range(ROWS)],
            "c5": [f"the zebrawing canary{i}q parcel came late" for i in range(ROWS)],
            "c6": [None if i % 5 else True for i in range(ROWS)],
        }
    )


LABELS = {"c0": "name", "c1": "email", "c2": "age", "c3": "birth", "c4": "kind", "c5": "notes", "c6": "ok"}


def test_no_cell_value_is_in_a_profile(table: pd.DataFrame) -> None:
    text = json.dumps(profile_table(table, LABELS).as_json()).lower()
    assert "canary" not in text
    assert "zebrawing" not in text


def test_the_order_of_rows_changes_nothing(table: pd.DataFrame) -> None:
    shuffled = table.sample(frac=1, random_state=2)
    assert profile_table(shuffled, LABELS, seed=3) == profile_table(table, LABELS, seed=3)


def test_a_profile_reads_back_from_its_json(table: pd.DataFrame) -> None:
    profile = profile_table(table, LABELS, target="c4")
    assert TableProfile.from_json(json.loads(json.dumps(profile.as_json()))) == profile


def test_progress_counts_the_columns(table: pd.DataFrame) -> None:
    told: list[tuple[str, int, int]] = []
    profile_table(table, LABELS, progress=lambda *at: told.append(at))
    assert ("profiling column", 7, 7) in told
    assert told[-2:] == [("measuring what is found in texts", 0, 1), ("measuring what is found in texts", 1, 1)]


@pytest.mark.parametrize("rows", [0, 1, 30])
def test_a_table_of_few_rows_is_profiled(table: pd.DataFrame, rows: int) -> None:
    assert profile_table(table.head(rows), LABELS).rows == rows


def test_mixed_cells_and_infinities_are_profiled() -> None:
    mixed = pd.DataFrame({"c0": [1, "a", 2.5, None], "c1": [1.0, np.inf, -np.inf, np.nan]})
    assert [c.distinct for c in profile_table(mixed, {}).columns] == [3, 3]


def test_notes_in_a_script_without_spaces_are_free_text_and_are_read() -> None:
    notes = [f"お客様{n}から電話がありました。折り返しは090-1234-{n:04d}までお願いします。" for n in range(60)]
    found = profile_table(pd.DataFrame({"notes": notes})).columns[0]
    assert found.sdtype is Sdtype.TEXT
    assert found.holds_people
