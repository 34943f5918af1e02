"""Records by a recipe, from a synthesizer that knows nothing of it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from generation.engine.composition.composition import parse_composition
from generation.engine.composition.demands import plan_demands, real_kinds
from generation.engine.composition.filling import draw
from generation.engine.composition.recipe import Recipe
from generation.engine.errors import FitError
from generation.engine.minimisation.bins import Coarse
from generation.engine.predicates.values import of_frame
from generation.engine.progress import silent
from generation.engine.rules.checking import broken, can_check
from generation.engine.rules.kinds import CHECKED
from generation.engine.rules.parsing import parse_rules
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.bytes.sampling import sample_shards, shard_plan
from generation.engine.synthesizers.card import validated
from generation.engine.tables.spellings.spelling import Spelling, Written
from tests.generation.engine.composition.shop import COUNTRY, SCHEMA, Shuffler, orders

REAL = orders()
LATE = {
    "conditions": [{"where": {"Paid": "late", "Sex": "F"}, "rows": 120}],
    "shifts": [{"where": {"Age": {"over": 70}}, "factor": 2}],
}
RULES = [
    {"kind": "order", "first": "Ordered", "then": "Sent"},
    {"kind": "fixed", "column": "City", "fixes": "Country", "values": COUNTRY},
    {"kind": "sum", "parts": ["Net", "Tax"], "total": "Gross", "tolerance": 0.005},
    {"kind": "range", "column": "Age", "from": 20, "to": 75},
    {"kind": "implication", "if": {"Paid": "late"}, "then": {"Sent": {"missing": False}}},
    {"kind": "unique", "columns": ["Number"]},
]


def recipe_for(plain=None, rules=(), rows=900):
    composition = parse_composition(plain or {}, SCHEMA, target="Paid")
    demands = (
        plan_demands(composition, real_kinds(composition, of_frame(REAL, SCHEMA)), rows, 5) if composition else None
    )
    return Recipe(SCHEMA, demands, parse_rules(list(rules), SCHEMA))


def drawn(model, recipe, rows=900, shard_rows=400, seed=3, which=None):
    plan = shard_plan(rows, shard_rows)
    shards = plan if which is None else [plan[place] for place in which]
    return list(draw(model, shards, seed, recipe, plan, silent))


def kept_by_all(recipe, table):
    values = of_frame(table, SCHEMA)
    return not any(broken(rule, values).any() for rule in recipe.rules if can_check(rule, values))


def whole(*args, **kwargs):
    return pd.concat(drawn(*args, **kwargs), ignore_index=True)


def test_counts_are_exact_whatever_the_model_draws():
    table = whole(Shuffler(REAL), recipe_for(LATE))
    real_over_70 = (REAL["c1"] > 70).mean()
    assert len(table) == 900
    assert ((table["c3"] == "late") & (table["c2"] == "F")).sum() == 120
    assert (table["c1"] > 70).sum() == round(2 * real_over_70 * 900)


def test_every_rule_holds_on_every_record():
    recipe = recipe_for(LATE, RULES)
    table = whole(Shuffler(REAL), recipe)
    assert kept_by_all(recipe, table)
    assert (table["c7"] == table["c6"].map(COUNTRY)).all()
    assert (table["c5"].isna() | (table["c5"] >= table["c4"])).all()
    assert np.allclose(table["c8"] + table["c9"], table["c10"])
    assert table["c1"].between(20, 75).all()
    assert ((table["c3"] == "late") & (table["c2"] == "F")).sum() == 120


def test_rules_and_counts_hold_for_what_is_written_where_the_plan_made_numbers_coarse():
    recipe = recipe_for({"conditions": LATE["conditions"]}, RULES)
    coarse = {"c1": Spelling(Written.NUMBER, step=10.0, middle=9.0)}
    table = whole(Coarse(Shuffler(REAL), coarse), recipe)
    # 70 to 77 become 79, which the rule (20 to 75) does not allow, though the model's own numbers keep it.
    assert set(table["c1"]) == {29, 39, 49, 59, 69}
    assert kept_by_all(recipe, table)
    assert ((table["c3"] == "late") & (table["c2"] == "F")).sum() == 120


def test_the_same_seed_gives_the_same_records_whoever_draws_which_shard_and_in_which_order():
    recipe = recipe_for(LATE, RULES)
    first = drawn(Shuffler(REAL), recipe)
    again = drawn(Shuffler(REAL), recipe, which=[2, 0, 1])
    for one, place in zip(again, [2, 0, 1], strict=True):
        pd.testing.assert_frame_equal(one, first[place])
    assert not whole(Shuffler(REAL), recipe, seed=4).equals(pd.concat(first, ignore_index=True))


def test_identifiers_count_on_as_if_nothing_had_been_drawn_twice():
    table = whole(Shuffler(REAL), recipe_for(LATE, RULES))
    assert table["c0"].tolist() == list(range(90_000, 90_900))


def test_without_a_recipe_the_records_are_the_model_s_own():
    plain = pd.concat(sample_shards(Shuffler(REAL), 900, 3, shard_rows=400), ignore_index=True)
    assert whole(Shuffler(REAL), recipe_for()).equals(plain)


def test_a_rule_that_no_drawn_record_breaks_changes_no_record():
    kept = [{"kind": "range", "column": "Age", "from": 0, "to": 200}]
    assert whole(Shuffler(REAL), recipe_for(rules=kept)).equals(whole(Shuffler(REAL), recipe_for()))


def test_a_key_of_several_columns_is_unique_over_all_shards():
    key = [{"kind": "unique", "columns": ["Age", "City", "Paid"]}]
    table = whole(Shuffler(REAL), recipe_for(rules=key), rows=200, shard_rows=60)
    assert len(table) == 200
    assert not table.duplicated(["c1", "c6", "c3"]).any()


def test_a_rule_that_holds_for_next_to_nothing_is_given_up_in_counts():
    with pytest.raises(FitError, match=r"Rule 2 held for only 0 of [1-9]\d,\d{3} drawn records"):
        whole(Shuffler(REAL), recipe_for(rules=[RULES[3], {"kind": "range", "column": "Age", "from": 200}]))


def test_more_keys_than_there_are_is_given_up_in_counts():
    with pytest.raises(FitError, match=r"Rule 1 held for only|drawn records keep the rules"):
        whole(Shuffler(REAL), recipe_for(rules=[{"kind": "unique", "columns": ["City"]}]))


def test_a_condition_that_the_model_never_draws_is_given_up_and_named_by_its_place():
    model = Shuffler(REAL[REAL["c3"] == "in time"])
    with pytest.raises(FitError, match="Condition 1 was met by only 0 of"):
        whole(model, recipe_for({"conditions": [{"where": {"Paid": "late"}, "rows": 5}]}))


def test_progress_tells_how_many_are_still_owed():
    seen = []
    plan = shard_plan(900, 400)
    list(draw(Shuffler(REAL), plan, 3, recipe_for(LATE), plan, lambda *where: seen.append(where)))
    assert ("sampling", 400, 900) in seen
    assert any(phase == "drawing what was asked" and done < 400 == total for phase, done, total in seen)


@pytest.mark.parametrize("name", ["copula", "trees"])
def test_the_recipe_is_kept_with_our_own_synthesizers(name):
    card = catalogue.cards()[name]
    model = catalogue.load(name).fit(REAL, SCHEMA, validated(card, {}), 1, silent)
    recipe = recipe_for(LATE, RULES)
    table = whole(model, recipe)
    assert ((table["c3"] == "late") & (table["c2"] == "F")).sum() == 120
    assert kept_by_all(recipe, table)
    assert table.dtypes.to_dict() == model.sample(5, 1).dtypes.to_dict()


@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(st.sampled_from(RULES), unique_by=str, max_size=4),
    st.integers(0, 200),
    st.integers(60, 700),
    st.integers(50, 400),
    st.integers(0, 2**40),
)
def test_exact_counts_and_every_rule_for_any_rules_rows_shards_and_seed(rules, late, rows, shard_rows, seed):
    plain = {"conditions": [{"where": {"Paid": "late"}, "rows": min(late, rows)}]} if late else {}
    recipe = recipe_for(plain, rules, rows)
    table = whole(Shuffler(REAL), recipe, rows, shard_rows, seed)
    assert len(table) == rows
    assert not late or (table["c3"] == "late").sum() == min(late, rows)
    assert kept_by_all(recipe, table)


def test_where_records_come_in_whole_persons_only_what_can_be_written_is_and_none_is_drawn_again():
    recipe = replace(recipe_for(rules=RULES), can_redraw=False)
    model = Shuffler(REAL)
    table, plain = whole(model, recipe), whole(Shuffler(REAL), recipe_for())
    assert model.calls == 3  # one for each shard
    assert (table["c7"] == table["c6"].map(COUNTRY)).all()
    pd.testing.assert_frame_equal(table.drop(columns=["c5", "c7", "c10"]), plain.drop(columns=["c5", "c7", "c10"]))
    assert [recipe.how(rule) for rule in recipe.rules].count(CHECKED) == 3
