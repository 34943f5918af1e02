"""API tokens: shown once, kept as a hash, scoped, expiring, revocable at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from synthportal.errors import Conflict
from synthportal.models import ApiToken, Person
from synthportal.trail.audit import record

PREFIX = "sp_"
MOST_DAYS = 365
# Of a use only the minute is kept: a download in many ranges writes one line, not one for each range.
USED_STEP = timedelta(minutes=1)
# By the kind of thing a token can be limited to: the addresses that it opens at most. What it opens there, apps say.
_SCOPES: dict[str, str] = {}


def add_scope(kind: str, addresses: str) -> None:
    """Tokens may be limited to one thing of a kind, whose addresses begin like this."""
    _SCOPES[kind] = addresses


def digest_of(secret: str) -> str:
    """A token has 256 random bits, so a plain hash is enough: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    person: Person, name: str, *, days: int, can_write: bool, only_for: Mapping[str, UUID] | None = None
) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can read again. Raises Conflict for an impossible lifetime.

    `only_for`, as {"release": id}, makes it open one thing alone; such a token can only read.
    """
    if not 1 <= days <= MOST_DAYS or not name.strip():
        raise Conflict(f"A token needs a name, and lives from 1 to {MOST_DAYS} days.")
    kind, subject = next(iter((only_for or {}).items()), ("", None))
    if kind and (kind not in _SCOPES or can_write):
        raise Conflict("A token for one thing alone can only read it.")
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            person=person,
            name=name.strip()[:80],
            prefix=secret[:8],
            digest=digest_of(secret),
            can_write=can_write,
            only_for=subject,
            only_for_kind=kind,
            expires_at=timezone.now() + timedelta(days=days),
        )
        record("token created", token, by=person, can_write=can_write, days=days, only_for=str(subject or ""))
    return token, secret


def find_token(secret: str) -> ApiToken | None:
    """The token of a secret if it may be used now."""
    token = ApiToken.objects.select_related("person").filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    now = timezone.now()
    if not token or token.expires_at <= now or not token.person.is_active:
        return None
    if token.used_at is None or token.used_at < now - USED_STEP:
        _note_use(token, now)
    token.person.only_for = token.only_for
    return token


def _note_use(token: ApiToken, now: datetime) -> None:
    """When it was used, to the minute; the first use of a day is an event."""
    with transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
        if token.used_at is None or token.used_at.date() < now.date():
            record("token used", token, by=token.person, prefix=token.prefix)


def opens(token: ApiToken, path: str) -> bool:
    """Whether the token may be used at this address at all."""
    return not token.only_for_kind or path.startswith(_SCOPES.get(token.only_for_kind, "\x00"))


def revoke_token(token: ApiToken, *, by: Person) -> None:
    """From now on the token opens nothing."""
    if token.person_id != by.pk:
        raise Conflict("Only its owner can revoke a token.")
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
            record("token revoked", token, by=by)
