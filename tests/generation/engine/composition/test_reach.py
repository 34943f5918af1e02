"""Refusals of what cannot be reached: they name the line, what is too scarce, and what would be possible."""

from __future__ import annotations

import pytest

from generation.engine.composition.composition import parse_composition
from generation.engine.composition.demands import plan_demands, real_kinds
from generation.engine.composition.faults import LineFault
from generation.engine.predicates.predicate import StatementError
from generation.engine.predicates.values import of_frame
from tests.generation.engine.composition.shop import SCHEMA, orders

REAL = of_frame(orders(), SCHEMA)  # 100 of 1,000 are late; 320 are F, 20 of them late
SCARCE = of_frame(orders().iloc[:200], SCHEMA)  # four late orders by F


def planned(plain, values, rows, k=5):
    composition = parse_composition(plain, SCHEMA, target="Paid")
    return plan_demands(composition, real_kinds(composition, values), rows, k)


def refused(plain, values=REAL, rows=1000):
    with pytest.raises(StatementError) as error:
        planned(plain, values, rows)
    return error.value.sentences


def test_half_per_cent_of_two_classes_says_that_they_sum_to_1_and_must_to_100():
    (said,) = refused({"balance": {"shares": {"late": "0.5 %", "in time": "0.5 %"}}})
    assert "the shares of all 2 classes sum to 1 % and must sum to 100 %" in said
    assert "If parts of 1 were meant, write 50 % and 50 %." in said
    assert isinstance(said, LineFault)
    assert (said.kind, said.place) == ("balance", 1)


@pytest.mark.parametrize("late", [0.3, "30 %", "30%", " 30 % "])
def test_a_share_is_a_part_of_1_or_per_cent_with_its_sign(late):
    composition = parse_composition({"balance": {"shares": {"late": late}}}, SCHEMA, target="Paid")
    assert composition.balance.shares == (("late", 0.3),)


@pytest.mark.parametrize(
    ("share", "unit"),
    [
        ("120 %", "in per cent is a number from 0 to 100"),
        ("many %", "in per cent is a number from 0 to 100"),
        ("5 % %", "in per cent is a number from 0 to 100"),
        (1.2, "a number from 0 to 1, or per cent with its sign"),
        ("50", "a number from 0 to 1, or per cent with its sign"),
    ],
)
def test_the_error_speaks_of_the_unit_that_was_used(share, unit):
    for plain in (
        {"balance": {"shares": {"late": share}}},
        {"shifts": [{"where": {"Paid": "late"}, "share": share}]},
    ):
        (said,) = refused(plain)
        assert unit in said


def test_a_class_that_cannot_be_read_is_named_by_its_place():
    (said,) = refused({"balance": {"shares": {"late": 0.2, "in time": "x"}}})
    assert (said.kind, said.place) == ("class", 2)
    assert said.startswith("Balance, class 2: a share")


def test_a_factor_beyond_all_records_says_the_largest_that_is_possible():
    (said,) = refused({"shifts": [{"where": {"Paid": "late"}, "factor": 11}]})
    assert "asks for 1,100 of 1,000 records. Possible: 0 to 1,000 records (0 to 10 times the real share)" in said


def test_conditions_that_leave_no_room_say_how_far_each_could_give_way():
    first, second = refused(
        {"conditions": [{"where": {"Sex": "F"}, "rows": 600}, {"where": {"Sex": "M"}, "rows": 600}]}
    )[:2]
    assert first.startswith("Condition 1:")
    assert "possible: 400 records" in first
    assert "possible: 400 records" in second


def test_lines_that_nobody_is_both_of_name_the_scarce_combination():
    said = refused(
        {
            "conditions": [{"where": {"Sex": "F"}, "rows": 190}],
            "shifts": [{"where": {"Paid": "late"}, "share": "50 %"}],
        },
        SCARCE,
        rows=200,
    )
    assert "Condition 1 with shift 1: fewer than 5 training records are both, so no record can be both." in said
    # All but 190 of the 200 may be late: 10 records, 5 %.
    assert any("Shift 1:" in one and "possible: 0 to 10 records (0 % to 5 %)" in one for one in said)
    # Half of the 200 are late, and no F is: at most 100 F.
    assert any("Condition 1:" in one and "possible: 0 to 100 records" in one for one in said)


def test_a_group_of_four_says_that_none_of_it_or_a_wider_one_is_possible():
    (said,) = refused({"conditions": [{"where": {"Sex": "F", "Paid": "late"}, "rows": 10}]}, SCARCE, rows=200)
    assert "fewer than 5 training records are like this" in said
    assert "Possible: none of them, or a wider group." in said
    assert "4 " not in said


def test_what_is_told_as_possible_is_possible_and_one_more_is_not():
    plain = {"conditions": [{"where": {"Sex": "F"}, "rows": 10}, {"where": {"Paid": "late"}, "rows": 100}]}
    assert sum(planned(plain, SCARCE, 200).kinds.values()) == 200
    plain["conditions"][0]["rows"] = 101
    assert any("0 to 100 records" in one for one in refused(plain, SCARCE, rows=200))
