"""Who signed in, tried to, signed out, chose a password or used a token is in the trail."""

from __future__ import annotations

import pytest
from axes.models import AccessAttempt
from django.test import Client
from django.urls import reverse

from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.tokens import create_token
from tests.cast import PASSWORD


def told(action: str) -> AuditEvent:
    return AuditEvent.objects.get(action=action)


def test_signing_in_and_out_are_events_with_the_address(people: dict[str, Person]) -> None:
    client = Client(REMOTE_ADDR="192.0.2.7")
    client.post(reverse("login"), {"username": "eve", "password": PASSWORD})
    client.post(reverse("logout"))
    event = told("signed in")
    assert (event.actor, event.facts) == (f"person:{people['eve'].pk}", {"address": "192.0.2.7"})
    assert told("signed out").actor == f"person:{people['eve'].pk}"


@pytest.mark.parametrize(("name", "kind"), [("eve", "person"), ("hunter2 is my password", "portal")])
def test_a_failed_sign_in_is_an_event_that_keeps_nothing_typed_but_a_known_name(
    people: dict[str, Person], name: str, kind: str
) -> None:
    Client(REMOTE_ADDR="192.0.2.7").post(reverse("login"), {"username": name, "password": "wrong and secret"})
    event = told("sign-in failed")
    assert (event.actor, event.subject_kind, event.facts) == ("nobody", kind, {"address": "192.0.2.7"})
    assert "hunter2" not in str(list(AuditEvent.objects.values()))
    assert "secret" not in str(list(AuditEvent.objects.values()))


def test_a_new_password_is_an_event(people: dict[str, Person]) -> None:
    people["eve"].set_password("another long passphrase")
    people["eve"].save()
    assert told("password changed").subject_id == str(people["eve"].pk)


def test_the_first_use_of_a_token_on_a_day_is_an_event(people: dict[str, Person]) -> None:
    token, secret = create_token(people["dan"], name="mine", days=7, can_write=False)
    for _ in range(3):
        assert Client().get("/api/v1/releases/", headers={"Authorization": f"Bearer {secret}"}).status_code == 200
    event = told("token used")
    assert (event.subject_id, event.facts) == (str(token.pk), {"prefix": token.prefix})
    assert secret not in str(event.facts)


def test_the_sign_in_log_is_looked_at_and_never_deleted_on_the_admin_site(people: dict[str, Person], client_of) -> None:
    row = AccessAttempt.objects.create(
        username="eve", ip_address="192.0.2.7", user_agent="", failures_since_start=3, get_data="", post_data="hunter2"
    )
    client, url = client_of("root"), reverse("admin:axes_accessattempt_changelist")
    assert "192.0.2.7" in client.get(url).content.decode()
    assert "hunter2" not in client.get(f"{url}{row.pk}/change/").content.decode()
    assert client.post(f"{url}{row.pk}/delete/", {"post": "yes"}).status_code == 403
    client.post(url, {"action": "delete_selected", "_selected_action": [row.pk], "post": "yes"})
    assert AccessAttempt.objects.filter(pk=row.pk).exists()
