"""Once an hour what signing in left behind goes: what still opens something, or still slows a guesser, stays."""

from __future__ import annotations

from datetime import timedelta

import pytest
from axes.models import AccessAttempt, AccessLog
from django.test import Client
from django.utils import timezone

from synthportal.celery import sweep_leftovers
from synthportal.models import AuditEvent, Session, Sighting
from synthportal.people.sign_in.sessions import hashed
from tests.cast import PASSWORD

AWAY = "198.51.100.9"


def browser() -> Client:
    client = Client()
    assert client.post("/login/", {"username": "ana", "password": PASSWORD}).status_code == 302
    return client


def wrong(name: str, address: str) -> int:
    return Client().post("/login/", {"username": name, "password": "wrong"}, REMOTE_ADDR=address).status_code


def row_of(client: Client) -> Session:
    return Session.objects.get(session_key=hashed(client.cookies["sessionid"].value))


def test_sessions_that_are_over_go_and_live_ones_stay(people, settings):
    settings.IDLE_MINUTES = 30
    live, over, idle, stranger = browser(), browser(), browser(), Client()
    stranger.get("/login/")
    now = timezone.now()
    Session.objects.filter(pk=row_of(over).pk).update(expire_date=now - timedelta(seconds=1))
    Session.objects.filter(pk=row_of(idle).pk).update(used_at=now - timedelta(minutes=31))
    kept = row_of(live).pk

    sweep_leftovers()

    assert list(Session.objects.filter(person=people["ana"]).values_list("pk", flat=True)) == [kept]
    assert live.get("/account/").status_code == 200
    assert "2 sessions that were over" in Sighting.objects.get(name="sign-in").found


def test_without_an_idle_limit_a_browser_that_rests_stays(people, settings):
    settings.IDLE_MINUTES = 0
    resting = browser()
    Session.objects.update(used_at=timezone.now() - timedelta(hours=11))
    sweep_leftovers()
    assert resting.get("/account/").status_code == 200


@pytest.mark.usefixtures("people")
def test_failures_go_when_they_no_longer_count_and_not_before(settings):
    settings.AXES_ENABLED = True
    assert [wrong("ana", AWAY) for _ in range(5)][-1] == 429
    wrong("ben", AWAY)
    AccessAttempt.objects.filter(username="ben").update(attempt_time=timezone.now() - timedelta(minutes=16))
    sweep_leftovers()
    assert set(AccessAttempt.objects.values_list("username", flat=True)) == {"ana"}
    assert wrong("ana", AWAY) == 429


@pytest.mark.usefixtures("people")
def test_the_sign_in_log_is_kept_for_ninety_days_and_the_trail_for_ever(settings):
    settings.AXES_ENABLED = True
    browser(), browser()
    old, new = AccessLog.objects.order_by("pk")
    AccessLog.objects.filter(pk=old.pk).update(attempt_time=timezone.now() - timedelta(days=91))
    AccessLog.objects.filter(pk=new.pk).update(attempt_time=timezone.now() - timedelta(days=89))
    sweep_leftovers()
    assert list(AccessLog.objects.all()) == [new]
    assert AuditEvent.objects.filter(action="signed in").count() == 2
