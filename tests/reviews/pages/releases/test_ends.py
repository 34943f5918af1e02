"""The day on which a release ends: told before and when it comes, with an event in the trail; never told twice."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils import timezone

from reviews.models import Attestation, Derived, Release
from reviews.tasks import ENDING_DAYS, submit_attestation, tell_of_coming_ends
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import reap
from synthportal.models import AuditEvent, Delivery, Notice, Person
from synthportal.people.messages.webhooks import add_webhook
from tests.cast import without_triggers
from tests.reviews.pages.door import SignIn, text

People = dict[str, Person]


def ends_in(release: Release, days: float) -> None:
    """As if so much of its time had gone by."""
    with without_triggers():
        Attestation.objects.filter(release=release).update(expires_at=timezone.now() + timedelta(days=days))


def take(client: Any, release: Release) -> None:
    b"".join(client.get(reverse("export", args=[release.pk])).streaming_content)


def told(event: str) -> dict[str, list[str]]:
    """What was told of an event, by person."""
    found: dict[str, list[str]] = {}
    for one in Notice.objects.filter(event=event).select_related("person").order_by("at"):
        found.setdefault(one.person.username, []).append(one.words)
    return found


def test_nobody_is_told_before_the_last_fortnight(release: Release) -> None:
    ends_in(release, ENDING_DAYS + 1)
    tell_of_coming_ends()
    assert told("expires_soon") == {}


def test_before_the_day_owners_downloaders_and_stewards_are_told_once(
    release: Release, people: People, client_of: SignIn
) -> None:
    hook, _ = add_webhook("https://hooks.example.org/x", ["expires_soon", "expired"], by=people["root"])
    take(client_of("dan"), release)
    ends_in(release, 3)
    day = timezone.localdate(timezone.now() + timedelta(days=3)).isoformat()
    for _ in range(3):
        tell_of_coming_ends()
    heard = told("expires_soon")
    assert set(heard) == {"ana", "cleo", "cora", "dan"}
    assert all(len(words) == 1 and f"Release 1 expires on {day}" in words[0] for words in heard.values())
    assert Delivery.objects.filter(webhook=hook, event="expires_soon").count() == 1
    assert "Expires soon" in text(client_of("dan").get(reverse("notices")))


def test_signed_until_a_later_day_it_is_told_again_only_before_that_day(release: Release, people: People) -> None:
    ends_in(release, 3)
    tell_of_coming_ends()
    submit_attestation(release, by=people["cleo"], days=30)
    work_through(release.pk)
    tell_of_coming_ends()
    assert len(told("expires_soon")["ana"]) == 1
    with without_triggers():
        Attestation.objects.filter(number=2).update(expires_at=timezone.now() + timedelta(days=5))
    tell_of_coming_ends()
    assert len(told("expires_soon")["ana"]) == 2


def test_on_the_day_it_is_closed_and_told_once_and_the_trail_says_so(
    release: Release, people: People, client_of: SignIn
) -> None:
    take(client_of("dan"), release)
    Derived.objects.create(release=release, name="a classifier", told_by=people["eve"])
    ends_in(release, -1)
    for _ in range(2):
        reap()
        work_through(release.pk)
    release.refresh_from_db()
    assert release.status == "expired"
    event = AuditEvent.objects.get(action="expired", subject_id=str(release.pk))
    assert event.subject_kind == "release"
    heard = told("expired")
    over = "Release 1 has expired. Do not use it any more, and delete what you downloaded."
    assert (heard["ana"], heard["dan"]) == ([over], [over])
    assert heard["eve"] == ["Release 1 has expired, and you made a classifier from it. Do not use that any more."]
    tell_of_coming_ends()
    assert told("expires_soon") == {}
    page = text(client_of("eve").get(reverse("audit"), {"about": "releases"}))
    assert "expired" in page
