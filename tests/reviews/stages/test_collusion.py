"""What annotators can count moves for a control as it does for a record that reads the same."""

from __future__ import annotations

import json
import re

import pytest
from django.db import transaction

from reviews.engine.reading.judgement import Judgement
from reviews.models import ReviewRecord
from reviews.stages.review import hold_again, judge_record
from reviews.stages.undo import undo_verdict
from synthportal.storage.vault import open_value, seal_value
from tests.cast import World, without_triggers
from tests.generation.door import page
from tests.reviews.calibrated import world_with

CLEAN = Judgement("clean")
LEAK = Judgement("leakage", ["near_copy"])
ODD = Judgement("unrealistic", ["implausible_value"])
POLICIES = {
    "one person each": ({"min_annotators": 2}, 1),
    "two people each": ({"reviews_per_record": 2, "min_annotators": 2}, 2),
    "half of them one more": ({"double_share": 0.5, "min_annotators": 2}, 2),
}


@pytest.fixture(params=POLICIES.values(), ids=POLICIES)
def twins(request: pytest.FixtureRequest, db: None) -> tuple[World, ReviewRecord, ReviewRecord]:
    """A record of the artefact and a control with the same content, side by side in everything but their place."""
    changes, needed = request.param
    world = world_with(control_rate=0.1, missable_controls=2, **changes)
    record = world.review.records.filter(lane="random", needed=needed, position__gte=40).first()
    control = world.review.records.filter(lane="control", needed=needed, position__gte=40).first()
    key = world.dataset.key_id
    plain = open_value(key, bytes(record.sealed), record.pk.bytes)
    with without_triggers():
        ReviewRecord.objects.filter(pk=control.pk).update(sealed=seal_value(key, plain, control.pk.bytes))
    return world, record, control


def views(world, client_of):
    """What two annotators read of how far the review has come: by API, in their list of reviews, on their desk."""
    found = []
    for who in ("ben", "bea"):
        client = client_of(who)
        found.append(json.loads(client.get(f"/api/v1/runs/{world.run.pk}/review/").content))
        listed, desk = page(client.get("/reviews/")), page(client.get(f"/reviews/{world.review.pk}/"))
        found.append(re.findall(r"[\d,]+ of [\d,]+[^<]*", listed))
        found.append(re.findall(r"<progress.*?</progress>|[\d,]+ by you", desk, re.DOTALL))
    return found


@pytest.mark.parametrize("judgement", [CLEAN, LEAK, ODD], ids=lambda one: one.decision)
def test_what_two_annotators_count_moves_for_a_control_as_for_a_record(twins, people, client_of, judgement):
    world, record, control = twins
    seen = []
    for one in (record, control):
        with transaction.atomic():
            hold_again(ReviewRecord.objects.select_for_update().get(pk=one.pk), people["ben"])
            held = ReviewRecord.objects.get(pk=one.pk)
            judge_record(held, judgement, token=held.token, by=people["ben"])
            after = views(world, client_of)
            undo_verdict(world.review, by=people["ben"])
            seen.append((after, views(world, client_of)))
            transaction.set_rollback(True)
    assert seen[0] == seen[1]


def test_each_lane_waits_for_as_many_people_as_the_others(db):
    """A half of each lane, controls too, is judged once more: who else is asked tells nothing about a record."""
    world = world_with(control_rate=0.1, missable_controls=2, double_share=0.5, min_annotators=2)
    for lane in ("random", "hunt", "control"):
        of_lane = world.review.records.filter(lane=lane)
        once_more = of_lane.filter(needed=2).count()
        assert once_more == round(of_lane.count() / 2)
        assert of_lane.filter(needed=1).count() == of_lane.count() - once_more
