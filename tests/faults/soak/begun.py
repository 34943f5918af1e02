"""Where a walk begins: a run of a small source, whose review is open, judged, or released."""

from __future__ import annotations

import gzip
from itertools import islice
from pathlib import Path

from django.conf import settings

from generation.models import GenerationRun
from generation.stages.request import RunRequest
from reviews.engine.gate.conditions import WAIVABLE
from reviews.engine.reading.judgement import Judgement
from reviews.models import Review
from reviews.pipeline import run_pipeline
from reviews.stages.gate import gate_conditions, waive_condition
from reviews.stages.review import claim_record, judge_record
from reviews.tasks import submit_release
from synthportal.models import AuditEvent, Person
from synthportal.trail.heads import GENESIS, add_head, begin
from synthportal.trail.verification import faults
from tests.cast import ADULT, agree_tier, made_once
from tests.reviews.signing import all_seen, publish
from tests.reviews.small import SMALL

# Of fewer records the privacy checks decide nothing, and of more they take longer.
RECORDS = 12_000
STATED = {"name": "incomes", "purpose": "testing", "description": "To try programs."}


def begin_with(state: str, people: dict[str, Person]) -> GenerationRun:
    """The run, with a trail that is whole and whose head is kept."""
    made_once("soak: open", lambda: _open(people))
    if state != "open":
        made_once("soak: judged", lambda: _judge(Review.objects.get(), people))
    if state == "released":
        made_once("soak: released", lambda: _release(GenerationRun.objects.get(), people))
    last = AuditEvent.objects.latest("seq")
    begin(0, GENESIS)
    add_head(last.seq, last.digest)
    assert list(faults()) == []
    return GenerationRun.objects.select_related("dataset", "plan").get()


def _open(people: dict[str, Person]) -> None:
    agree_tier("quick", SMALL, reason="A handful of records.")
    source = Path(settings.DATA_DIR) / "soak.csv"
    with gzip.open(ADULT, "rt") as whole, source.open("w") as part:
        part.writelines(islice(whole, 1 + RECORDS))
    run_pipeline(source, STATED, RunRequest("copula", 1_000, seed=3, tier="quick"), by=people["ana"])


def _judge(review: Review, people: dict[str, Person]) -> None:
    """Every record found clean by as many people as it needs, and usefulness waived where it falls short."""
    for who in ("ben", "bea"):
        while record := claim_record(review, by=people[who]):
            judge_record(record, Judgement("clean"), token=record.token, by=people[who])
    short = {line.name for line in gate_conditions(review.run) if not line.met}
    for condition in short.intersection(WAIVABLE):
        waive_condition(review.run, condition, reason="Good enough to try the tools.", by=people["cora"])


def _release(run: GenerationRun, people: dict[str, Person]) -> None:
    publish(submit_release(run, by=people["cleo"], **all_seen(run)))
