"""Lineage: what else was made of the same source, and what was made of a release."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.db.models import Q, QuerySet, Sum

from generation.models import Dataset, Evaluation, GenerationRun
from generation.repositories.budget import spends_of
from generation.repositories.tables import datasets_of_source
from reviews.models import Derived, Release, Review, SignedFile
from reviews.repositories.catalogue.standing import closings_of
from reviews.repositories.catalogue.upstream import upstream_in, upstream_of


def lineage_of(release: Release, in_common: Mapping[int, int]) -> dict[str, Any]:
    """Source digests, runs, looks, epsilon and other releases of the source.

    `in_common` counts, by the number of such a release, the records that are in both.
    """
    dataset = release.run.dataset
    uploads = datasets_of_source(dataset)
    runs = GenerationRun.objects.filter(dataset__in=uploads)
    return {
        "source": {
            "sha256": dataset.sha256,
            "training_sha256": dataset.training_sha256,
            "minimised_sha256": release.run.plan.minimised_sha256 or dataset.minimised_sha256,
        },
        "uploads": uploads.count(),
        "runs": runs.count(),
        "looks": Evaluation.objects.filter(run__in=runs).count(),
        "reviews": Review.objects.filter(run__in=runs).count(),
        "epsilon_spent": spends_of(dataset).aggregate(sum=Sum("epsilon"))["sum"],
        "releases": [
            _told(other) | {"records_in_common": in_common.get(other.number)} for other in siblings_of(release)
        ],
        "made_from": [f"release {one.number}" for one in upstream_of(dataset)],
    }


def _told(release: Release) -> dict[str, Any]:
    return {
        "number": release.number,
        "id": str(release.pk),
        "status": str(release.status),
        "artefact": release.artefact_sha256,
    }


def siblings_of(release: Release) -> QuerySet[Release]:
    """The other releases of the same source, whoever uploaded it."""
    found = Release.objects.filter(run__dataset__in=datasets_of_source(release.run.dataset)).exclude(pk=release.pk)
    return found.select_related("run__dataset").order_by("number")


def made_from_released(releases: Collection[Release]) -> set[Any]:
    """Those of the releases whose source is known to be made from a release: few, and only they have an upstream."""
    sources = {release.run.dataset.sha256 for release in releases}
    known = set(SignedFile.objects.filter(sha256__in=sources).values_list("sha256", flat=True))
    known |= set(Derived.objects.filter(dataset__sha256__in=sources).values_list("dataset__sha256", flat=True))
    known |= set(Release.objects.filter(artefact_sha256__in=sources).values_list("artefact_sha256", flat=True))
    return {release.pk for release in releases if release.run.dataset.sha256 in known}


def downstream_of(release: Release) -> list[Release]:
    """Every release that was made from this one, directly or through others, each once."""
    found: dict[Any, Release] = {}
    waiting = [release]
    while waiting:
        for other in _made_from(waiting.pop()):
            if other.pk not in found and other.pk != release.pk:
                found[other.pk] = other
                waiting.append(other)
    return sorted(found.values(), key=lambda one: one.number)


def _made_from(release: Release) -> QuerySet[Release]:
    told = release.derived.exclude(dataset=None).values("dataset__sha256")
    files = release.signed_files.values("sha256")
    of_them = Q(run__dataset__sha256__in=told) | Q(run__dataset__sha256__in=files)
    return Release.objects.filter(of_them | Q(run__dataset__sha256=release.artefact_sha256))


def datasets_made_of(releases: Collection[Release]) -> list[Dataset]:
    """The datasets of this portal that were made from one of these releases itself, as far as is known."""
    told = Derived.objects.filter(release__in=releases).exclude(dataset=None).values("dataset__sha256")
    files = SignedFile.objects.filter(release__in=releases).values("sha256")
    artefacts = [release.artefact_sha256 for release in releases]
    found = Dataset.objects.filter(Q(sha256__in=told) | Q(sha256__in=files) | Q(sha256__in=artefacts))
    return list(found.select_related("owner").order_by("created_at"))


def closed_upstream(release: Release) -> list[Release]:
    """The withdrawn releases that this one was made from, directly or through others."""
    source = release.run.dataset.sha256
    above = [one for one in upstream_in([source])[source] if one.pk != release.pk]
    closings = closings_of(above) if above else {}
    withdrawn = {pk for pk, closing in closings.items() if closing.status == Release.Status.WITHDRAWN}
    return [one for one in above if one.pk in withdrawn]
