"""Notices, mail and webhooks: who is told, what leaves and what does not, again until it is heard."""

from __future__ import annotations

from uuid import uuid4

import pytest
from django.core import mail
from django.urls import reverse

from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import claim, enqueue, fail
from synthportal.models import Delivery, Notice, Webhook
from synthportal.people.messages.notices import Event, tell
from synthportal.people.messages.webhooks import RETRIES, add_webhook, end_webhook, secret_of

pytestmark = pytest.mark.django_db


def say(people, *names, by="cleo", event=Event.RELEASED):
    told = [people[name] for name in names]
    tell(event, "Release 1 is signed.", path="/releases/", to=told, subject=uuid4(), by_id=people[by].pk)


def test_everybody_is_told_once_and_nobody_of_what_they_did_themselves(people, client_of):
    say(people, "dan", "ana", "dan", "cleo")
    assert sorted(Notice.objects.values_list("person__username", flat=True)) == ["ana", "dan"]
    client = client_of("dan")
    assert "Release 1 is signed." in client.get(reverse("notices")).content.decode()
    assert "1 new" in client.get("/").content.decode()
    client.post(reverse("notices"))
    assert "1 new" not in client.get("/").content.decode()
    assert "Release 1 is signed." not in client_of("ben").get(reverse("notices")).content.decode()


def test_nothing_goes_out_until_somebody_has_set_where_to(people):
    people["dan"].email = "dan@example.org"
    people["dan"].save()
    say(people, "dan")
    assert Delivery.objects.count() == 0
    assert mail.outbox == []


def test_mail_goes_to_who_has_an_address_once_a_server_is_set(people, settings):
    settings.SENDS_MAIL, settings.PUBLIC_URL = True, "https://data.example.org"
    people["dan"].email = "dan@example.org"
    people["dan"].save()
    say(people, "dan", "ana")
    work_through(Delivery.objects.get().pk)
    (letter,) = mail.outbox
    assert (letter.to, "https://data.example.org/releases/" in letter.body) == (["dan@example.org"], True)


def test_a_webhook_hears_the_events_it_was_set_for_and_is_given_up_after_the_last_try(people):
    hook, _ = add_webhook("http://127.0.0.1:9/", ["withdrawn"], by=people["root"])
    say(people, "dan")
    assert Delivery.objects.count() == 0
    say(people, "dan", event=Event.WITHDRAWN)
    one = Delivery.objects.get(webhook=hook)
    for tried in range(1, len(RETRIES) + 2):
        enqueue("deliver", one.pk, person_id=people["root"].pk)
        work_through(one.pk)
        one.refresh_from_db()
        assert (one.attempts, one.answer) == (tried, "ConnectionRefusedError")
        assert (one.next_at is None) == (tried > len(RETRIES))


@pytest.mark.parametrize(
    "url",
    ["ftp://x.example.org/", "hooks.example.org", "https://u:p@x.example.org/", "http://", "http://a b/", "http://[/"],
)
def test_an_address_that_is_none_is_refused(people, url):
    with pytest.raises(Conflict):
        add_webhook(url, ["released"], by=people["root"])


@pytest.mark.parametrize("url", ["http://169.254.169.254/latest", "http://[::ffff:169.254.169.254]/latest"])
def test_addresses_are_the_administrators_and_the_link_local_net_is_never_called(people, client_of, url):
    with pytest.raises(NotPermitted):
        add_webhook("https://hooks.example.org/", ["released"], by=people["cleo"])
    hook, _ = add_webhook(url, ["released"], by=people["root"])
    say(people, "dan")
    one = Delivery.objects.get(webhook=hook)
    work_through(one.pk)
    one.refresh_from_db()
    assert one.answer == "ValueError"
    shown = client_of("root").get(reverse("webhooks")).content.decode()
    assert "169.254.169.254" in shown
    assert secret_of(hook) not in shown
    end_webhook(hook, by=people["root"])
    assert Delivery.objects.get().next_at is None
    say(people, "dan")
    assert Delivery.objects.count() == 1


def test_the_secret_of_an_address_is_shown_once_and_kept_nowhere(people, client_of):
    made = client_of("root").post(reverse("webhooks"), {"url": "https://hooks.example.org/", "events": ["released"]})
    hook = Webhook.objects.get()
    assert secret_of(hook) in made.content.decode()
    assert "secret" not in [field.name for field in Webhook._meta.fields]


def test_who_asked_for_work_is_told_that_it_failed_and_why(people):
    job = enqueue("deliver", uuid4(), person_id=people["ana"].pk)
    worker = claim(job.pk)
    assert worker is not None
    fail(worker, "No luck.")
    assert Notice.objects.count() == 0
    job = enqueue("publish", uuid4(), person_id=people["ana"].pk)
    worker = claim(job.pk)
    assert worker is not None
    fail(worker, "The disk is full.")
    assert "The disk is full." in Notice.objects.get(person=people["ana"]).words
