"""The jobs of this app: evaluate -> sample (the review opens) ... release -> publish (its files are made and signed).

A run of a bake-off waits after its evaluation: take opens its review.
"""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from generation.models import GenerationRun
from generation.repositories.bake_offs import TAKE, waits_for_choice
from reviews.models import Attestation, Release
from reviews.repositories.trust.attestations import releases_over
from reviews.stages.attest import ask_attestation, expire_release, sign_attestations
from reviews.stages.release import release_run
from reviews.stages.sample import sample_run
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import enqueue
from synthportal.jobs.registry import duty, job
from synthportal.jobs.worker import Worker
from synthportal.models import Person


@job("sample")
def sample(run_id: UUID, worker: Worker, report: Report) -> None:
    """After every evaluation; a run of a bake-off waits until its owner takes it to review."""
    if not waits_for_choice(GenerationRun.objects.get(pk=run_id)):
        sample_run(run_id, by=worker, report=report)


@job(TAKE)
def take(run_id: UUID, worker: Worker, report: Report) -> None:
    sample_run(run_id, by=worker, report=report)


@job("publish")
def publish(release_id: UUID, worker: Worker, report: Report) -> None:
    sign_attestations(release_id, by=worker, report=report)


@duty
def expire_what_is_over() -> None:
    """Queue the end of releases whose day has come. Nothing leaves of them meanwhile either: export asks the day."""
    for release in releases_over():
        enqueue("expire", release.pk, person_id=release.released_by_id)


@job("expire")
def expire(release_id: UUID, worker: Worker, report: Report) -> None:
    expire_release(release_id, by=worker)


def submit_release(run: GenerationRun, *, by: Person, dossier_hash: str, seen: Collection[str]) -> Release:
    """Release a run and queue the layout and signature of its files; Parquet can be had at once."""
    release = release_run(run, by=by, dossier_hash=dossier_hash, seen=seen)
    enqueue("publish", release.pk, person_id=by.pk)
    return release


def submit_attestation(
    release: Release, *, by: Person, days: int | None = None, test_share: float = 0.0
) -> Attestation:
    """Ask for a signature over every file, and queue it; one that was asked for and did not come is queued again."""
    waiting = release.attestations.filter(signed_at=None).first()
    asked = waiting or ask_attestation(release, by=by, days=days, test_share=test_share)
    enqueue("publish", release.pk, person_id=by.pk)
    return asked
