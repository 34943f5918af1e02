"""Notices: what somebody waits for has happened. One line in a person's feed, a mail, and what webhooks are told.

Apps call `tell` in the transaction that makes it true, with sentences that hold no cell value.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from synthportal.jobs.queue import enqueue
from synthportal.jobs.registry import on_failure
from synthportal.models import Delivery, Job, Notice, Person, Webhook
from synthportal.people.messages.webhooks import DELIVER, whose
from synthportal.roles import Role

Event = Notice.Event


def tell(event: Notice.Event, words: str, *, path: str, to: Iterable[Person], subject: UUID, by_id: int | None) -> None:
    """Write the notice for each person once, and what goes out: mail where it is set up, webhooks that asked for it.

    `path` is the page it is about, `subject` its id, `by_id` whose doing it was, None for the portal's own: nobody is
    told of what they did.
    """
    with transaction.atomic():
        people = {person.pk: person for person in to if person.pk != by_id and person.is_active}
        notices = [Notice(person=person, event=event, words=words[:300], path=path) for person in people.values()]
        Notice.objects.bulk_create(notices)
        going = [*_mails(notices), *_calls(event, words, path, subject)]
        Delivery.objects.bulk_create(going)
        for one in going:
            enqueue(DELIVER, one.pk, person_id=whose(one))


@on_failure
def _tell_of_failure(job: Job, reason: str) -> None:
    """Who asked for the work reads why it stopped. A message that cannot be sent is no work of theirs."""
    if job.kind != DELIVER:
        words = f"The work “{job.kind}” that you asked for failed: {reason}"
        tell(Event.FAILED, words, path="/", to=[job.requested_by], subject=job.subject_id, by_id=None)


def everybody(role: Role) -> list[Person]:
    """The people who hold a role."""
    return list(Person.objects.filter(groups__name=role.value, is_active=True))


def mark_read(person: Person) -> None:
    """The person has seen the feed."""
    person.notices.filter(read_at__isnull=True).update(read_at=timezone.now())


def _mails(notices: Iterable[Notice]) -> list[Delivery]:
    """Mails go out only where a server for them is set."""
    if not settings.SENDS_MAIL:
        return []
    now = timezone.now()
    return [Delivery(notice=one, event=one.event, body=one.words, next_at=now) for one in notices if one.person.email]


def _calls(event: Notice.Event, words: str, path: str, subject: UUID) -> list[Delivery]:
    now = timezone.now()
    told = {"event": event.value, "at": now.isoformat(), "subject": str(subject), "path": path, "words": words}
    body = json.dumps(told, sort_keys=True, ensure_ascii=False)
    hooks = Webhook.objects.filter(ended_at__isnull=True)
    return [Delivery(webhook=one, event=event, body=body, next_at=now) for one in hooks if event.value in one.events]
