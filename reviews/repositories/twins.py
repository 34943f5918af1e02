"""Runs that made the same bytes: an artefact has one review, that of the run which was sampled first."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from generation.models import GenerationRun
from reviews.models import Review


def twins_of(runs: Collection[GenerationRun]) -> dict[UUID, Review]:
    """By run: the review of another run that made exactly the same bytes, where there is one."""
    digests = {run.artefact_sha256 for run in runs if run.artefact_sha256}
    found = Review.objects.filter(artefact_sha256__in=digests).select_related("run__dataset")
    by_digest = {review.artefact_sha256: review for review in found}
    pairs = [(run, by_digest.get(run.artefact_sha256)) for run in runs]
    return {run.pk: twin for run, twin in pairs if twin is not None and twin.run_id != run.pk}


def twin_of(run: GenerationRun) -> Review | None:
    """The review that counts for the bytes of this run, if it is another run's."""
    return twins_of([run]).get(run.pk)


def name_of(twin: Review, run: GenerationRun) -> str:
    """What the other run is called on pages of this one. A run of another dataset has no name there: whoever sees this
    run need not see that one.
    """
    return f"run {twin.run.number}" if twin.run.dataset_id == run.dataset_id else "an earlier run"
