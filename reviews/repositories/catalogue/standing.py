"""Where releases stand: released, suspended, withdrawn or expired; and the day on which one ends."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Case, CharField, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from reviews.engine.attestation.dsse import unchecked
from reviews.models import Attestation, RecordReport, Release
from synthportal.models import AuditEvent

SUSPENDED = "suspended"
CLOSED = (Release.Status.WITHDRAWN.value, Release.Status.EXPIRED.value)
_NEWEST = Attestation.objects.filter(release=OuterRef("pk")).exclude(signed_at=None).order_by("-number")
_END = Subquery(_NEWEST.values("expires_at")[:1])


@dataclass(frozen=True, slots=True)
class Closing:
    """How a release ended: withdrawn or expired, and since when, where that is known."""

    status: str
    since: datetime | None


def newest_signed(release: Release) -> Attestation | None:
    return release.attestations.exclude(signed_at=None).order_by("-number").first()


def expires_at(release: Release) -> datetime | None:
    """When the release expires, by its newest signed attestation: as its row says or as was signed, whichever is
    earlier, so that nobody prolongs a release by its row.
    """
    return _ends_of([release]).get(release.pk)


def _ends_of(releases: Collection[Release]) -> dict[UUID, datetime | None]:
    """By id: the same of each that is signed."""
    signed = Attestation.objects.filter(release__in=[one.pk for one in releases]).exclude(signed_at=None)
    return {
        row.release_id: min(filter(None, (row.expires_at, _signed_end(row))), default=None)
        for row in signed.order_by("number")
    }


def _signed_end(row: Attestation) -> datetime | None:
    """What the envelope says, its signature not looked at: where that does not hold, no byte leaves anyway."""
    try:
        said = unchecked(row.envelope or {})["predicate"]["expires"]
        return parse_datetime(said) if said else None
    except (LookupError, TypeError, ValueError):
        return None


def is_over(release: Release) -> bool:
    """Whether its day has come, noticed by a worker or not."""
    ends = expires_at(release)
    return ends is not None and ends <= timezone.now()


def releases_over() -> list[Release]:
    """The releases whose day has come and that nobody has closed yet."""
    standing = Release.objects.filter(status=Release.Status.RELEASED).annotate(ends=_END)
    return list(standing.filter(ends__lte=timezone.now()))


def releases_ending(within: timedelta) -> list[Any]:
    """The releases whose day comes so soon, which is their `ends`."""
    standing, now = Release.objects.filter(status=Release.Status.RELEASED).annotate(ends=_END), timezone.now()
    return list(standing.filter(ends__gt=now, ends__lte=now + within).select_related("run__dataset"))


def with_standing(releases: QuerySet[Release]) -> QuerySet[Any]:
    """The same with `stands_as`: its status, or "expired" from its day on, or "suspended" while a report keeps it."""
    reported = RecordReport.objects.filter(release=OuterRef("pk"), status=RecordReport.Status.OPEN, suspends=True)
    word = Case(
        When(~Q(status=Release.Status.RELEASED), then=F("status")),
        When(ends__lte=timezone.now(), then=Value(str(Release.Status.EXPIRED))),
        When(Exists(reported), then=Value(SUSPENDED)),
        default=F("status"),
        output_field=CharField(),
    )
    return releases.annotate(ends=_END).annotate(stands_as=word)


def stands_as(release: Release) -> str:
    """The same of one release, also where its row says a later day than was signed, or that it was never closed."""
    found = with_standing(Release.objects.filter(pk=release.pk)).values_list("stands_as", flat=True).get()
    closing = closings_of([release]).get(release.pk)
    return closing.status if closing else str(found)


def closings_of(releases: Collection[Release]) -> dict[UUID, Closing]:
    """By id, how those of the releases ended that did: as the row says, or by the day that was signed, or as the trail
    says. Whoever writes to the database can open the row of a release again, and opens no door with it.
    """
    ends, told, now = _ends_of(releases), _told_of(releases), timezone.now()
    found = {}
    for one in releases:
        end = ends.get(one.pk)
        if one.status == Release.Status.WITHDRAWN:
            found[one.pk] = Closing(str(one.status), one.withdrawn_at)
        elif one.status == Release.Status.EXPIRED or (end and end <= now):
            found[one.pk] = Closing(str(Release.Status.EXPIRED), end)
        elif event := told.get(str(one.pk)):
            found[one.pk] = Closing(str(event.action), event.at)
    return found


def suspended_since(release: Release) -> datetime | None:
    """When a report that waits to be settled stopped its bytes from leaving, by the trail; None while it stands."""
    waiting = RecordReport.objects.filter(release=release, status=RecordReport.Status.OPEN, suspends=True)
    if not waiting.exists():
        return None
    told = AuditEvent.objects.filter(subject_kind="release", subject_id=str(release.pk), action=SUSPENDED)
    last = told.order_by("seq").last()
    return last.at if last else None


def closed_by_the_trail(release: Release) -> bool:
    """Whether the trail says that it was withdrawn or has expired."""
    return bool(_told_of([release]))


def _told_of(releases: Collection[Release]) -> dict[str, AuditEvent]:
    """The last event that closed each, by the id of the release."""
    ids = [str(one.pk) for one in releases]
    told = AuditEvent.objects.filter(subject_kind="release", subject_id__in=ids, action__in=CLOSED)
    return {event.subject_id: event for event in told.order_by("seq")}
