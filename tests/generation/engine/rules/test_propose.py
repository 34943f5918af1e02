"""Proposals: what every record keeps and no more, and never a value that fewer than k records hold."""

import numpy as np
import pandas as pd
import pytest

from generation.engine.predicates.predicate import Lookup, Predicate, Term
from generation.engine.predicates.values import of_frame
from generation.engine.rules.checking import broken
from generation.engine.rules.kinds import Fixed, Implication
from generation.engine.rules.propose import evidence_of, fixed_pairs, outwards, propose_rules
from generation.engine.rules.strength import Evidence, why_weak
from generation.engine.schema import ColumnSpec, Sdtype
from tests.generation.engine.composition.shop import COUNTRY, SCHEMA, orders

CALL = Lookup(SCHEMA).word


def proposed(table, schema=SCHEMA, k=5):
    return {rule.words(Lookup(schema).word): evidence for rule, evidence in propose_rules(of_frame(table, schema), k)}


def test_the_rules_that_the_shop_was_made_by_are_proposed_with_their_evidence():
    found = proposed(orders())
    assert found["City fixes Country (4 values)"] == Evidence(1000, 1000)
    assert found["Net + Tax = Gross within 0.01"] == Evidence(1000, 1000)
    assert found["Age is from 10 to 80"] == Evidence(1000, 1000)
    assert found["Ordered is from 2024-01-01 to 2024-12-31"] == Evidence(1000, 1000)
    assert found["Number is unique"] == Evidence(1000, 1000)
    sent = int(orders()["c5"].notna().sum())
    assert found["Ordered is at most Sent"] == Evidence(sent, sent)


def test_one_record_that_breaks_it_and_a_rule_is_no_longer_proposed():
    table = orders()
    table.loc[7, "c7"] = "FR" if table.loc[7, "c7"] == "DE" else "DE"
    table.loc[8, "c10"] = 0.5
    table.loc[9, ["c4", "c5"]] = [pd.Timestamp("2024-06-02"), pd.Timestamp("2024-06-01")]
    words = " ".join(proposed(table))
    assert "City fixes" not in words
    assert "Net + Tax" not in words
    assert "Ordered is at most Sent" not in words


def test_an_extreme_that_one_person_holds_moves_no_bound():
    table = orders()
    table.loc[3, "c1"] = 9_731
    words = " ".join(proposed(table))
    assert "9731" not in words.replace(",", "")
    assert "10000" not in words
    assert "Age is at least 10" in words


@pytest.mark.parametrize("seed", range(5))
def test_no_proposal_names_a_category_that_fewer_than_k_records_hold(seed):
    rng = np.random.default_rng(seed)
    table = orders(400, seed)
    rare = rng.choice(400, 4, replace=False)
    table.loc[rare, ["c6", "c7"]] = ["Rarely", "RR"]
    for rule, _ in propose_rules(of_frame(table, SCHEMA), 5):
        assert "Rar" not in str(rule.plain(str))
        assert "RR" not in str(rule.plain(str))


def test_every_proposal_holds_for_every_record_it_was_made_from():
    values = of_frame(orders(700, 3), SCHEMA)
    found = propose_rules(values, 5)
    assert len(found) > 8
    assert not any(broken(rule, values).any() for rule, _ in found)


def test_what_one_category_implies_and_what_it_leaves_missing():
    rng = np.random.default_rng(2)
    state = rng.choice(["open", "shut", "lost"], 600)
    end = pd.Series(pd.Timestamp("2024-05-01") + pd.to_timedelta(rng.integers(0, 90, 600), unit="D"))
    table = pd.DataFrame(
        {
            "c0": state,
            "c1": end.mask(state == "open"),
            "c2": np.where(state == "lost", "high", rng.choice(["high", "low"], 600)),
        }
    )
    schema = (ColumnSpec("c0", Sdtype.CATEGORICAL, label="state"), ColumnSpec("c1", Sdtype.DATETIME, label="end"),
              ColumnSpec("c2", Sdtype.CATEGORICAL, label="cost"))  # fmt: skip
    found = proposed(table, schema)
    assert found["if state is open, then end is missing"] == Evidence((state == "open").sum(), (state == "open").sum())
    assert "if state is lost, then cost is high" in found
    assert not any(words.startswith("if state is shut") for words in found)


def test_the_one_form_of_many_codes_is_proposed():
    table = pd.DataFrame({"c0": [f"AB-{n:04d}" for n in range(100)] * 2})
    schema = (ColumnSpec("c0", Sdtype.CATEGORICAL, label="code"),)
    assert r"code has the form [A-Z]{2}\-\d{4}" in proposed(table, schema)
    assert not any("form" in words for words in proposed(table.assign(c0=[*table["c0"][:199], "x"]), schema))


def test_two_columns_far_apart_are_in_order_but_that_is_no_rule():
    table = orders().assign(c8=1.0 + np.arange(1000) % 7, c9=5000.0 + np.arange(1000) % 11)
    assert not any("Net is at most Tax" in words for words in proposed(table))


@pytest.mark.parametrize(
    ("bounds", "rounded"),
    [((17, 90), (10, 90)), ((0.2, 0.9), (0.2, 0.9)), ((-3, 41), (-10, 50)), ((3, 8), (3, 8)), ((1, 99), (0, 100))],
)
def test_bounds_move_outwards_to_a_round_number(bounds, rounded):
    assert outwards(*bounds) == pytest.approx(rounded)


def test_evidence_of_a_declared_rule_counts_what_it_says_something_of():
    table = orders()
    table.loc[:9, "c7"] = "XX"
    rule = Fixed("c6", "c7", tuple(COUNTRY.items()))
    assert evidence_of(rule, of_frame(table, SCHEMA)) == Evidence(990, 1000)


def test_pairs_that_were_not_given_are_read_from_the_records_where_one_value_fixes_the_other():
    values = of_frame(orders(), SCHEMA)
    assert dict(fixed_pairs(Fixed("c6", "c7", ()), values, 5).pairs) == COUNTRY
    assert fixed_pairs(Fixed("c7", "c6", ()), values, 5) is None


def migrants(small: int, rows: int = 20_000) -> pd.DataFrame:
    """`small` records of Haiti, all of one group that a tenth of the others have too."""
    rng = np.random.default_rng(5)
    haiti = np.arange(rows) < small
    group = np.where(haiti, "Black", rng.choice(["Black", "White"], rows, p=[0.1, 0.9]))
    return pd.DataFrame({"c0": np.where(haiti, "Haiti", rng.choice(["US", "PL"], rows)), "c1": group})


PEOPLE = (ColumnSpec("c0", Sdtype.CATEGORICAL, label="country"), ColumnSpec("c1", Sdtype.CATEGORICAL, label="group"))
HAITI = "if country is Haiti, then group is Black"


def test_what_fifty_eight_records_of_twenty_thousand_have_in_common_is_no_rule():
    assert HAITI not in proposed(migrants(58), PEOPLE)
    assert HAITI not in proposed(migrants(58, rows=200), PEOPLE)


def test_a_rule_about_few_records_is_proposed_as_weak_and_one_about_many_is_not():
    words = proposed(migrants(600), PEOPLE)
    rule = Implication(Predicate((Term("c0", "in", ("Haiti",)),)), Predicate((Term("c1", "in", ("Black",)),)))
    assert why_weak(rule, words[HAITI]) == "only 3.0% of the records are concerned"
    assert why_weak(rule, proposed(migrants(4_000), PEOPLE)[HAITI]) == ""


def test_a_rule_seen_in_a_hundred_records_may_fail_for_one_in_twenty_seven():
    """Wilson: of n all held gives the bound n / (n + 3.84)."""
    assert Evidence(100, 100).lower == pytest.approx(100 / 103.84, abs=1e-4)
    rule = Implication(Predicate((Term("c0", "missing"),)), Predicate((Term("c1", "missing"),)))
    assert why_weak(rule, Evidence(100, 100, rows=200)) == "as few as 96.3% of such records may keep it"
    assert why_weak(rule, Evidence(400, 400, rows=800)) == ""


def test_what_goes_together_because_nearly_all_have_the_same_is_weak():
    rng = np.random.default_rng(4)
    city = rng.choice(["a", "b", "c", "d"], 1000, p=[0.4, 0.3, 0.295, 0.005])
    table = pd.DataFrame({"c0": city, "c1": np.where(city == "d", "other", "same")})
    found = [(rule, why_weak(rule, evidence)) for rule, evidence in propose_rules(of_frame(table, PEOPLE), 3)]
    assert ("nearly all records have the same value anyway") in {why for rule, why in found if isinstance(rule, Fixed)}
    shop = propose_rules(of_frame(orders(), SCHEMA), 5)
    assert {why_weak(rule, evidence) for rule, evidence in shop if isinstance(rule, Fixed)} == {""}
