"""API tokens: shown once, kept as a hash, scoped, expiring, revocable at once."""

from __future__ import annotations

import hashlib
import secrets
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.models import ApiToken, Person

PREFIX = "sp_"
MOST_DAYS = 365


def digest_of(secret: str) -> str:
    """A token has 256 random bits, so a plain hash is enough: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(person: Person, name: str, *, days: int, can_write: bool) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can read again. Raises Conflict for an impossible lifetime."""
    if not 1 <= days <= MOST_DAYS or not name.strip():
        raise Conflict(f"A token needs a name, and lives from 1 to {MOST_DAYS} days.")
    secret = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        token = ApiToken.objects.create(
            person=person,
            name=name.strip()[:80],
            prefix=secret[:8],
            digest=digest_of(secret),
            can_write=can_write,
            expires_at=timezone.now() + timedelta(days=days),
        )
        record("token created", token, by=person, can_write=can_write, days=days)
    return token, secret


def find_token(secret: str) -> ApiToken | None:
    """The token of a secret if it may be used now."""
    token = ApiToken.objects.select_related("person").filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    usable = token and token.expires_at > timezone.now() and token.person.is_active
    return token if usable else None


def revoke_token(token: ApiToken, *, by: Person) -> None:
    """From now on the token opens nothing."""
    if token.person_id != by.pk:
        raise Conflict("Only its owner can revoke a token.")
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
            record("token revoked", token, by=by)
