"""The pages of reviews as their tests use them: what a person reads, and what is sent."""

from __future__ import annotations

import re
from collections.abc import Callable
from html import unescape
from typing import Any

from django.test import Client
from django.urls import reverse

from reviews.engine.reading.judgement import Judgement
from reviews.models import ReviewRecord, Verdict
from reviews.stages.review import claim_record, judge_record
from synthportal.models import Person
from tests.cast import World

SignIn = Callable[[str], Client]
People = dict[str, Person]
SCRIPT = {"X-Desk": "none"}


def text(response: Any) -> str:
    """What a person reads: no tags, no entities, no runs of blanks."""
    page = response if isinstance(response, str) else response.content.decode()
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", page)).split())


def desk_of(world: World) -> str:
    return reverse("desk", args=[world.review.pk])


def held_by(world: World, person: Person) -> ReviewRecord:
    record = claim_record(world.review, by=person)
    assert record is not None
    return record


def post_verdict(client: Client, record: ReviewRecord, verdict: str, **more: object) -> Any:
    data = {"verdict": verdict, "token": record.token, **more}
    return client.post(reverse("verdict", args=[record.pk]), data)


def flag(world: World, person: Person) -> Verdict:
    record = held_by(world, person)
    judgement = Judgement("leakage", ["near_copy"], [0], "the same house")
    return judge_record(record, judgement, token=record.token, by=person)


def look(client: Client, verdict: Verdict, decision: str = "clean", *reasons: str) -> Any:
    return client.post(reverse("look", args=[verdict.pk]), {"verdict": decision, "reasons": reasons})
