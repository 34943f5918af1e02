"""rotate: another key takes the place of today's, and what a key has signed can be called back."""

from __future__ import annotations

from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import transaction
from django.utils import timezone

from reviews.engine.attestation.keys import introduction_bytes
from reviews.engine.certificate.certificate import key_id
from reviews.models import PublicKey
from reviews.repositories.trust.keys import endorse, is_endorsed, own_key, signing_key
from synthportal.errors import Conflict, DomainError
from synthportal.roles import Role
from synthportal.trail.audit import record


@dataclass(frozen=True, slots=True)
class Keeper:
    """Who has the secrets at hand and runs a command: nobody that the portal knows by name."""

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset()

    @property
    def audit_name(self) -> str:
        return "command:signing_keys"

    def hold(self) -> None:
        """A command's right does not run out."""


def rotate_key(following: Ed25519PrivateKey) -> PublicKey:
    """Close today's key and introduce the one that follows it; both vouch for each other.

    Today's signs the new one, and the new one endorses every key that today's had endorsed. Raises Conflict.
    """
    today, public = own_key(), following.public_key()
    new_id = key_id(public)
    if PublicKey.objects.filter(pk=new_id).exists():
        raise Conflict("This key is known already: make a new one.")
    if today.valid_until:
        raise Conflict("Today's key was closed already: put the secret that follows it in its place first.")
    now, raw = timezone.now().replace(microsecond=0), public.public_bytes_raw().hex()
    with transaction.atomic():
        known = [row for row in PublicKey.objects.all() if is_endorsed(row)]
        introduction = signing_key().sign(introduction_bytes(raw, now.isoformat(timespec="seconds"))).hex()
        new = PublicKey.objects.create(
            key_id=new_id, public_key=raw, valid_from=now, introduced_by=today.pk, introduction=introduction
        )
        PublicKey.objects.filter(pk=today.pk).update(valid_until=now)
        for row in [*known, new]:
            row.refresh_from_db()
            endorse(row, by=following)
        record("key rotated", new, by=Keeper(), before=today.pk)
    return new


def revoke_key(which: str, *, reason: str) -> None:
    """Call back what a key has signed. Today's key is rotated first. Raises DomainError, Conflict."""
    row = PublicKey.objects.filter(pk=which).first()
    if row is None or not is_endorsed(row):
        raise DomainError("There is no such key.")
    if row.pk == own_key().pk:
        raise Conflict("This is today's key: put another in its place first (--rotate), then revoke it.")
    if not reason.strip():
        raise DomainError("Say why the key is revoked: everybody who relied on it will read it (--reason).")
    with transaction.atomic():
        row.revoked_at, row.revoked_reason = timezone.now().replace(microsecond=0), reason.strip()
        row.save(update_fields=["revoked_at", "revoked_reason"])
        endorse(row)
        record("key revoked", row, by=Keeper(), reason=reason.strip())
