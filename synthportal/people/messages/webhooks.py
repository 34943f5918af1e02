"""Webhooks: addresses that an administrator sets, told of events with a signature, again and again until they answer.

The portal talks to nobody by itself: without an address here, nothing goes out. What is sent holds ids and sentences.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import ipaddress
import logging
import socket
import ssl
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.utils import timezone

from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import enqueue
from synthportal.jobs.registry import duty, job
from synthportal.jobs.worker import Worker
from synthportal.models import Delivery, Notice, Person, Webhook
from synthportal.storage.keys import derived
from synthportal.trail.audit import record

log = logging.getLogger(__name__)
DELIVER = "deliver"
SIGNATURE, STAMP = "X-Synthportal-Signature", "X-Synthportal-Time"
WHOLE_ADDRESS = "Give the whole address, such as https://hooks.example.org/synthportal."
TIMEOUT_SECONDS = 10
MOST_AT_ONCE = 200
# After a failure: when it is tried again. After the last one it is given up, and stands in the log.
RETRIES = tuple(timedelta(seconds=seconds) for seconds in (10, 60, 300, 1800, 7200, 21600, 86400))


def add_webhook(url: str, events: list[str], *, by: Person) -> tuple[Webhook, str]:
    """A new address and the secret that signs what it is told, shown this once. Raises NotPermitted or Conflict."""
    if not by.is_staff:
        raise NotPermitted("Addresses outside are set by an administrator.")
    if wrong := _why_no_address(url):
        raise Conflict(wrong)
    if not events or not set(events) <= set(Notice.Event.values):
        raise Conflict(f"Choose what it is told of: {', '.join(Notice.Event.values)}.")
    with transaction.atomic():
        hook = Webhook.objects.create(url=url, events=sorted(set(events)), created_by=by)
        record("webhook added", hook, by=by, host=urlsplit(url).hostname, events=hook.events)
    return hook, secret_of(hook)


def secret_of(hook: Webhook) -> str:
    """What signs the messages to this address: it follows from the portal's master key, so it is kept nowhere."""
    return derived(b"webhook" + hook.pk.bytes).hex()


def _why_no_address(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        return WHOLE_ADDRESS
    if not host or parts.scheme not in {"http", "https"} or not url.isprintable() or " " in url:
        return WHOLE_ADDRESS
    return "An address has no password in it and at most 500 characters." if parts.username or len(url) > 500 else ""


def end_webhook(hook: Webhook, *, by: Person) -> None:
    """It is told of nothing any more; what waits is dropped. Raises NotPermitted."""
    if not by.is_staff:
        raise NotPermitted("Addresses outside are set by an administrator.")
    with transaction.atomic():
        if Webhook.objects.filter(pk=hook.pk, ended_at__isnull=True).update(ended_at=timezone.now()):
            hook.deliveries.filter(next_at__isnull=False).update(next_at=None, answer="the webhook was ended")
            record("webhook ended", hook, by=by)


def signature(secret: str, stamp: str, body: bytes) -> str:
    """HMAC-SHA256 over the time, a full stop and the body, in hex: receivers compute it again and compare."""
    return hmac.new(secret.encode(), stamp.encode() + b"." + body, hashlib.sha256).hexdigest()


@job(DELIVER)
def deliver(delivery_id: UUID, worker: Worker, report: Report) -> None:
    """One try. What fails is tried again later, and after the last time given up; each try is in the log."""
    waiting = Delivery.objects.select_related("webhook", "notice__person").filter(pk=delivery_id, next_at__isnull=False)
    one = waiting.first()
    if one is None:
        return
    try:
        answer = _call(one) if one.webhook else _mail(one)
    except (OSError, http.client.HTTPException, ValueError) as error:
        _again(one, type(error).__name__)
        return
    if answer and not 200 <= answer < 300:
        _again(one, f"answered {answer}")
        return
    Delivery.objects.filter(pk=one.pk).update(
        attempts=one.attempts + 1, next_at=None, delivered_at=timezone.now(), answer=str(answer or "sent")
    )


@duty
def deliver_due() -> None:
    """Queue what is to be tried again by now."""
    late = Delivery.objects.filter(next_at__lte=timezone.now()).select_related("webhook", "notice")
    for one in late[:MOST_AT_ONCE]:
        enqueue(DELIVER, one.pk, person_id=whose(one))


def whose(one: Delivery) -> int:
    """In whose name the job runs that sends a message: who set the address, or whom a mail is for."""
    return one.webhook.created_by_id if one.webhook else one.notice.person_id  # type: ignore[union-attr]


def _again(one: Delivery, why: str) -> None:
    left = RETRIES[one.attempts : one.attempts + 1]
    log.warning("Delivery %s failed (%s), try %d.", one.pk, why, one.attempts + 1)
    Delivery.objects.filter(pk=one.pk).update(
        attempts=one.attempts + 1, next_at=timezone.now() + left[0] if left else None, answer=why[:120]
    )


def _call(one: Delivery) -> int:
    """POST the body; the status. No redirect is followed: the address was set by an administrator, and no other."""
    hook = one.webhook
    assert hook is not None  # noqa: S101 - the caller has seen to it
    parts, body, stamp = urlsplit(hook.url), one.body.encode(), str(int(timezone.now().timestamp()))
    path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    headers = {"Content-Type": "application/json", STAMP: stamp, SIGNATURE: signature(secret_of(hook), stamp, body)}
    headers |= {"X-Synthportal-Event": one.event, "X-Synthportal-Delivery": str(one.pk), "User-Agent": "synthportal"}
    line = _line(parts.scheme, parts.hostname or "", parts.port)
    try:
        line.request("POST", path, body, headers)
        return line.getresponse().status
    finally:
        line.close()


def _line(scheme: str, host: str, port: int | None) -> http.client.HTTPConnection:
    _refuse_metadata(host, port)
    if scheme == "https":
        context = ssl.create_default_context()
        return http.client.HTTPSConnection(host, port, timeout=TIMEOUT_SECONDS, context=context)
    return http.client.HTTPConnection(host, port, timeout=TIMEOUT_SECONDS)


def _refuse_metadata(host: str, port: int | None) -> None:
    """Link-local addresses are where clouds hand out credentials: nothing is sent there, whatever a name says."""
    for found in socket.getaddrinfo(host, port or 443, proto=socket.IPPROTO_TCP):
        address = ipaddress.ip_address(found[4][0])
        if (getattr(address, "ipv4_mapped", None) or address).is_link_local:
            raise ValueError("a link-local address")


def _mail(one: Delivery) -> int:
    notice = one.notice
    assert notice is not None  # noqa: S101 - the caller has seen to it
    address = f"{settings.PUBLIC_URL}{notice.path}"
    send_mail(
        f"Synthportal: {notice.get_event_display()}", f"{notice.words}\n\n{address}\n", None, [notice.person.email]
    )
    return 0
