"""People come in by one-time links and set their own password: administrators neither choose nor see one."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta
from smtplib import SMTPException

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.mail import send_mail
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from synthportal.errors import Conflict, NotPermitted
from synthportal.models import AccountLink, Person
from synthportal.people.accounts.roles import change_roles, require_administrator, suspend_guarded
from synthportal.people.tokens.ending import end_everywhere
from synthportal.trail.audit import record

VALID_HOURS = 72
OVER = "This link was used, has expired, or a newer one took its place. Ask an administrator for another one."


@dataclass(frozen=True, slots=True)
class Sent:
    """A link that was just made: `secret` is shown once, or "" when it went out by mail."""

    person: Person
    secret: str
    kind: str


def digest_of(secret: str) -> str:
    """What the database keeps of a link."""
    return hashlib.sha256(secret.encode()).hexdigest()


def invite_person(name: str, login: str, roles: Collection[str], *, by: Person) -> Sent:
    """A new person with these roles, who sets their own password with the link. A login with an @ is their address."""
    require_administrator(by)
    first, _, last = name.strip().partition(" ")
    address = login if "@" in login else ""
    try:
        with transaction.atomic():
            person = Person(username=login.strip(), first_name=first, last_name=last, email=address)
            person.set_unusable_password()
            person.save(force_insert=True)
            record("person invited", person, by=by)
            change_roles(person, roles, by=by)
            return send_link(person, AccountLink.Kind.INVITE, by=by)
    except IntegrityError as taken:
        raise Conflict("Somebody has this name or address already.") from taken


def send_link(person: Person, kind: str, *, by: Person) -> Sent:
    """A new link for the person; the ones before it no longer open anything. By mail where that is set up."""
    require_administrator(by)
    if by.pk == person.pk:
        raise NotPermitted("Your own password is changed on your account's page.")
    if not person.is_active:
        raise Conflict("This account is closed: open it again first.")
    secret, now = secrets.token_urlsafe(32), timezone.now()
    with transaction.atomic():
        person.links.filter(used_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
        link = AccountLink.objects.create(
            person=person, kind=kind, digest=digest_of(secret), by=by, expires_at=now + timedelta(hours=VALID_HOURS)
        )
        record("link sent", link, by=by, person=person.pk, kind=kind)
    return Sent(person, "" if _mailed(person, secret) else secret, kind)


def _mailed(person: Person, secret: str) -> bool:
    """Whether the link is on its way by mail. It is kept nowhere: a mail that fails is not tried again."""
    if not (settings.SENDS_MAIL and person.email):
        return False
    try:
        send_mail("Your account at Synthportal", _words(secret), None, [person.email])
    except (SMTPException, OSError):
        return False
    return True


def _words(secret: str) -> str:
    address = f"{settings.PUBLIC_URL}{reverse('account_link', args=[secret])}"
    return f"Set your password here. The link works once, for {VALID_HOURS} hours:\n\n{address}\n"


def open_link(secret: str) -> AccountLink:
    """The link, while it can be used. Conflict afterwards, in the same words for one that never was."""
    link = AccountLink.objects.select_related("person", "by").filter(digest=digest_of(secret)).first()
    if link is None or link.used_at or link.ended_at or link.expires_at <= timezone.now() or not link.person.is_active:
        raise Conflict(OVER)
    return link


def use_link(secret: str, password: str) -> Person:
    """Set the person's password and end the link. Raises ValidationError for a password that is too easy.

    It takes the roles that need two people away until a second one gives them again: whoever made the link may have
    opened it.
    """
    person = open_link(secret).person
    validate_password(password, person)
    with transaction.atomic():
        Person.objects.select_for_update().get(pk=person.pk)
        link = AccountLink.objects.select_for_update().select_related("person", "by").get(digest=digest_of(secret))
        if link.used_at:
            raise Conflict(OVER)
        link.used_at = timezone.now()
        link.save(update_fields=["used_at"])
        person = link.person
        person.set_password(password)
        person.save(update_fields=["password"])
        record("link used", link, by=person, person=person.pk, kind=link.kind)
        suspend_guarded(person, by=link.by)
    return person


def set_open(person: Person, *, is_open: bool, by: Person) -> None:
    """Close an account, which signs its person out everywhere, or open it again."""
    require_administrator(by)
    if by.pk == person.pk:
        raise NotPermitted("Nobody closes their own account.")
    with transaction.atomic():
        Person.objects.filter(pk=person.pk).update(is_active=is_open)
        if not is_open:
            end_everywhere(person, by=by)
        record("account opened" if is_open else "account closed", person, by=by)
