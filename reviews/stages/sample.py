"""sample: draw the one sample of an artefact, seeded by its digest, and seal each record for the desk."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from generation.engine.tables.loading import rows_at
from generation.models import GenerationRun
from generation.stages.evaluate import read_report
from reviews.draw import sample_rows, sample_seed
from reviews.models import Review, ReviewRecord
from reviews.plans import ImpossiblePlan, Look, Plan, PlanKind
from reviews.policy import TIERS, ReviewPolicy, plan_for, policy_from_json
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.storage.vault import open_sealed, seal_value

RANDOM, HUNT = ReviewRecord.Lane.RANDOM, ReviewRecord.Lane.HUNT


def policy_named(tier: str) -> ReviewPolicy:
    """A tier as the desk applies it: one annotator per record, and no fabricated controls mixed in.

    The claim then says "if reviewers miss nothing".
    """
    return replace(TIERS[tier], control_rate=0.0, double_share=0.0, reviews_per_record=1, min_annotators=1)


def policy_of(review: Review) -> ReviewPolicy:
    """The policy a review was opened under."""
    return policy_from_json(json.dumps(review.policy))


def plan_of(review: Review) -> Plan:
    """The sampling plan a review was opened with."""
    kept = dict(review.plan)
    looks = tuple(Look(**look) for look in kept.pop("looks"))
    return Plan(kind=PlanKind(kept.pop("kind")), looks=looks, **kept)


def sample_run(run_id: UUID, *, by: Worker, report: Report) -> None:
    """Open the run's review. The draw follows from the artefact's digest and the server's key; nobody can move it."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if run.status != GenerationRun.Status.EVALUATED or Review.objects.filter(run=run).exists():
        return
    lot = run.artefact_rows or 0
    policy = policy_named(run.tier)
    plan = _plan(policy, lot)
    drawn = sample_rows(sample_seed(settings.SAMPLE_KEY, run.artefact_sha256), lot, plan.n)
    report("sampling records", 0, len(drawn))
    queue = _queue(drawn, _hunted(run, set(drawn), policy.hunt_records))
    records = _sealed_records(run, queue)
    with transaction.atomic():
        by.hold()
        if Review.objects.filter(artefact_sha256=run.artefact_sha256).exists():
            raise Conflict("An earlier run made these exact bytes, and its review counts: there is no second sample.")
        review = Review.objects.create(
            run=run,
            artefact_sha256=run.artefact_sha256,
            policy=asdict(policy),
            plan=asdict(plan),
            lot=lot,
            required=plan.n,
            accept=plan.accept,
            ltpd=plan.ltpd,
            confidence=plan.confidence,
        )
        for one in records:
            one.review = review
        ReviewRecord.objects.bulk_create(records, batch_size=200)
        record("sampled", review, by=by, artefact=run.artefact_sha256, random=len(drawn), hunt=len(queue) - len(drawn))


def _plan(policy: ReviewPolicy, lot: int) -> Plan:
    try:
        return plan_for(policy, lot)
    except ImpossiblePlan as error:
        raise Conflict(str(error)) from error


Queued = tuple[str, int, list[str]]


def _hunted(run: GenerationRun, drawn: set[int], most: int) -> list[Queued]:
    """The records that evaluate named, in its order, that are not in the random lane already."""
    named: dict[int, list[str]] = {}
    report = read_report(run.evaluations.latest("number"))
    for found in report["named"]:
        if found["row"] not in drawn:
            named.setdefault(found["row"], []).append(found["reason"])
    return [(HUNT, row, reasons) for row, reasons in list(named.items())[:most]]


def _queue(drawn: Sequence[int], hunted: list[Queued]) -> list[Queued]:
    """Both lanes in one queue, the hunt lane spread evenly, so that a place in it tells nothing about the lane."""
    lanes: list[Iterator[Queued]] = [iter([(RANDOM, row, []) for row in drawn]), iter(hunted)]
    total, spread = len(drawn) + len(hunted), len(hunted)
    turns = [place * spread // total != (place + 1) * spread // total for place in range(total)]
    return [next(lanes[is_hunt]) for is_hunt in turns]


def _sealed_records(run: GenerationRun, queue: list[Queued]) -> list[ReviewRecord]:
    key_id = run.dataset.key_id
    with open_sealed(key_id, run.artefact_sha256) as artefact:
        rows = rows_at(artefact, [row for _, row, _ in queue])
    records = []
    for place, ((lane, row, reasons), content) in enumerate(zip(queue, rows, strict=True), start=1):
        one = ReviewRecord(lane=lane, row=row, reasons=reasons, position=place)
        one.sealed = seal_value(key_id, encode_record(content), one.pk.bytes)
        records.append(one)
    return records


def encode_record(content: dict[str, Any]) -> bytes:
    """A record as JSON: a list of [label, value] in column order; dates in ISO form."""
    return json.dumps(list(content.items()), default=lambda value: value.isoformat()).encode()
