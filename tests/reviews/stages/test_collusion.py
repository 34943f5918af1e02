"""What two annotators can count moves for a control as it does for a record that reads the same."""

from __future__ import annotations

import json

import pytest
from django.db import transaction

from reviews.engine.reading.judgement import Judgement
from reviews.models import ReviewRecord
from reviews.stages.review import hold_again, judge_record
from synthportal.storage.vault import open_value, seal_value
from tests.cast import World, without_triggers
from tests.reviews.calibrated import world_with

LEAK = Judgement("leakage", ["near_copy"])


@pytest.fixture
def twins(db: None) -> tuple[World, ReviewRecord, ReviewRecord]:
    """A record of the artefact and a control with the same content, side by side in everything but their place."""
    world = world_with(control_rate=0.1, missable_controls=2, min_annotators=2)
    record = world.review.records.filter(lane="random", needed=1, position__gte=40).first()
    control = world.review.records.filter(lane="control", needed=1, position__gte=40).first()
    key = world.dataset.key_id
    plain = open_value(key, bytes(record.sealed), record.pk.bytes)
    with without_triggers():
        ReviewRecord.objects.filter(pk=control.pk).update(sealed=seal_value(key, plain, control.pk.bytes))
    return world, record, control


def test_the_count_of_waiting_flags_moves_for_a_control_as_for_a_record(twins, people, client_of):
    world, record, control = twins
    counts = []
    for one in (record, control):
        with transaction.atomic():
            hold_again(ReviewRecord.objects.select_for_update().get(pk=one.pk), people["ben"])
            held = ReviewRecord.objects.get(pk=one.pk)
            judge_record(held, LEAK, token=held.token, by=people["ben"])
            answer = client_of("bea").get(f"/api/v1/runs/{world.run.pk}/review/")
            counts.append(json.loads(answer.content)["waiting_flags"])
            transaction.set_rollback(True)
    assert counts == [1, 1]
