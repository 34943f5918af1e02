"""The jobs of this app: evaluate -> sample (the review opens) ... release -> publish (the files are laid out)."""

from __future__ import annotations

from uuid import UUID

from reviews.stages.export import publish_release
from reviews.stages.sample import sample_run
from synthportal.jobs.progress import Report
from synthportal.jobs.registry import job
from synthportal.jobs.worker import Worker


@job("sample")
def sample(run_id: UUID, worker: Worker, report: Report) -> None:
    sample_run(run_id, by=worker, report=report)


@job("publish")
def publish(release_id: UUID, worker: Worker, report: Report) -> None:
    publish_release(release_id, report=report)
