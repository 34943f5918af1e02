"""The review record of a release: read with the dossier that is signed, or again for one that was signed before."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.conf import settings

from reviews.engine.acceptance.draw import Draw, commitment, sample_seed
from reviews.engine.attestation.record import Drawn, Reviewed, review_record
from reviews.engine.gate.facts import GateFacts
from reviews.models import Release, Review, ReviewRecord
from reviews.repositories.gate.dossier import Dossier, collect, hash_before
from reviews.repositories.prefixes import completed_prefixes, odd_in
from reviews.repositories.samples import attempt_number, plan_of, policy_of
from synthportal.errors import Conflict

JUDGED_ANEW = "The evidence of this release was judged anew since it was signed. Release a new run instead."


def record_of(dossier: Dossier, review: Review) -> dict[str, Any]:
    """The record as the gate stands in this dossier."""
    return review_record(_reviewed(dossier.facts, review, dossier.contents))


def record_again(release: Release) -> dict[str, Any]:
    """The record of a release that was signed without one, from rows that have not changed since.

    Its gate is the one that it was signed by; the checks that are asked for since, and were not run, are named.
    Raises Conflict when another evaluation came after the signature: then it speaks of other evidence.
    """
    dossier = collect(release.run)
    before, verdicts = hash_before(dossier)
    if release.dossier_hash not in (dossier.hash, before):
        raise Conflict(JUDGED_ANEW)
    digest = dossier.contents if release.dossier_hash == dossier.hash else verdicts
    facts, sample, evidence = dossier.facts, dossier.facts.sample, dossier.facts.evidence
    if sample is None or evidence is None:
        raise Conflict(JUDGED_ANEW)
    computed = {metric["name"] for metric in evidence.metrics}
    as_signed = replace(
        facts,
        limits_now=evidence.limits,
        needed=facts.needed & computed,
        sample=replace(sample, status=str(Review.Status.OPEN)),
        is_released=False,
        touched=(),
        alarm="",
        made_from=(),
    )
    since = sorted(facts.needed - computed)
    return review_record(replace(_reviewed(as_signed, release.review, digest), asked_for_since=since))


def _reviewed(facts: GateFacts, review: Review, digest: str) -> Reviewed:
    odd = odd_in([review])
    prefix = completed_prefixes([review], odd)[review.pk]
    drawn = Drawn(draw_of(review), _rows(review), prefix.completed, prefix.leaks)
    return Reviewed(policy_of(review), plan_of(review), attempt_number(review), drawn, facts, digest)


def _rows(review: Review) -> list[int]:
    """The rows of the random lane in the order of the draw."""
    lane = review.records.filter(lane=ReviewRecord.Lane.RANDOM).order_by("position")
    return [row for row in lane.values_list("row", flat=True) if row is not None]


def draw_of(review: Review) -> Draw:
    """How its sample was drawn. One drawn by HMAC shows the commitment alone: its key never leaves the portal."""
    if review.draw:
        return Draw(**review.draw)
    return Draw(commitment(sample_seed(settings.SAMPLE_KEY, review.artefact_sha256)))
