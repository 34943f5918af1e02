"""dp_marginals: what it tells comes from paid looks alone, and it still tells what matters."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from benchmarks.audits.differential_privacy import Replayed, Weakened, audit
from generation.engine.errors import FitError
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.dp.contribution import at_most
from generation.engine.synthesizers.dp.marginals import DpMarginals
from generation.engine.synthesizers.dp.mechanism import Mechanism
from generation.engine.synthesizers.dp.network import from_root, onto_total, shrunk
from generation.engine.synthesizers.dp.numbers import _clear, find_cells, joined
from tests.generation.engine.synthesizers.tables import mixed_schema, mixed_table, table_with_one_unique_person

GENEROUS = 1e4


def private(table: pd.DataFrame, schema, **given) -> DpMarginals:
    parameters = validated(catalogue.cards()["dp_marginals"], given)
    return DpMarginals.fit(table, schema, parameters, 0, silent)


# ---- The guarantee ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("column", ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c8"])
def test_the_same_noisy_figures_give_the_same_model_whether_or_not_a_person_was_there(column):
    """The model is a function of what the mechanism told: nothing else of the records finds a way into it."""
    without = mixed_table().astype({"c8": object})
    person = table_with_one_unique_person().loc[[7]].astype(without.dtypes.to_dict())
    others = without.loc[[8]].assign(**{column: person[column].to_numpy()}).astype(without.dtypes.to_dict())
    seen = Weakened(10.0, 1.0)
    first = DpMarginals.fit_by(seen, without, mixed_schema(), 8, silent)
    with_person = pd.concat([without, others], ignore_index=True)
    again = DpMarginals.fit_by(Replayed(seen), with_person, mixed_schema(), 8, silent)
    assert first.left_out == again.left_out
    pd.testing.assert_frame_equal(first.sample(300, seed=1), again.sample(300, seed=1))


@pytest.mark.slow
def test_an_observer_who_knows_all_but_one_record_does_not_refute_the_stated_epsilon():
    assert audit(epsilon=1.0, fits=150).lower <= 1.0


@pytest.mark.slow
def test_the_same_observer_refutes_it_when_noise_is_twenty_times_too_small():
    assert audit(epsilon=1.0, fits=150, factor=20.0).lower > 1.0


def fitted_by(table: pd.DataFrame, bins: int) -> Mechanism:
    mechanism = Mechanism(rho=1.0, delta=1e-6)
    DpMarginals.fit_by(mechanism, table, mixed_schema(), bins, silent)
    return mechanism


@pytest.mark.parametrize(("rows", "bins"), [(60, 2), (60, 64), (900, 2), (900, 64)])
def test_no_table_makes_it_spend_more_than_its_budget(rows, bins):
    mechanism = fitted_by(mixed_table(rows), bins)
    assert 0 < mechanism.spent_rho <= 1.0 + 1e-6
    assert mechanism.spent_delta <= 1e-6


def test_where_the_columns_are_found_nearly_all_of_the_budget_is_used():
    """In a table of 60 records noise may hide most columns, and what would have linked them stays unspent."""
    assert fitted_by(mixed_table(900), 64).spent_rho > 0.95


def test_two_fits_with_the_same_seed_differ_because_noise_cannot_be_repeated():
    first, second = (private(mixed_table(), mixed_schema(), epsilon=10).sample(200, seed=1) for _ in range(2))
    assert not first.equals(second)


def test_the_notes_state_the_figures_and_what_is_not_covered():
    guarantee = private(mixed_table(), mixed_schema(), epsilon=10, delta=1e-5, records_per_person=2).notes[0]
    assert "epsilon 10 and delta 1e-05" in guarantee
    assert "2 at most" in guarantee
    assert "Not covered" in guarantee
    assert "anonym" not in guarantee


def test_only_the_first_records_of_each_person_stay_and_nobody_else_is_touched():
    table = pd.DataFrame({"who": ["a", "b", "a", None, "a", "b", None], "x": range(7)})
    assert at_most(table, "who", 2)["x"].tolist() == [0, 1, 2, 3, 5, 6]
    without_a = table[table["who"] != "a"].reset_index(drop=True)
    assert at_most(without_a, "who", 2)["x"].tolist() == [1, 3, 5, 6]


# ---- What it learns -----------------------------------------------------------------------------------------------


def linked_table(rows: int) -> pd.DataFrame:
    """Trade follows town; illness follows income; both strongly."""
    rng = np.random.default_rng(3)
    town = rng.integers(0, 4, rows)
    income = np.exp(rng.normal(7, 1, rows)).round(2)
    return pd.DataFrame(
        {
            "town": town.astype(str),
            "trade": np.where(rng.random(rows) < 0.9, town, rng.integers(0, 4, rows)).astype(str),
            "income": income,
            "ill": rng.random(rows) < np.where(income < 1096, 0.8, 0.2),
        }
    )


LINKED = (
    ColumnSpec("town", Sdtype.CATEGORICAL),
    ColumnSpec("trade", Sdtype.CATEGORICAL),
    ColumnSpec("income", Sdtype.NUMERICAL),
    ColumnSpec("ill", Sdtype.BOOLEAN, ColumnRole.TARGET),
)


def test_links_between_columns_and_to_the_target_survive_at_epsilon_three():
    sample = private(linked_table(5_000), LINKED, epsilon=3).sample(5_000, seed=1)
    # By the table's making: P(trade = town) = .9 + .1 / 4, P(ill | poor) = .8, P(ill | rich) = .2.
    assert (sample["town"] == sample["trade"]).mean() == pytest.approx(0.925, abs=0.06)
    assert sample.loc[sample["income"] < 900, "ill"].mean() == pytest.approx(0.8, abs=0.1)
    assert sample.loc[sample["income"] > 1400, "ill"].mean() == pytest.approx(0.2, abs=0.1)
    assert sample["income"].median() == pytest.approx(1096, rel=0.15)


def test_links_survive_without_a_target():
    schema = tuple(ColumnSpec(spec.name, spec.sdtype) for spec in LINKED)
    sample = private(linked_table(5_000), schema, epsilon=3).sample(5_000, seed=1)
    assert (sample["town"] == sample["trade"]).mean() == pytest.approx(0.925, abs=0.06)


def test_a_table_too_small_for_the_budget_is_refused_in_words():
    table = pd.DataFrame({"town": [f"town {number}" for number in range(40)]})
    with pytest.raises(FitError, match="Raise epsilon or add records"):
        private(table, (ColumnSpec("town", Sdtype.CATEGORICAL),), epsilon=0.1)


# ---- The parts ----------------------------------------------------------------------------------------------------


def test_nearest_counts_are_those_of_hand_arithmetic():
    # By columns: (3, 1, -2) to 2: take 1 from each, cut at zero. (5, 5, 0) to 6: take 2 from each, cut at zero.
    counts = np.array([[3.0, 5.0], [1.0, 5.0], [-2.0, 0.0]])
    assert onto_total(counts, np.array([2.0, 6.0])).tolist() == [[2, 3], [0, 3], [0, 0]]


def test_counts_that_differ_by_noise_alone_become_the_expected_ones():
    expected = np.full((4, 1), 100.0)
    assert shrunk(expected + np.array([[1.0], [-1.0], [2.0], [0.0]]), expected, sigma=10).tolist() == expected.tolist()
    apart = shrunk(expected + np.array([[900.0], [-90.0], [0.0], [0.0]]), expected, sigma=1)
    assert apart[0, 0] == pytest.approx(1000, rel=0.01)


def test_parents_come_before_their_columns_and_the_root_has_most_links():
    assert from_root(4, [(0, 1), (1, 2), (1, 3)]) == [(1, None), (0, 1), (2, 1), (3, 1)]


@pytest.mark.parametrize(
    "values",
    [
        np.repeat([-7.0, -1.0, 0.0, 2.0, 300.0], 400),
        np.repeat([1990.0, 1999.0, 2000.0, 2026.0], 400),
        np.repeat([-(2.0**40), 2.0**62], 900),
    ],
)
def test_whole_numbers_held_by_many_come_back_as_they_are_or_beside(values):
    cells, missing = find_cells(values, 1.0, 16, GENEROUS, Mechanism(GENEROUS, 0.0))
    assert missing == 0
    assert cells is not None
    drawn = cells.draw(np.arange(len(cells), dtype=np.int32), np.full(len(cells), 0.5), 1.0)
    distinct = np.unique(values)
    assert len(drawn) == len(distinct)
    assert np.allclose(drawn, distinct, rtol=0.002)
    assert cells.place_of(distinct).tolist() == list(range(len(distinct)))


def test_every_value_lies_in_a_cell_and_cells_ascend_without_overlap():
    values = np.random.default_rng(0).normal(0, 50, 5_000)
    cells, _ = find_cells(values, 0.0, 16, GENEROUS, Mechanism(GENEROUS, 0.0))
    assert cells is not None
    assert cells.holds(values, cells.place_of(values)).mean() > 0.99
    middles = cells.draw(np.arange(len(cells), dtype=np.int32), np.full(len(cells), 0.5), 0.0)
    assert (np.diff(middles) > 0).all()
    assert 14 <= joined(cells, 16)[-1] + 1 <= 20


def test_missing_values_are_counted_and_a_column_of_nothing_else_has_no_cells():
    cells, missing = find_cells(np.full(500, np.nan), 1.0, 16, 0.1, Mechanism(0.1, 0.0))
    assert cells is None
    assert missing == pytest.approx(500, abs=50)


def test_powers_of_two_that_noise_alone_fills_are_not_taken_for_values():
    """Six million cells of noise: 5 standard deviations are exceeded in one of 3.5 million."""
    rng = np.random.default_rng(0)
    found = sum(len(_clear(np.append(rng.normal(0, 1, 206), 100.0), 1.0)) - 1 for _ in range(30_000))
    assert found <= 8


def test_dates_stay_within_the_years_that_pandas_has():
    moments = pd.Series(pd.to_datetime(["1677-09-22", "2262-04-10"] * 300))
    sample = private(pd.DataFrame({"day": moments}), (ColumnSpec("day", Sdtype.DATETIME),)).sample(500, seed=1)
    assert sample["day"].dt.year.between(1678, 2261).all()
