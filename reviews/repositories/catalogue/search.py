"""The catalogue: which releases a person looks for, by what is in them; and the versions of one source."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from generation.models import GenerationRun
from reviews.engine.certificate.facts import ColumnFacts
from reviews.models import Release, ReleasedColumn
from reviews.repositories.samples import kept_columns


def keep_columns(release: Release, columns: Iterable[ColumnFacts]) -> None:
    """Keep the columns of a release that is being signed, to be found by."""
    ReleasedColumn.objects.bulk_create(
        ReleasedColumn(
            release=release,
            position=place,
            label=column.label[:255],
            sdtype=column.sdtype,
            words=f"{column.description} {column.unit}".strip(),
        )
        for place, column in enumerate(columns)
    )


def with_column(releases: QuerySet[Release], words: str) -> QuerySet[Release]:
    """Those with a column of these words in its name or description."""
    named = ReleasedColumn.objects.filter(Q(label__icontains=words) | Q(words__icontains=words))
    return releases.filter(pk__in=named.values("release"))


@dataclass(frozen=True, slots=True)
class Version:
    """A release of one source beside the one before it: what changed, in sentences."""

    release: Release
    changes: tuple[str, ...]


def versions_of(releases: QuerySet[Release], dataset_id: Any) -> list[Version]:
    """The releases of a dataset that a person sees, the newest first, each with what changed since the one before."""
    found = list(releases.filter(run__dataset=dataset_id).select_related("run", "run__plan").order_by("number"))
    before: Release | None = None
    versions = []
    for release in found:
        versions.append(Version(release, tuple(changes_between(before, release)) if before else ("the first one",)))
        before = release
    return versions[::-1]


def changes_between(before: Release, after: Release) -> Iterable[str]:
    """What is different in the cards of two releases, for readers of the first."""
    old, new = before.card["card"], after.card["card"]
    if old["artefact"]["rows"] != new["artefact"]["rows"]:
        yield f"{new['artefact']['rows']:,} records instead of {old['artefact']['rows']:,}"
    yield from _columns(_by_label(old), _by_label(new))
    if old["how_made"]["synthesizer"] != new["how_made"]["synthesizer"]:
        yield f"made by {new['how_made']['synthesizer']} instead of {old['how_made']['synthesizer']}"
    if before.run.plan_id != after.run.plan_id:
        yield f"minimised by plan {after.run.plan.version} instead of {before.run.plan.version}"
    if old.get("answers") != new.get("answers"):
        yield "other answers about the source"
    if before.status != after.status and before.status == Release.Status.WITHDRAWN:
        yield f"release {before.number} was withdrawn"


def since_release(before: Release, run: GenerationRun) -> Version:
    """An earlier release of this run's dataset, with what a release of the run would change."""
    return Version(before, tuple(_differences(before, run)))


def _differences(before: Release, run: GenerationRun) -> Iterable[str]:
    old, labels = before.card["card"], [column["label"] for column in kept_columns(run)]
    if old["artefact"]["rows"] != run.artefact_rows:
        yield f"{run.artefact_rows or 0:,} records instead of {old['artefact']['rows']:,}"
    yield from _columns(_by_label(old), {label: _by_label(old).get(label, {}) for label in labels})
    if before.run.synthesizer != run.synthesizer:
        yield f"made by {run.synthesizer} instead of {before.run.synthesizer}"
    if before.run.plan_id != run.plan_id:
        yield f"minimised by plan {run.plan.version} instead of {before.run.plan.version}"
    if before.run.tier != run.tier:
        yield f"reviewed by the policy {run.tier} instead of {before.run.tier}"
    if before.status == Release.Status.WITHDRAWN:
        yield f"release {before.number} was withdrawn"


def _by_label(card: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {column["label"]: column for column in card["artefact"]["columns"]}


def _columns(old: Mapping[str, Mapping[str, Any]], new: Mapping[str, Mapping[str, Any]]) -> Iterable[str]:
    if added := [label for label in new if label not in old]:
        yield f"new columns: {', '.join(added)}"
    if gone := [label for label in old if label not in new]:
        yield f"columns gone: {', '.join(gone)}"
    same = [label for label in new if label in old]
    if other := [label for label in same if old[label].get("coarsened", "") != new[label].get("coarsened", "")]:
        yield f"coarsened otherwise: {', '.join(other)}"
