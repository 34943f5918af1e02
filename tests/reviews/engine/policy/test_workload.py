"""What a policy costs, counted by hand, and its words."""

from __future__ import annotations

from dataclasses import replace

import pytest

from reviews.engine.acceptance.plans import PlanKind
from reviews.engine.policy.policy import QUICK, STANDARD, STRICT, ReviewPolicy
from reviews.engine.policy.words import FIELDS, consequence, difference
from reviews.engine.policy.workload import workload


def test_every_field_of_a_policy_has_its_words():
    fields = set(ReviewPolicy.__dataclass_fields__)
    assert fields == {*FIELDS, "name", "version", "reason", "reading_speed"}


def test_the_cost_of_a_review_counts_both_lanes_and_the_controls():
    # 59 records show < 5 % of 10,000 (hypergeometric); 20 are searched out; one verdict each at 20 s: 26 min 20 s.
    quick = workload(QUICK, 10_000, 20)
    assert (quick.random, quick.hunt, quick.controls, quick.verdicts) == (59, 20, 0, 79)
    assert quick.hours == pytest.approx(79 * 20 / 3600)
    # 59 fabricated leaks (a tenth of the 581 that perfect reviewers would need) and 15 pieces of nonsense; two people
    # for each place.
    strict = workload(STRICT, 10_000, 20)
    assert (strict.hunt, strict.controls) == (100, 59 + 15)
    assert strict.verdicts == 2 * (strict.random + 100 + 74)
    # A tenth of each lane once more.
    standard = workload(STANDARD, 10_000, 20)
    lanes = (standard.random, standard.hunt, standard.controls)
    assert standard.verdicts == sum(lanes) + sum(round(lane / 10) for lane in lanes)


def test_the_hunt_lane_cannot_hold_more_than_the_lot_has_left():
    # 2 of 40 leak at 5 %: (40 - n)(39 - n) / (40 x 39) <= .05 first holds at n = 31.
    assert (workload(QUICK, 40, 20).random, workload(QUICK, 40, 20).hunt) == (31, 9)


def test_what_a_change_of_policy_does_is_said_in_records_and_words():
    # Known answers at 1 %, 95 %, great lot: 299 with none, 473 with one accepted; 50 more are searched out.
    plain, laxer = replace(STANDARD, control_rate=0.0), replace(STANDARD, control_rate=0.0, accept=1)
    longer = consequence(workload(plain, None, 20), workload(laxer, None, 20))
    assert longer[0] == "This makes the review 174 records longer: 523 instead of 349."
    shorter = consequence(workload(laxer, None, 20), workload(plain, None, 20))
    assert shorter[0] == "This makes the review 174 records shorter: 349 instead of 523."
    assert difference(plain, laxer) == ["Leaks the sample is sized for: 1, before 0."]
    assert difference(STANDARD, plain) == ["Controls: 0 %, before 10 %."]
    assert difference(plain, plain) == []


def test_every_kind_of_field_is_said_in_its_own_way():
    changed = replace(
        STANDARD, ltpd=0.02, confidence=0.99, hunt_records=10, spend_attempts=True, plan_kind=PlanKind.SEQUENTIAL,
        accept=4,
    )  # fmt: skip
    said = difference(STANDARD, changed)
    assert len(said) == 6
    assert any("2 %, before 1 %" in line for line in said)
    assert any("99 %, before 95 %" in line for line in said)
    assert any(line.endswith(": 10, before 50.") for line in said)
