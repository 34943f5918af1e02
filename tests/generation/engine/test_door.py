"""The engine's door: its names, its examples, and what its verbs make of a DataFrame as people have it."""

from __future__ import annotations

import inspect
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

import generation.engine as door
from generation.engine import EngineError, Sdtype, SynthesizerCard, cards, evaluate_tables, fit, profile_table, sample
from tests.docs.examples import examples_of, failures_of

EXAMPLES = examples_of(door)


def visits(rows: int = 300, seed: int = 1) -> pd.DataFrame:
    """A table with pandas' own types, an index that is no number, and missing values."""
    rng = np.random.default_rng(seed)
    table = pd.DataFrame(
        {
            "ward": pd.Categorical(rng.choice(["a", "b", "c"], rows)),
            "nights": pd.array(rng.integers(1, 9, rows), dtype="Int64"),
            "note": pd.array(rng.choice(["home", "elsewhere"], rows), dtype="string"),
            "came": pd.Timestamp("2024-01-01", tz="UTC") + pd.to_timedelta(rng.integers(0, 365, rows), unit="D"),
            "again": rng.random(rows) < 0.4,
        },
        index=[f"visit {row}" for row in range(rows)],
    )
    table.loc[table.index[:20], "nights"] = pd.NA
    return table


@pytest.mark.parametrize("example", EXAMPLES, ids=[example.name for example in EXAMPLES])
def test_an_example_in_a_docstring_shows_what_it_does(example):
    assert failures_of(example) == ""


def test_every_verb_of_the_door_has_an_example():
    verbs = {name for name in door.__all__ if inspect.isfunction(inspect.unwrap(getattr(door, name)))}
    assert verbs == {"cards", "default_policy", "evaluate_tables", "fit", "profile_table", "sample"}
    assert verbs <= {example.name for example in EXAMPLES}


def test_every_name_of_the_door_opens_and_says_what_it_is():
    assert sorted(name for names in door._HOMES.values() for name in names) == sorted(door.__all__)
    assert all(getattr(door, name).__doc__ for name in door.__all__)


def test_no_other_name_opens():
    with pytest.raises(AttributeError, match="no attribute 'train'"):
        _ = door.train


def test_a_card_is_read_through_the_door_without_numpy_pandas_or_django():
    code = (
        "import sys; from generation.engine import EngineError, Estimate, Parameter, SynthesizerCard, cards; cards();"
        "heavy = {'django', 'sdv', 'torch', 'sklearn', 'pandas', 'numpy', 'scipy'} & set(sys.modules);"
        "sys.exit(str(heavy) if heavy else 0)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_a_dataframe_with_pandas_own_types_is_learned_and_sampled_in_its_own_order():
    made = sample(fit(visits(), target="again", synthesizer="copula"), 50, seed=2)
    assert list(made.columns) == ["ward", "nights", "note", "came", "again"]
    assert list(made.index) == list(range(50))
    assert set(made["ward"]) <= {"a", "b", "c"}
    assert made["nights"].dropna().between(1, 8).all()
    assert (str(made["came"].dtype), str(made["again"].dtype)) == ("datetime64[ns]", "bool")


def test_the_same_seeds_give_the_same_records_and_another_seed_others():
    one, same, other = (sample(fit(visits(), synthesizer="copula"), 40, seed=seed) for seed in (5, 5, 6))
    pd.testing.assert_frame_equal(one, same)
    assert not one.equals(other)


def test_a_schema_chooses_the_columns_and_their_order():
    named = {spec.name: spec for spec in profile_table(visits()).schema}
    model = fit(visits(), (named["again"], named["ward"]), synthesizer="copula")
    assert list(sample(model, 10).columns) == ["again", "ward"]


def test_without_a_schema_the_profile_says_what_a_column_is():
    assert [spec.sdtype for spec in profile_table(visits()).schema] == [
        Sdtype.CATEGORICAL, Sdtype.NUMERICAL, Sdtype.CATEGORICAL, Sdtype.DATETIME, Sdtype.BOOLEAN,
    ]  # fmt: skip


def test_columns_that_the_synthetic_table_leaves_out_are_not_measured():
    found = evaluate_tables(visits(), visits(seed=2), visits(seed=3).drop(columns="note"), target="again")
    assert {shape["column"] for shape in found.plots["distributions"]} == {"ward", "nights", "came", "again"}


def test_without_a_holdout_no_privacy_check_is_computed():
    found = evaluate_tables(visits(), None, visits(seed=3))
    assert {str(metric.status) for metric in found.metrics if metric.group == "privacy"} == {"not computed"}


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        (lambda: fit(visits(), synthesizer="oracle"), "unknown_synthesizer"),
        (lambda: fit(visits(), target="nurse"), "unknown_column"),
        (lambda: fit(pd.DataFrame(index=range(9))), "bad_columns"),
        (lambda: fit(pd.concat([visits(), visits()], axis=1)), "bad_columns"),
        (lambda: fit(pd.DataFrame({"zebrawing": ["zebrawing", 7, object()]})), "mixed_types"),
        (lambda: fit(visits().drop(columns="note"), profile_table(visits()).schema), "lacks_columns"),
        (lambda: evaluate_tables(visits(), visits().drop(columns="note"), visits()), "lacks_columns"),
        (lambda: sample(fit(visits(), synthesizer="copula"), 0), "no_rows"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence_without_a_value(wrong, code):
    with pytest.raises(EngineError) as refused:
        wrong()
    assert refused.value.code == code
    assert "zebrawing" not in refused.value.sentence


def test_a_synthesizer_whose_package_is_not_installed_says_so(monkeypatch):
    lost = {"lost": SynthesizerCard(**{name: getattr(cards()["copula"], name) for name in SynthesizerCard.__slots__}
                                    | {"name": "lost", "implementation": "nowhere.at_all:Lost"})}  # fmt: skip
    monkeypatch.setattr("generation.engine.synthesizers.catalogue.cards", lambda: lost)
    with pytest.raises(EngineError, match="lost needs the package nowhere"):
        fit(visits(), synthesizer="lost")
