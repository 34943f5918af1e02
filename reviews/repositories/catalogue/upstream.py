"""Upstream: the releases that a source was made from. A source is a file by its SHA-256."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from generation.models import Dataset
from reviews.models import Derived, Release, SignedFile

Direct = dict[str, list[Release]]


def upstream_of(dataset: Dataset) -> list[Release]:
    """The releases that a dataset was made from: as somebody told, or because it is a released file byte for byte."""
    return _direct({dataset.sha256}).get(dataset.sha256, [])


def upstream_in(sources: Collection[str]) -> dict[str, list[Release]]:
    """By source: every release that it was made from, directly or through others. Where there is none, which is the
    rule, that takes one query for all of them.
    """
    known: Direct = {}
    new = set(sources)
    while new:
        found = _direct(new)
        known |= {source: found.get(source, []) for source in new}
        new = {one.run.dataset.sha256 for some in found.values() for one in some} - known.keys()
    return {source: _above(source, known) for source in sources}


def is_made_of_releases(source: str) -> Q:
    """Whether the source at a path of a query, such as "run__dataset__sha256", was made from a release."""
    of = OuterRef(source)
    files, told = SignedFile.objects.filter(sha256=of), Derived.objects.filter(dataset__sha256=of)
    return Q(Exists(files)) | Q(Exists(told)) | Q(Exists(Release.objects.filter(artefact_sha256=of)))


def _above(source: str, known: Mapping[str, list[Release]]) -> list[Release]:
    found: dict[UUID, Release] = {}
    waiting = list(known[source])
    while waiting:
        one = waiting.pop()
        if one.pk not in found:
            found[one.pk] = one
            waiting += known[one.run.dataset.sha256]
    return sorted(found.values(), key=lambda one: one.number)


def _direct(sources: Collection[str]) -> Direct:
    """By source: the releases that it was made from itself."""
    files = SignedFile.objects.filter(sha256__in=sources)
    told = Derived.objects.filter(dataset__sha256__in=sources)
    of_them = Q(pk__in=files.values("release")) | Q(pk__in=told.values("release")) | Q(artefact_sha256__in=sources)
    releases = list(Release.objects.filter(of_them).defer(*Release.LARGE).select_related("run__dataset"))
    if not releases:
        return {}
    made: dict[str, set[UUID]] = defaultdict(set)
    for source, pk in [*files.values_list("sha256", "release"), *told.values_list("dataset__sha256", "release")]:
        made[source].add(pk)
    for release in releases:
        made[release.artefact_sha256].add(release.pk)
    numbered = sorted(releases, key=lambda one: one.number)
    return {source: [one for one in numbered if one.pk in made[source]] for source in sources}
