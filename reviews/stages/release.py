"""release: an open gate and a second person. `release_run()` is the only creator of a Release."""

from __future__ import annotations

import uuid
from collections.abc import Collection
from dataclasses import asdict
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from generation.models import GenerationRun
from reviews.engine.certificate.canonical import as_json
from reviews.engine.certificate.certificate import build_certificate, sign
from reviews.engine.certificate.datacard import data_card, data_card_markdown
from reviews.models import Release, Review
from reviews.repositories.catalogue.search import keep_columns
from reviews.repositories.gate.dossier import Dossier, collect, readable
from reviews.repositories.release_facts import release_facts
from reviews.repositories.trust.keys import open_key
from reviews.repositories.trust.records import record_of
from reviews.stages.attest import ask_attestation
from reviews.stages.gate import why_not_sign
from synthportal.errors import Conflict, DomainError, NotPermitted
from synthportal.models import Person
from synthportal.roles import Role, has_role, require
from synthportal.storage.vault import holds
from synthportal.trail.audit import record
from synthportal.transitions import move

UNSEEN = (
    "Nothing was signed: say which dossier you had before you (dossier_hash, 64 hex digits, from the gate). "
    "What you sign is what you saw."
)


def release_run(run: GenerationRun, *, by: Person, dossier_hash: str, seen: Collection[str]) -> Release:
    """Release the run's artefact. Everything is collected and checked again, under a lock on the review.

    `dossier_hash` is what the person saw and signs: when the evidence has changed since, nothing happens. `seen` names
    the conditions that are met but need eyes, which the person has read. Without the hash, or with one of them
    missing, a DomainError is raised, which answers 400.
    Raises NotPermitted for anybody who cannot be the second person, Conflict with every unmet condition.
    """
    with readable(run):
        reasons = why_not_sign(by, run)
    if reasons:
        raise NotPermitted(*reasons)
    if not dossier_hash:
        raise DomainError(UNSEEN)
    _require_same_bytes(run)
    with transaction.atomic():
        review = Review.objects.select_for_update().filter(run=run).first()
        run = GenerationRun.objects.select_for_update(of=("self",)).select_related("dataset", "plan").get(pk=run.pk)
        dossier = collect(run)
        if dossier.unmet:
            raise Conflict(*(line.why for line in dossier.unmet))
        if review is None or dossier_hash != dossier.hash:
            raise Conflict("The evidence or the verdicts changed since you opened this page. Look at it again.")
        _require_seen(dossier, seen)
        kept = record_of(dossier, review)
        move(review, Review.Status.ACCEPTED, by=by, dossier_hash=dossier.hash, closed_at=timezone.now())
        release = _sign(dossier, review, by, kept)
        move(review, Review.Status.RELEASED, by=by)
        facts = {"artefact": run.artefact_sha256, "dossier": dossier.hash, "seen": dossier.needing_eyes}
        record("released", release, by=by, **facts)
        ask_attestation(release, by=by)
    return release


def _require_seen(dossier: Dossier, seen: Collection[str]) -> None:
    """What is met but needs eyes was read, one by one."""
    unseen = [line for line in dossier.conditions if line.needs_eyes and line.name not in seen]
    if unseen:
        titles = ", ".join(f"“{line.title}” ({line.name})" for line in unseen)
        raise DomainError(
            f"Nothing was signed: read what is met but needs your eyes, and name it as seen (seen): {titles}."
        )


def _sign(dossier: Dossier, review: Review, by: Person, kept: dict[str, Any]) -> Release:
    """The row, with its signed certificate, its data card and the review record that both follow from."""
    run, release_id = dossier.run, uuid.uuid4()
    number = (Release.objects.aggregate(last=Max("number"))["last"] or 0) + 1
    facts = release_facts(release_id, number, dossier, review, by=by)
    release = Release.objects.create(
        id=release_id,
        number=number,
        run=run,
        review=review,
        artefact_sha256=run.artefact_sha256,
        dossier_hash=dossier.hash,
        requested_by=run.requested_by,
        released_by=by,
        claim=facts.review.claim,
        certificate=sign(build_certificate(facts), open_key()),
        card={
            "card": data_card(facts),
            "markdown": data_card_markdown(facts),
            "facts": as_json(asdict(facts)),
            "record": kept,
        },
    )
    keep_columns(release, facts.artefact.columns)
    return release


def _require_same_bytes(run: GenerationRun) -> None:
    """Re-hash the artefact: the name must still be the hash. Outside the transaction, since it may take seconds."""
    if not run.artefact_sha256:
        raise Conflict("This run has no artefact yet.")
    if not holds(run.dataset.key_id, run.artefact_sha256):
        raise Conflict("The artefact's bytes are not the ones that were evaluated. Nothing was released.")


def why_not_withdraw(person: Person, release: Release) -> list[str]:
    """Why this person cannot withdraw this release; empty when they can."""
    if not has_role(person, Role.STEWARD):
        return ["A release is withdrawn by a steward."]
    if release.status != Release.Status.RELEASED:
        return [f"This release is {release.status} already."]
    return []


def withdraw_release(release: Release, *, reason: str, by: Person) -> None:
    """Close the door for these bytes: every later download is refused."""
    require(by, Role.STEWARD)
    if reasons := why_not_withdraw(by, release):
        raise Conflict(*reasons)
    if not reason.strip():
        raise Conflict("Say why this release is withdrawn: whoever downloaded it will read it.")
    move(
        release,
        Release.Status.WITHDRAWN,
        by=by,
        withdrawn_by=by,
        withdrawn_at=timezone.now(),
        withdrawn_reason=reason.strip(),
    )
