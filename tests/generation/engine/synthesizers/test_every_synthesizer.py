"""What holds for each synthesizer of the catalogue, built in or not."""

from __future__ import annotations

import math

import numpy as np
import pandas as pd
import pytest

from generation.engine.errors import FitError
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.bytes.sampling import sample_shard, sample_shards, shard_plan
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.dp.marginals import DpMarginals
from generation.engine.synthesizers.protocol import Synthesizer
from tests.generation.engine.synthesizers import object_graph
from tests.generation.engine.synthesizers.tables import (
    UNIQUE_DATE,
    UNIQUE_ID,
    UNIQUE_NOTE,
    UNIQUE_NUMBER,
    UNIQUE_TEXT,
    mixed_schema,
    mixed_table,
    table_with_one_unique_person,
)

# par learns sequences and refuses tables without them: test_par.py.
# Those of tables: what writes texts has its tests in llm/texts.
NAMES = sorted(name for name, card in catalogue.cards().items() if name != "par" and not card.is_of_texts)
# Epsilon is the largest that can be asked for: the tables here are far too small for less.
QUICK = {"epochs": 2, "batch_size": "100", "epsilon": 10}


def fitted(name: str, table: pd.DataFrame, schema=None, seed: int = 5, progress=silent) -> Synthesizer:
    card = catalogue.cards()[name]
    known = {parameter.name for parameter in card.parameters}
    parameters = validated(card, {key: value for key, value in QUICK.items() if key in known})
    return catalogue.load(name).fit(table, schema or mixed_schema(), parameters, seed, progress)


@pytest.fixture(scope="module", params=NAMES)
def model(request) -> Synthesizer:
    return fitted(request.param, mixed_table())


@pytest.fixture(scope="module", params=NAMES)
def model_of_unique_person(request) -> Synthesizer:
    return fitted(request.param, table_with_one_unique_person())


def test_the_sample_has_the_training_columns_in_order_and_their_dtypes(model):
    training = mixed_table()
    sample = model.sample(57, seed=1)
    assert list(sample.columns) == ["c0", "c1", "c2", "c3", "c4", "c5", "c6", "c8"]
    assert len(sample) == 57
    assert sample.dtypes.to_dict() == training.dtypes.drop("c7").to_dict()


def test_free_text_is_left_out_with_a_sentence(model):
    assert [column.name for column in model.left_out] == ["c7"]
    assert model.left_out[0].reason.endswith(".")


def limits(model, column: pd.Series) -> tuple[object, object]:
    """Smallest and largest value; to a differentially private model they are secret, so the powers of two around them.

    Days are counted from 1970, so dates of 2020 to 2022 lie between 2^14 and 2^15.
    """
    if not isinstance(model, DpMarginals):
        return column.min(), column.max()
    if pd.api.types.is_datetime64_any_dtype(column):
        return pd.Timestamp("2014-11-10"), pd.Timestamp("2059-09-18")
    return 2 ** math.floor(math.log2(column.min())), 2 ** math.ceil(math.log2(column.max()))


def test_values_stay_in_the_domain_of_their_column(model):
    training, sample = mixed_table(), model.sample(300, seed=2)
    assert sample["c1"].between(*limits(model, training["c1"])).all()
    assert set(sample["c3"].dropna()) <= {"alpha", "beta", "gamma"}
    assert sample["c5"].between(*limits(model, training["c5"])).all()
    assert (sample["c5"] == sample["c5"].dt.normalize()).all()
    assert pd.to_datetime(sample["c6"], format="%d/%m/%Y").between(*limits(model, training["c5"])).all()
    cents = sample["c2"].dropna() * 100
    assert np.allclose(cents, cents.round(), atol=1e-6)


def test_new_identifiers_are_distinct_across_shards_of_the_source_s_form_and_real_ones_only_by_chance(model):
    identifiers = pd.concat(sample_shards(model, 230, seed=3, shard_rows=90))["c0"]
    source = mixed_table()["c0"]
    assert identifiers.is_unique
    assert identifiers.str.fullmatch(r"CUST-\d{6}").all()
    # 230 of a million with at most a thousand real ones: .23 are expected, more than 3 in one of 10,000 tries.
    assert len(source) <= 1000
    assert identifiers.isin(source).sum() <= 3


def test_the_same_seed_gives_the_same_shards_in_any_order_and_after_a_reload(model):
    plan = shard_plan(250, shard_rows=100)
    in_order = list(sample_shards(model, 250, seed=11, shard_rows=100))
    again = type(model).load(model.dump())
    for shard in reversed(plan):
        pd.testing.assert_frame_equal(sample_shard(again, shard, 11), in_order[shard.index])


def test_two_shards_and_two_seeds_differ(model):
    first, second = (frame.drop(columns="c0") for frame in sample_shards(model, 200, seed=4, shard_rows=100))
    assert not first.equals(second)
    assert not first.equals(model.sample(100, seed=999).drop(columns="c0"))


def test_sampling_leaves_the_global_random_generators_alone(model):
    np.random.seed(3)
    expected = np.random.random()
    np.random.seed(3)
    model.sample(20, seed=1)
    assert np.random.random() == expected


def test_no_value_of_a_single_person_is_in_the_saved_model(model_of_unique_person):
    payload = model_of_unique_person.dump()
    for secret in (UNIQUE_TEXT, UNIQUE_TEXT.upper(), UNIQUE_ID, UNIQUE_NOTE, UNIQUE_DATE.strftime("%d/%m/%Y")):
        assert secret.encode() not in payload
        assert secret[1:].encode("utf-16-le") not in payload
    model = type(model_of_unique_person).load(payload)
    text = object_graph.texts(model)
    assert UNIQUE_TEXT.casefold() not in text.casefold()
    assert UNIQUE_ID not in text
    assert UNIQUE_NOTE not in text
    held = object_graph.numbers(model)
    moment = UNIQUE_DATE.value // 1000
    for secret in (UNIQUE_NUMBER, moment, moment // 86_400_000_000, moment // 1_000_000, UNIQUE_DATE.value):
        assert not any(math.isclose(secret, number, rel_tol=1e-9) for number in held)


def test_no_array_of_the_saved_model_has_a_place_for_every_training_record(model):
    training_rows = len(mixed_table())
    assert all(training_rows not in array.shape for array in object_graph.arrays(type(model).load(model.dump())))


def test_no_value_of_a_single_person_is_sampled(model_of_unique_person):
    sample = model_of_unique_person.sample(2000, seed=8)
    others = mixed_table()
    assert not (sample["c1"] == UNIQUE_NUMBER).any()
    assert sample["c1"].max() <= limits(model_of_unique_person, others["c1"])[1]
    assert not sample["c3"].isin([UNIQUE_TEXT]).any()
    assert sample["c5"].min() >= limits(model_of_unique_person, others["c5"])[0]
    assert set(sample["c8"]) == {"N", "S"}


def test_thirty_records_are_enough(model):
    name = next(name for name in NAMES if type(model) is catalogue.load(name))
    assert len(fitted(name, mixed_table(30)).sample(41, seed=1)) == 41


def test_constant_empty_and_all_distinct_columns_work(model):
    name = next(name for name in NAMES if type(model) is catalogue.load(name))
    rows = 120
    table = pd.DataFrame(
        {
            "a": np.full(rows, 3),
            "b": [None] * rows,
            "c": np.full(rows, np.nan),
            "d": [f"person {number}" for number in range(rows)],
            "e": np.random.default_rng(0).normal(size=rows),
            "f": ["same"] * rows,
            "g": [pd.NaT] * rows,
        }
    )
    kinds = [Sdtype.NUMERICAL, Sdtype.CATEGORICAL, Sdtype.NUMERICAL, Sdtype.CATEGORICAL, Sdtype.NUMERICAL]
    kinds += [Sdtype.CATEGORICAL, Sdtype.DATETIME]
    schema = tuple(ColumnSpec(column, kind) for column, kind in zip(table, kinds, strict=True))
    model = fitted(name, table, schema)
    sample = model.sample(33, seed=1)
    assert (sample["a"] == 3).all()
    assert sample["b"].isna().all()
    assert sample["c"].isna().all()
    assert (sample["f"] == "same").all()
    assert sample["g"].isna().all()
    assert sample["g"].dtype == table["g"].dtype
    assert [column.name for column in model.left_out] == ["d"]


def test_a_table_where_nothing_varies_still_gives_records(model):
    name = next(name for name in NAMES if type(model) is catalogue.load(name))
    table = pd.DataFrame({"a": [1] * 30, "b": ["x"] * 30})
    schema = (ColumnSpec("a", Sdtype.NUMERICAL), ColumnSpec("b", Sdtype.CATEGORICAL))
    sample = fitted(name, table, schema).sample(4, seed=0)
    assert sample.to_dict("list") == {"a": [1] * 4, "b": ["x"] * 4}


def test_numbers_alone_and_categories_alone_can_be_learned(model):
    name = next(name for name in NAMES if type(model) is catalogue.load(name))
    rng = np.random.default_rng(1)
    numbers = pd.DataFrame({"a": rng.normal(size=150), "b": rng.normal(size=150)})
    assert len(fitted(name, numbers, tuple(ColumnSpec(c, Sdtype.NUMERICAL) for c in "ab")).sample(60, seed=0)) == 60
    words = pd.DataFrame({"a": rng.choice(list("xyz"), 150), "b": rng.choice(list("pq"), 150)})
    assert len(fitted(name, words, tuple(ColumnSpec(c, Sdtype.CATEGORICAL) for c in "ab")).sample(60, seed=0)) == 60


def test_nine_records_are_refused_with_one_sentence():
    for name in NAMES:
        with pytest.raises(FitError, match=r"at least \d+ records"):
            fitted(name, mixed_table(9))


def test_progress_only_rises_within_a_phase_and_reaches_its_total():
    for name in NAMES:
        told: dict[str, list[tuple[int, int]]] = {}
        fitted(name, mixed_table(), progress=lambda *step, told=told: told.setdefault(step[0], []).append(step[1:]))
        phase, steps = list(told.items())[-1]
        assert phase != "encoding"
        assert [done for done, _ in steps] == sorted(done for done, _ in steps)
        assert steps[-1][0] == steps[-1][1] > 1


class Stop(Exception):
    """Raised by a progress callback to cancel."""


def test_a_progress_callback_that_raises_stops_the_fit():
    def stop(phase: str, done: int, total: int) -> None:
        if done:
            raise Stop

    for name in NAMES:
        with pytest.raises(Stop):
            fitted(name, mixed_table(), progress=stop)
