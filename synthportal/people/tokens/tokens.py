"""API tokens: shown once, kept as a hash, scoped, expiring, revocable at once."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta
from typing import TypeVar
from uuid import UUID

from django.db import transaction
from django.db.models import Model, QuerySet
from django.utils import timezone

from synthportal.errors import Conflict
from synthportal.models import ApiToken, Person
from synthportal.people.tokens.scopes import READS, SAFE, WRITES, Scope
from synthportal.trail.audit import record

M = TypeVar("M", bound=Model)
PREFIX = "sp_"
MOST_DAYS = 365
# Of a use only the minute is kept: a download in many ranges writes one line, not one for each range.
USED_STEP = timedelta(minutes=1)
SIGNING_LIFE = timedelta(minutes=5)
# By the kind of thing a token can be limited to: the addresses that it opens at most. What it opens there, apps say.
_KINDS: dict[str, tuple[str, ...]] = {}


def add_kind(kind: str, *addresses: str) -> None:
    """Tokens may be limited to one thing of a kind, whose addresses begin like these."""
    _KINDS[kind] = addresses


def digest_of(secret: str) -> str:
    """A token has 256 random bits, so a plain hash is enough: there is nothing to guess."""
    return hashlib.sha256(secret.encode()).hexdigest()


def create_token(
    person: Person,
    name: str,
    *,
    days: int,
    can_write: bool = False,
    only_for: Mapping[str, UUID] | None = None,
    scopes: Iterable[Scope] = (),
) -> tuple[ApiToken, str]:
    """A new token and its secret, which nobody can read again. Raises Conflict for an impossible lifetime.

    Without `scopes` it reads and exports, and with `can_write` does all but what binds others. `only_for`, as
    {"release": id}, makes it open one thing alone; one for a release can only read.
    """
    if not 1 <= days <= MOST_DAYS or not name.strip():
        raise Conflict(f"A token needs a name, and lives from 1 to {MOST_DAYS} days.")
    wanted = frozenset(scopes) or (WRITES if can_write else READS)
    if Scope.RELEASE in wanted:
        raise Conflict("A token that signs is made at the gate, for one run and five minutes.")
    kind, subject = next(iter((only_for or {}).items()), ("", None))
    if kind and (kind not in _KINDS or (kind == "release" and not wanted <= READS)):
        raise Conflict("A token for one thing alone can only read it.")
    return _create(person, name, wanted, (kind, subject), timedelta(days=days))


def create_signing_token(person: Person, run_id: UUID) -> tuple[ApiToken, str]:
    """A token that reads the gate of one run and signs its release, for five minutes."""
    wanted = frozenset({Scope.READ, Scope.RELEASE})
    return _create(person, "sign one run", wanted, ("run", run_id), SIGNING_LIFE)


def _create(
    person: Person, name: str, scopes: frozenset[Scope], only_for: tuple[str, UUID | None], life: timedelta
) -> tuple[ApiToken, str]:
    secret = PREFIX + secrets.token_urlsafe(32)
    words = " ".join(scope.value for scope in Scope if scope in scopes)
    with transaction.atomic():
        token = ApiToken.objects.create(
            person=person,
            name=name.strip()[:80],
            prefix=secret[:8],
            digest=digest_of(secret),
            scopes=words,
            only_for=only_for[1],
            only_for_kind=only_for[0],
            expires_at=timezone.now() + life,
        )
        facts = {"scopes": words, "seconds": int(life.total_seconds()), "only_for": str(only_for[1] or "")}
        record("token created", token, by=person, **facts)
    return token, secret


def find_token(secret: str) -> ApiToken | None:
    """The token of a secret if it may be used now."""
    token = ApiToken.objects.select_related("person").filter(digest=digest_of(secret), revoked_at__isnull=True).first()
    now = timezone.now()
    if not token or token.expires_at <= now or not token.person.is_active:
        return None
    if token.used_at is None or token.used_at < now - USED_STEP:
        _note_use(token, now)
    token.person.only_for, token.person.only_for_kind = token.only_for, token.only_for_kind
    return token


def _note_use(token: ApiToken, now: datetime) -> None:
    """When it was used, to the minute; the first use of a day is an event."""
    with transaction.atomic():
        ApiToken.objects.filter(pk=token.pk).update(used_at=now)
        if token.used_at is None or token.used_at.date() < now.date():
            record("token used", token, by=token.person, prefix=token.prefix)


def opens(token: ApiToken, method: str | None, path: str) -> bool:
    """Whether the token may be used at this address at all. One for a single thing reads the list, and adds nothing."""
    if not token.only_for_kind:
        return True
    addresses = _KINDS.get(token.only_for_kind, ())
    return any(path.startswith(each) and (path != each or method in SAFE) for each in addresses)


def revoke_token(token: ApiToken, *, by: Person) -> None:
    """From now on the token opens nothing."""
    if token.person_id != by.pk:
        raise Conflict("Only its owner can revoke a token.")
    with transaction.atomic():
        if ApiToken.objects.filter(pk=token.pk, revoked_at__isnull=True).update(revoked_at=timezone.now()):
            record("token revoked", token, by=by)


def only_one(seen: QuerySet[M], person: Person, kind: str) -> QuerySet[M]:
    """What is seen, or of it the one thing of this kind that the person's token was made for."""
    return seen.filter(pk=person.only_for) if person.only_for and person.only_for_kind == kind else seen
