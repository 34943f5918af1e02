"""PAR: persons with several records each, what it keeps of them, and tables it refuses."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.errors import FitError
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.sequences import par
from generation.engine.synthesizers.sequences.sequences import sequences_of
from tests.generation.engine.synthesizers import object_graph
from tests.generation.engine.synthesizers.tables import mixed_schema, mixed_table

SCHEMA = (
    ColumnSpec("who", Sdtype.ID),
    ColumnSpec("sex", Sdtype.CATEGORICAL),
    ColumnSpec("day", Sdtype.DATETIME),
    ColumnSpec("state", Sdtype.CATEGORICAL),
    ColumnSpec("sum", Sdtype.NUMERICAL),
    ColumnSpec("visit", Sdtype.ID),
)
WEEK = 7


def visits(persons: int = 300, seed: int = 0) -> pd.DataFrame:
    """Two to six visits a week apart; the state goes a, b, a, b ..., and a visit in b costs ten more."""
    rng = np.random.default_rng(seed)
    counts = rng.integers(2, 7, persons)
    who = np.repeat(np.arange(persons), counts)
    place = np.arange(len(who)) - np.repeat(np.cumsum(counts) - counts, counts)
    state = (place + rng.integers(0, 2, persons)[who]) % 2
    table = pd.DataFrame(
        {
            "who": [f"P{number:04d}" for number in who],
            "sex": np.array(["f", "m"])[rng.integers(0, 2, persons)[who]],
            "day": pd.Timestamp("2024-01-01")
            + pd.to_timedelta(rng.integers(0, 300, persons)[who] + WEEK * place, unit="D"),
            "state": np.array(["a", "b"])[state],
            "sum": np.round(rng.normal(20, 1, len(who)) + 10 * state, 2),
            "visit": np.arange(len(who)),
        }
    )
    return table.sample(frac=1, random_state=seed).reset_index(drop=True)


def learned(table: pd.DataFrame, schema=SCHEMA, progress=silent, **parameters) -> par.Par:
    values = validated(catalogue.cards()["par"], parameters)
    return par.Par.fit(table, schema, values, 1, progress)


@pytest.fixture(scope="module")
def model() -> par.Par:
    return learned(visits(), epochs=40)


def test_records_of_a_person_are_sorted_and_split_into_what_stays_and_what_changes():
    found = sequences_of(visits(), SCHEMA)
    assert found.person_column == "who"
    assert [spec.name for spec in found.persons_schema] == ["sex", "length", "start"]
    assert [spec.name for spec in found.records_schema] == ["state", "sum", "visit", "step"]
    assert len(found.persons) == 300
    assert found.persons["length"].between(2, 6).all()
    assert set(found.records["step"]) == {WEEK}


def test_a_sample_has_the_columns_and_types_of_the_table_and_as_many_records_as_asked(model):
    sample = model.sample(501, seed=3)
    assert list(sample.columns) == [spec.name for spec in SCHEMA]
    assert len(sample) == 501
    assert sample.dtypes.to_dict() == visits().dtypes.to_dict()


def test_what_stays_the_same_for_a_person_does(model):
    sample = model.sample(1000, seed=4)
    assert (sample.groupby("who")["sex"].nunique() == 1).all()
    assert sample.groupby("who").size().between(1, 6).all()
    steps = sample.groupby("who")["day"].diff().dropna().dt.days
    assert set(steps) == {WEEK}


def test_the_order_of_states_and_the_price_of_a_state_come_back(model):
    sample = model.sample(3000, seed=5)
    before = sample.groupby("who")["state"].shift()
    changed = (sample["state"] != before)[before.notna()]
    # Every step changes the state in the source; a coin would change it in half of them.
    assert changed.mean() > 0.9
    # Of a first record nothing came before, so its state does not tell its price. If a tenth of the others miss the
    # turn, in state or in price, the means are off by up to two; without any link both would be 25.
    means = sample[before.notna()].groupby("state")["sum"].mean()
    assert abs(means["a"] - 20) < 2
    assert abs(means["b"] - 30) < 2


def test_persons_and_record_numbers_are_new_and_are_not_shared_by_two_shards(model):
    first, second = sample_shards(model, 400, seed=6, shard_rows=200)
    assert not set(first["who"]) & set(second["who"])
    assert pd.concat([first, second])["visit"].is_unique
    assert not set(first["who"]) & set(visits()["who"])


def test_the_model_after_saving_gives_the_same_records_and_holds_no_array_of_all_records(model):
    again = par.Par.load(model.dump())
    pd.testing.assert_frame_equal(again.sample(120, seed=7), model.sample(120, seed=7))
    sizes = {len(visits()), len(visits()["who"].unique())}
    assert not any(sizes & set(array.shape) for array in object_graph.arrays(again))
    assert "P0007" not in object_graph.texts(again)


def test_the_same_seed_trains_the_same_model():
    first, second = (learned(visits(60), epochs=2).sample(90, seed=1) for _ in range(2))
    pd.testing.assert_frame_equal(first, second)


def test_a_table_whose_identifiers_do_not_repeat_is_refused_with_what_to_do():
    with pytest.raises(FitError, match="identifier column whose values repeat") as caught:
        learned(mixed_table(), mixed_schema())
    assert caught.value.sentence.endswith("or choose another synthesizer.")


def test_a_table_without_dates_keeps_the_order_it_has():
    table = visits(80).sort_values(["who", "day"]).drop(columns="day")
    schema = tuple(spec for spec in SCHEMA if spec.name != "day")
    sample = learned(table, schema, epochs=1).sample(50, seed=0)
    assert list(sample.columns) == ["who", "sex", "state", "sum", "visit"]


def test_training_ends_when_the_minutes_are_spent_and_a_callback_can_cancel(monkeypatch):
    clock = iter(range(0, 10_000, 60))
    monkeypatch.setattr(par, "monotonic", lambda: next(clock))
    stopped = learned(visits(60), epochs=9, minutes=2)
    assert stopped.notes[-1] == "The time for training ended after 2 of 9 epochs."

    class Stop(Exception):
        pass

    def stop(phase: str, done: int, total: int) -> None:
        if phase == "training epoch":
            raise Stop

    with pytest.raises(Stop):
        learned(visits(60), epochs=9, progress=stop)
