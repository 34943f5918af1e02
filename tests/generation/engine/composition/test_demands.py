"""Counts planned before anything is drawn: exact, close to the real mixture, and refused where too few stand behind."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from generation.engine.composition.composition import parse_composition
from generation.engine.composition.demands import demands_from_json, plan_demands, real_kinds
from generation.engine.composition.sharing import share_out
from generation.engine.predicates.predicate import StatementError
from generation.engine.predicates.values import of_frame
from tests.generation.engine.composition.shop import SCHEMA, orders

REAL = of_frame(orders(), SCHEMA)


def planned(plain, rows=1000, k=5, values=REAL):
    composition = parse_composition(plain, SCHEMA, target="Paid")
    return plan_demands(composition, real_kinds(composition, values), rows, k)


def reached(demands, place):
    return sum(count for mask, count in demands.kinds.items() if mask >> place & 1)


def test_500_of_1000_with_one_condition_leaves_500_without_it():
    demands = planned({"conditions": [{"where": {"Paid": "late", "Sex": "F"}, "rows": 500}]})
    assert demands.kinds == {0: 500, 1: 500}
    assert demands.demands[0].real == 20
    assert demands.drawn_per_row == pytest.approx(25)  # 500 records of which 2 in 100 are drawn: 25,000 draws


def test_a_balance_of_halves_is_two_halves_and_its_classes_keep_their_inner_mixture():
    demands = planned({"balance": {"shares": {"late": 0.5, "in time": 0.5}},
                       "shifts": [{"where": {"Sex": "F"}, "factor": 1}]})  # fmt: skip
    assert (reached(demands, 0), reached(demands, 1), reached(demands, 2)) == (500, 500, 320)
    # Raking keeps the odds ratio of the real table, which is (20/80)/(300/600): 0.5.
    cells = {mask & 0b101: count for mask, count in demands.kinds.items()}
    assert (cells[0b101] / cells[0b001]) / (cells[0b100] / cells[0b000]) == pytest.approx(0.5, rel=0.02)


def test_twenty_percent_more_late_payments_are_120_of_1000_and_ages_over_70_are_doubled():
    demands = planned(
        {"shifts": [{"where": {"Paid": "late"}, "factor": 1.2}, {"where": {"Age": {"over": 70}}, "factor": 2}]}
    )
    over_70 = sum(1 for place in range(1000) if 18 + place % 60 > 70)
    assert (reached(demands, 0), reached(demands, 1)) == (120, 2 * over_70)
    assert sum(demands.kinds.values()) == 1000


def test_at_least_changes_nothing_where_there_are_enough_and_raises_where_not():
    few = planned({"conditions": [{"where": {"Paid": "late"}, "rows": 50, "at_least": True}]})
    many = planned({"conditions": [{"where": {"Paid": "late"}, "rows": 300, "at_least": True}]})
    assert (reached(few, 0), reached(many, 0)) == (100, 300)


@pytest.mark.parametrize(
    ("plain", "says"),
    [
        ({"conditions": [{"where": {"Sex": "X"}, "rows": 5}]}, "fewer than 5 training records are like this"),
        ({"conditions": [{"where": {"Age": {"over": 77}}, "rows": 5}]}, "fewer than 5 training records"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": 1001}]}, "asks for 1,001 of 1,000"),
        ({"conditions": [{"where": {"Sex": ["F", "M"]}, "rows": 5}]}, "are not like this"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": 600}, {"where": {"Sex": "M"}, "rows": 600}]}, "at once"),
        ({"balance": {"shares": {"late": 0.2, "in time": 0.2}}}, "sum to 100 %"),
        ({"shifts": [{"where": {"Paid": "late"}, "factor": 11}]}, "asks for 1,100 of 1,000"),
        ({"conditions": [{"where": {"Sex": "F"}, "rows": 900}, {"where": {"Paid": "late"}, "rows": 50},
                         {"where": {"Sex": "F", "Paid": "late"}, "rows": 60}]}, "at once"),
    ],
)  # fmt: skip
def test_what_cannot_be_reached_is_refused_before_anything_is_drawn(plain, says):
    with pytest.raises(StatementError) as refused:
        planned(plain)
    assert says in refused.value.sentence


def test_a_group_of_four_is_refused_and_one_of_five_is_not():
    four = of_frame(orders().iloc[:200], SCHEMA)  # 4 late orders by F
    plain = {"conditions": [{"where": {"Sex": "F", "Paid": "late"}, "rows": 10}]}
    with pytest.raises(StatementError, match="fewer than 5"):
        planned(plain, values=four)
    assert planned(plain, values=of_frame(orders().iloc[:250], SCHEMA)).demands[0].real == 5


def test_no_record_of_a_kind_that_fewer_than_k_real_records_are_of_is_ever_asked_for():
    table = of_frame(orders().iloc[:200], SCHEMA)
    demands = planned({"shifts": [{"where": {"Sex": "F"}, "factor": 1}, {"where": {"Paid": "late"}, "factor": 1.5}]},
                      values=table)  # fmt: skip
    assert 0b11 not in demands.kinds  # four late orders by F
    assert (reached(demands, 0), reached(demands, 1)) == (320, 150)


def test_a_plan_that_would_take_too_many_draws_is_refused():
    with pytest.raises(StatementError, match="would have to be drawn"):
        planned({"conditions": [{"where": {"Paid": "late", "Sex": "F"}, "rows": 10_000_000}]}, rows=10_000_000)


def test_a_plan_survives_json():
    demands = planned(
        {"conditions": [{"where": {"Age": {"over": 70}}, "rows": 50}], "balance": {"shares": {"late": 0.3}}}
    )
    assert demands_from_json(json.loads(json.dumps(demands.as_json())), SCHEMA) == demands


SHARES = st.floats(0, 1).map(lambda share: round(share, 3))
WHERES = st.sampled_from(
    [{"Sex": "F"}, {"Paid": "late"}, {"Age": {"over": 60}}, {"City": ["Bonn", "Lyon"]}, {"Sex": "M", "City": "Nice"}]
)


@given(
    st.lists(st.tuples(WHERES, st.integers(1, 900), st.booleans()), max_size=3),
    st.lists(st.tuples(WHERES, SHARES), max_size=2),
    st.none() | SHARES,
    st.integers(900, 5000),
)
def test_every_count_is_exact_or_the_run_is_refused_before(conditions, shifts, late, rows):
    plain = {
        "conditions": [{"where": where, "rows": count, "at_least": more} for where, count, more in conditions],
        "shifts": [{"where": where, "share": share} for where, share in shifts],
        "balance": {"shares": {"late": late}} if late is not None else None,
    }
    try:
        demands = planned(plain, rows)
    except StatementError:
        return
    assert sum(demands.kinds.values()) == rows
    for place, demand in enumerate(demands.demands):
        assert reached(demands, place) == demand.rows or (demand.at_least and reached(demands, place) > demand.rows)


@given(
    st.dictionaries(st.integers(0, 60), st.integers(1, 5000), min_size=1, max_size=8),
    st.lists(st.floats(0, 1), max_size=6),
)
def test_shards_together_owe_each_kind_exactly_and_each_shard_its_own_rows(kinds, cuts):
    total = sum(kinds.values())
    ends = sorted({*(int(cut * total) for cut in cuts), total} - {0})
    rows = [end - begin for begin, end in pairwise([0, *ends])]
    shares = share_out(kinds, rows)
    assert [sum(share.values()) for share in shares] == rows
    assert {kind: sum(share.get(kind, 0) for share in shares) for kind in kinds} == kinds
