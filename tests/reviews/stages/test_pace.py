"""A verdict that comes sooner than the record can be read is not taken, and both sides are told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from reviews.engine.reading.judgement import Judgement
from reviews.models import Review, ReviewRecord, Verdict
from reviews.repositories.people import reviewers_of
from reviews.stages.review import claim_record, judge_record
from reviews.stages.undo import undo_verdict
from synthportal.errors import Conflict
from synthportal.models import AuditEvent
from tests.cast import World, put_as_made

CLEAN = Judgement("clean")


@pytest.fixture
def paced(world: World) -> Review:
    """The review as it opens on a portal with the shipped setting."""
    world.review.policy["reading_speed"] = 300
    put_as_made(world.review)
    return world.review


def read_for(seconds: float) -> None:
    """The records in hand were claimed that long ago."""
    ReviewRecord.objects.filter(state="claimed").update(claimed_at=timezone.now() - timedelta(seconds=seconds))


def test_clicks_meet_no_quota_and_are_told_at_once(paced, people, client_of):
    record = claim_record(paced, by=people["ben"])
    read_for(-60)  # held for no time at all, however busy the machine
    for _ in range(5):
        with pytest.raises(Conflict, match=r"not saved: it came after 0\.\d s, and nobody reads this record in less"):
            judge_record(record, CLEAN, token=record.token, by=people["ben"])
    assert not Verdict.objects.exists()
    sent = {"token": record.token, "verdict": "clean"}
    answer = client_of("ben").post(f"/api/v1/records/{record.pk}/verdict/", sent, "application/json")
    assert (answer.status_code, "not saved" in str(answer.json())) == (409, True)
    events = AuditEvent.objects.filter(action="too quick", subject_id=str(paced.pk))
    assert events.count() == 6
    read_for(4)
    judge_record(record, CLEAN, token=record.token, by=people["ben"])
    (line,) = reviewers_of(paced)
    assert (line.verdicts, line.too_quick) == (1, 6)
    assert "6 verdicts came too soon and were not taken." in line.warning


def test_a_review_that_opened_without_a_floor_takes_every_verdict(world, people):
    record = claim_record(world.review, by=people["ben"])
    assert judge_record(record, CLEAN, token=record.token, by=people["ben"])


def test_a_flag_that_was_taken_back_is_seen_by_the_steward(paced, people, client_of):
    record = claim_record(paced, by=people["ben"])
    read_for(30)
    judge_record(record, Judgement("leakage", ["near_copy"]), token=record.token, by=people["ben"])
    record = undo_verdict(paced, by=people["ben"])
    read_for(30)
    judge_record(record, CLEAN, token=record.token, by=people["ben"])
    (line,) = reviewers_of(paced)
    assert (line.flags, line.taken_back) == (0, 1)
