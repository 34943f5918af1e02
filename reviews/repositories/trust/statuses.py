"""Where releases stand: for strangers, and for those who took one that is closed by now."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils import timezone

from reviews.engine.attestation.dsse import seal
from reviews.engine.attestation.keys import LIST_TYPE, key_list
from reviews.engine.attestation.status import STATUS_TYPE, StatusFacts, status_document
from reviews.models import Release
from reviews.repositories.catalogue.standing import (
    Closing,
    closings_of,
    expires_at,
    newest_signed,
    stands_as,
    suspended_since,
)
from reviews.repositories.trust.keys import draw_key_hex, endorsed_keys, signing_key
from reviews.repositories.trust.lineage import closed_upstream, made_from_released
from synthportal.models import Person
from synthportal.people.messages.standing import StandingNotice

LOOKED_AT = 100  # releases that a person took last


def signed_status(release: Release) -> dict[str, Any]:
    """The envelope of the status as it is now."""
    return seal(status_document(_status(release)), signing_key(), STATUS_TYPE)


def signed_keys() -> dict[str, Any]:
    """The envelope of the list of keys as it is now."""
    return seal(key_list(endorsed_keys(), draw_key_hex(), _time(timezone.now())), signing_key(), LIST_TYPE)


def _status(release: Release) -> StatusFacts:
    newest, closing = newest_signed(release), closings_of([release]).get(release.pk)
    return StatusFacts(
        release=str(release.pk),
        number=release.number,
        status=closing.status if closing else stands_as(release),
        since=_time((closing.since if closing else suspended_since(release)) or release.released_at),
        expires=_time(expires_at(release)),
        attestation=newest.statement_sha256 if newest else "",
        made_from_withdrawn=bool(closed_upstream(release)),
        at=_time(timezone.now()),
    )


def not_to_use(person: Person) -> list[StandingNotice]:
    """What this person took and should not use any more, the newest first. It follows from the downloads themselves:
    nobody has to be told for it to stand here.
    """
    taken = Release.objects.filter(downloads__by=person).annotate(taken_at=Max("downloads__at"))
    newest = list(taken.order_by("-taken_at").defer(*Release.LARGE).select_related("run__dataset")[:LOOKED_AT])
    closings, fed = closings_of(newest), made_from_released(newest)
    found = [_not_to_use(release, closings.get(release.pk), is_fed=release.pk in fed) for release in newest]
    return [notice for notice in found if notice]


def _not_to_use(release: Any, closing: Closing | None, *, is_fed: bool) -> StandingNotice | None:
    if closing and closing.status == Release.Status.WITHDRAWN:
        return _standing(release, f"Withdrawn: {release.withdrawn_reason or 'as the trail says.'}", closing.since)
    if closing:
        return _standing(release, "Expired: its time is over.", closing.since)
    if is_fed and (closed := closed_upstream(release)):
        named = ", ".join(f"release {one.number}" for one in closed)
        return _standing(release, f"Made from what was withdrawn: {named}.", closed[0].withdrawn_at)
    return None


def _standing(release: Any, why: str, since: datetime | None) -> StandingNotice:
    title, path = f"Release {release.number}", reverse("release", args=[release.pk])
    return StandingNotice(title, why, path, since, release.pk, release.number, release.taken_at)


def downloaders_of(releases: Sequence[Release]) -> QuerySet[Person]:
    """Everybody who took one of these releases."""
    return Person.objects.filter(downloads__release__in=releases).distinct().order_by("username")


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
