"""Controls: where they stand among the sampled records, and what they are made of."""

from __future__ import annotations

from collections import Counter

import pytest

from reviews.engine.acceptance.draw import Chance
from reviews.engine.acceptance.plans import fixed_plan, three_look_plan
from reviews.engine.controls.fabricate import Kind, fabricate, materials_of, plan_kinds
from reviews.engine.controls.lineup import Hunted, line_up, needing

SEED = bytes(range(32))
CLERKS = [{"age": 20 + i, "job": "clerk", "town": "Leeds", "hours": 40.0} for i in range(30)]


def test_controls_stand_one_in_each_of_as_many_equal_stretches() -> None:
    plan = fixed_plan(100_000, 0.05, 0.95, planted=20, missable=2)
    places = line_up(
        plan, range(plan.n), [Hunted(90_000 + i, ("near",)) for i in range(20)], tuple(Kind), Chance(SEED, "a")
    )
    real = plan.n + 20
    before = [at - i for i, at in enumerate(at for at, place in enumerate(places) if place.control)]
    assert len(before) == 25
    assert all(i * real // 25 <= at < (i + 1) * real // 25 for i, at in enumerate(before))
    assert [place.row for place in places if place.row is not None] == list(range(plan.n))


def test_the_same_seed_hides_the_same_controls_at_the_same_places_and_another_seed_does_not() -> None:
    plan = fixed_plan(100_000, 0.05, 0.95, planted=20)
    lines = [line_up(plan, range(plan.n), [], tuple(Kind), Chance(seed, "a")) for seed in (SEED, SEED, b"x" * 32)]
    assert lines[0] == lines[1] != lines[2]
    materials = materials_of(CLERKS)
    made = [fabricate(Kind.NEAR_COPY, materials, Chance(SEED, "b")) for _ in range(2)]
    assert made[0] == made[1]


def test_a_plan_with_looks_has_all_the_controls_it_needs_before_the_first_that_can_accept() -> None:
    plan = three_look_plan(100_000, 0.05, 0.95, planted=20)
    places = line_up(plan, range(plan.n), [], tuple(Kind), Chance(SEED, "a"))
    first = next(at for at, place in enumerate(places) if place.row == plan.looks[0].n - 1)
    leaks = [at for at, place in enumerate(places) if place.control not in {None, Kind.NONSENSE}]
    assert sum(at < first for at in leaks) == 20
    early, late = 20 / plan.looks[0].n, sum(at > first for at in leaks) / (plan.n - plan.looks[0].n)
    assert late == pytest.approx(early, rel=0.1)


def test_the_same_share_of_every_lane_and_of_the_controls_gets_one_more_person() -> None:
    plan = fixed_plan(100_000, 0.05, 0.95, planted=20)
    hunted = [Hunted(row, ("near",)) for row in range(30)]
    places = line_up(plan, range(plan.n), hunted, tuple(Kind), Chance(SEED, "a"))
    needed = list(zip(needing(places, 2, 0.1, Chance(SEED, "b")), places, strict=True))
    of_sample, of_search, of_controls = (
        Counter(n for n, place in needed if is_in(place))
        for is_in in (lambda one: one.row is not None, lambda one: one.hunted, lambda one: one.control)
    )
    assert of_sample == {3: round(plan.n / 10), 2: plan.n - round(plan.n / 10)}
    assert of_search == {3: 3, 2: 27}
    assert of_controls == {3: 2, 2: 23}, "20 leaks and 5 pieces of nonsense"


def test_a_control_has_the_columns_and_the_kinds_of_values_of_the_rows_around_it() -> None:
    materials, chance = materials_of(CLERKS), Chance(SEED, "c")
    for kind in plan_kinds(40, 20, materials.kinds(), chance):
        row = fabricate(kind, materials, chance)
        assert list(row) == list(CLERKS[0])
        assert [type(value) for value in row.values()] == [type(value) for value in CLERKS[0].values()]
        assert row not in CLERKS


def test_a_text_keeps_what_it_says_and_gets_a_sentence_more() -> None:
    texts = [{"body": "My bill is too high this month. Could you please look at what was charged and why?"}] * 3
    chance = Chance(SEED, "d")
    for kind in Kind:
        made = fabricate(kind, materials_of(texts), chance)["body"]
        assert len(made) > len(texts[0]["body"])
        assert "My bill is too high this month." in made


def test_a_conversation_keeps_its_turns_and_one_says_a_sentence_more() -> None:
    turns = [{"role": "user", "content": "Hi."}, {"role": "assistant", "content": "Hello."}]
    made = fabricate(Kind.MEMORISED_TEXT, materials_of([{"messages": turns}]), Chance(SEED, "e"))["messages"]
    assert [turn["role"] for turn in made] == ["user", "assistant"]
    assert sum(turn not in turns for turn in made) == 1


def test_a_name_in_a_column_of_surrogates_would_be_no_leak_so_none_is_put_there() -> None:
    rows = [{"name": "Ann Lee", "job": "clerk"}] * 5
    materials, chance = materials_of(rows, skip=["name"]), Chance(SEED, "f")
    assert all(fabricate(kind, materials, chance)["name"] == "Ann Lee" for kind in Kind for _ in range(5))


def test_bare_numbers_can_hide_no_leak_that_a_person_would_recognise() -> None:
    assert materials_of([{"a": 1, "b": 2.5}] * 5).kinds() == (Kind.NONSENSE,)
