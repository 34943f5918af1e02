"""Sequential trees: what they must learn, and what they must not tell."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.columns.cells import Cells
from generation.engine.synthesizers.trees.boosted import boost
from generation.engine.synthesizers.trees.boosting import Clues
from generation.engine.synthesizers.trees.goals import Goals, number_scale
from generation.engine.synthesizers.trees.grown_tree import Growth, grow
from generation.engine.synthesizers.trees.tree_features import category_scale
from generation.engine.synthesizers.trees.trees import Trees

ROWS = 6_000


def exclusive_or(rows: int = ROWS, seed: int = 0) -> pd.DataFrame:
    """c is a xor b nine times in ten: no pair of columns shows it, so no correlation can."""
    rng = np.random.default_rng(seed)
    a, b = rng.integers(0, 2, rows), rng.integers(0, 2, rows)
    c = np.where(rng.random(rows) < 0.9, a ^ b, 1 - (a ^ b))
    return pd.DataFrame({"a": np.where(a, "yes", "no"), "b": np.where(b, "left", "right"), "c": np.where(c, "x", "y")})


def learned(table: pd.DataFrame, schema, seed: int = 1, **parameters) -> Trees:
    card = catalogue.cards()["trees"]
    return Trees.fit(table, schema, validated(card, parameters), seed, silent)


def one_hot(count: int) -> Goals:
    return Goals(np.eye(count, dtype=np.float32), None)


def categories(*names: str, target: str = "") -> tuple[ColumnSpec, ...]:
    roles = {target: ColumnRole.TARGET}
    return tuple(ColumnSpec(name, Sdtype.CATEGORICAL, roles.get(name, ColumnRole.OTHER)) for name in names)


@pytest.mark.parametrize("target", ["c", ""])
def test_an_interaction_of_three_columns_comes_back(target):
    sample = learned(exclusive_or(), categories("a", "b", "c", target=target), trees=1).sample(ROWS, seed=2)
    agrees = ((sample["a"] == "yes") ^ (sample["b"] == "left")) == (sample["c"] == "x")
    # Nine in ten, less what smoothing takes.
    assert 0.86 < agrees.mean() < 0.93


def test_the_target_is_drawn_last_wherever_it_stands():
    model = learned(exclusive_or(), categories("a", "b", "c", target="a"))
    assert model.cells[model.steps[-1].column].name == "a"
    assert list(model.sample(3, seed=0).columns) == ["a", "b", "c"]


def test_a_target_that_is_drawn_more_surely_than_the_records_say_is_said_and_can_be_turned_off():
    rng = np.random.default_rng(5)
    columns = {f"x{place}": rng.choice(list("abcd"), 600) for place in range(12)}
    noisy = np.where((columns["x0"] < "c") ^ (rng.random(600) < 0.3), "yes", "no")
    table, schema = pd.DataFrame(columns | {"y": noisy}), categories(*columns, "y", target="y")
    assert "more surely than the records say" in learned(table, schema).notes[-1]
    assert not any("surely" in note for note in learned(table, schema, sharpness=1.0).notes)
    assert not any("surely" in note for note in learned(exclusive_or(), categories("a", "b", "c", target="c")).notes)


def test_a_combination_of_one_record_is_no_more_frequent_than_chance():
    """One record alone has the town of the north with the trade of the south; both are common by themselves."""
    rng = np.random.default_rng(4)
    north = rng.random(4000) < 0.5
    town = np.where(north, rng.choice(["Umea", "Lulea"], 4000), rng.choice(["Malaga", "Cadiz"], 4000))
    trade = np.where(north, rng.choice(["reindeer", "timber"], 4000), rng.choice(["olives", "wine"], 4000))
    with_one = pd.DataFrame({"town": town, "trade": trade})
    with_one.loc[17, ["town", "trade"]] = ["Umea", "olives"]
    without = with_one.drop(index=17).reset_index(drop=True)
    found = []
    for table in (with_one, without):
        sample = learned(table, categories("town", "trade"), prior=0).sample(40_000, seed=3)
        found.append(int(((sample["town"] == "Umea") & (sample["trade"] == "olives")).sum()))
    # A copy would come about ten times in forty thousand; sharing it among a thousand records spreads it out.
    assert abs(found[0] - found[1]) <= 10


def test_no_record_of_a_table_of_distinct_numbers_is_repeated():
    rng = np.random.default_rng(5)
    table = pd.DataFrame(rng.normal(size=(3000, 3)), columns=list("abc"))
    schema = tuple(ColumnSpec(name, Sdtype.NUMERICAL) for name in "abc")
    sample = learned(table, schema).sample(9000, seed=6)
    for name in "abc":
        inner = sample[name][(sample[name] > sample[name].min()) & (sample[name] < sample[name].max())]
        assert not inner.isin(table[name]).any()


def test_every_leaf_holds_the_records_asked_for():
    rng = np.random.default_rng(6)
    features = rng.random((2000, 3), dtype=np.float32)
    codes = (features[:, 0] * 4).astype(np.int32)
    tree = grow(features, codes, one_hot(4), Growth(37, 5, 0.0, 1.0, 4000), seed=0)
    place = np.zeros(2000, dtype=int)
    while (inner := tree.column[place] >= 0).any():
        column = np.where(inner, tree.column[place], 0)
        right = features[np.arange(2000), column] > tree.threshold[place]
        place = np.where(inner, tree.children[place, right.astype(int)], place)
    assert np.unique(place, return_counts=True)[1].min() >= 37


def test_drawing_inverts_the_shares_of_the_leaf():
    features = np.repeat(np.array([[0.0], [1.0]], dtype=np.float32), 500, axis=0)
    codes = np.concatenate([np.repeat([0, 1], 250), np.repeat([1, 2], [100, 400])]).astype(np.int32)
    tree = grow(features, codes, one_hot(3), Growth(20, 1, 0.0, 1.0, 4000), seed=0)
    uniform = np.array([0.1, 0.49, 0.51, 0.99], dtype=np.float32)
    assert tree.draw(np.zeros((4, 1), dtype=np.float32), uniform).tolist() == [0, 0, 1, 1]
    assert tree.draw(np.ones((4, 1), dtype=np.float32), uniform).tolist() == [1, 2, 2, 2]


def test_categories_are_ordered_by_the_share_of_a_goal_of_two():
    codes = np.repeat([0, 1, 2], 100)
    goal = np.concatenate([np.repeat([0, 1], [50, 50]), np.repeat([0, 1], [90, 10]), np.repeat([0, 1], [20, 80])])
    assert np.argsort(category_scale(codes, 3, one_hot(2).points[goal])[:, 0]).tolist() in ([1, 0, 2], [2, 0, 1])


def test_four_equal_cells_have_the_normal_scores_of_their_middles_and_a_gap_that_of_the_middle_of_all():
    # The 12.5 % and 37.5 % points of the standard normal distribution.
    expected = [-1.1503, -0.3186, 0.3186, 1.1503]
    cells = Cells("a", 5, np.zeros((4, 17)))
    assert np.allclose(number_scale(np.repeat(np.arange(5), 25), cells), [*expected, 0], atol=1e-4)


def test_a_straight_relation_of_many_columns_comes_back():
    rng = np.random.default_rng(9)
    table = pd.DataFrame(rng.normal(size=(6000, 6)), columns=list("abcdef"))
    table["g"] = table.sum(axis=1) + rng.normal(size=6000)
    schema = tuple(ColumnSpec(name, Sdtype.NUMERICAL) for name in "abcdefg")
    sample = learned(table, schema, leaf_records=20).sample(6000, seed=1)
    # The sum explains 6/7 of g: a correlation of .926.
    assert np.corrcoef(sample["g"], sample[list("abcdef")].sum(axis=1))[0, 1] > 0.85


@pytest.mark.parametrize("classes", [2, 3])
def test_boosted_shares_are_those_of_a_column_without_features_that_tell(classes):
    rng = np.random.default_rng(7)
    wanted = np.arange(1, classes + 1) / (classes * (classes + 1) / 2)
    codes = rng.choice(classes, 3000, p=wanted).astype(np.int32)
    nothing = np.zeros((3000, 1), dtype=np.float32)
    model = boost(Clues(nothing, 0), nothing, codes, classes, 3.0, seed=0)
    assert np.allclose(model.shares(np.zeros((5, 1), dtype=np.float32)), np.bincount(codes) / 3000, atol=0.02)


def test_a_number_as_target_and_a_table_of_one_column_work():
    rng = np.random.default_rng(8)
    table = pd.DataFrame({"a": rng.choice(list("pq"), 500), "b": rng.normal(size=500)})
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.NUMERICAL, ColumnRole.TARGET))
    assert len(learned(table, schema).sample(70, seed=0)) == 70
    assert len(learned(table[["b"]], schema[1:]).sample(70, seed=0)) == 70


def test_a_share_is_that_of_a_random_half_of_the_records():
    # 50 of 1,000 hold it. Of 500 drawn from them, 25 do, give or take 3.4 (hypergeometric): .05, give or take .007. All
    # records would give .05 with every seed, but for the .0015 of drawing 20,000.
    rare = pd.DataFrame({"a": ["common"] * 950 + ["rare"] * 50, "b": np.arange(1000) % 97})
    schema = (ColumnSpec("a", Sdtype.CATEGORICAL), ColumnSpec("b", Sdtype.NUMERICAL))
    drawn = [learned(rare, schema, seed).sample(20_000, 1)["a"] for seed in range(8)]
    shares = [float((column == "rare").mean()) for column in drawn]
    assert np.mean(shares) == pytest.approx(0.05, abs=0.01)
    assert np.std(shares) > 0.004


def test_a_category_of_k_to_twice_k_records_is_there_by_chance_one_of_fewer_never_one_of_more_always():
    held = {"four": 4, "seven": 7, "ten": 10, "many": 579}
    table = pd.DataFrame({"a": [name for name, count in held.items() for _ in range(count)], "b": np.arange(600) % 2})
    schema = (*categories("a"), ColumnSpec("b", Sdtype.NUMERICAL))
    lists = [set(learned(table, schema, seed, k=5).encoding.columns[0].categories) for seed in range(20)]
    assert set.intersection(*lists) == {"ten", "many"}
    assert set.union(*lists) == {"seven", "ten", "many"}


def test_values_of_a_category_of_hundreds_stay_with_what_they_go_with():
    """Four hundred shops of about twenty records: those of the north sell warm things, those of the south cold ones."""
    rng = np.random.default_rng(10)
    shop = rng.integers(0, 400, 8000)
    sold = np.where(rng.random(8000) < 0.9, shop % 2, 1 - shop % 2)
    table = pd.DataFrame({"shop": [f"shop {number}" for number in shop], "sold": np.where(sold == 1, "warm", "cold")})
    sample = learned(table, categories("shop", "sold")).sample(8000, seed=4)
    number = sample["shop"].str.removeprefix("shop ").astype(int)
    # Nine in ten; a shop drawn at random would go with half.
    assert ((number % 2 == 1) == (sample["sold"] == "warm")).mean() > 0.8


def test_a_target_of_fifteen_classes_follows_the_column_that_tells_it():
    rng = np.random.default_rng(11)
    code = rng.integers(0, 15, 6000)
    told = np.where(rng.random(6000) < 0.9, code, rng.integers(0, 15, 6000))
    table = pd.DataFrame({"a": [f"a{number}" for number in told], "b": [f"b{number}" for number in code]})
    sample = learned(table, categories("a", "b", target="b")).sample(6000, seed=4)
    # Nine in ten, and a fifteenth of the others.
    assert 0.85 < (sample["a"].str[1:] == sample["b"].str[1:]).mean() < 0.95


def test_whether_a_number_is_missing_keeps_going_with_another_column():
    rng = np.random.default_rng(12)
    group = rng.random(6000) < 0.5
    number = np.where(rng.random(6000) < np.where(group, 0.6, 0.1), np.nan, rng.normal(size=6000))
    table = pd.DataFrame({"group": np.where(group, "p", "q"), "number": number})
    schema = (ColumnSpec("group", Sdtype.CATEGORICAL), ColumnSpec("number", Sdtype.NUMERICAL))
    sample = learned(table, schema).sample(6000, seed=4)
    shares = sample["number"].isna().groupby(sample["group"]).mean()
    assert abs(shares["p"] - 0.6) < 0.04
    assert abs(shares["q"] - 0.1) < 0.04
