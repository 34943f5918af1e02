"""The keys that the portal signs with: today's secret, the public ones that outlived theirs, and which are trusted."""

from __future__ import annotations

from datetime import datetime

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings
from django.utils import timezone

from reviews.engine.acceptance.draw import draw_key
from reviews.engine.acceptance.vrf import vrf_public_key
from reviews.engine.attestation.keys import KeyFacts, endorsed_bytes
from reviews.engine.certificate.certificate import key_id
from reviews.models import PublicKey
from synthportal.errors import Conflict

CLOSED = (
    "The portal's signing key was closed, and nothing more is signed with it. Put the new secret in its place "
    "(SYNTHPORTAL_SIGNING_KEY) and start the portal again."
)

NOT_HERE = (
    "This process has no signing key, and is not meant to have one: releases are signed by the web server and by the "
    "worker of the lane “sign”."
)


def signing_key() -> Ed25519PrivateKey:
    """The portal's key for certificates and attestations. Raises Conflict in a process that is not meant to sign."""
    if not settings.SIGNING_KEY:
        raise Conflict(NOT_HERE)
    return Ed25519PrivateKey.from_private_bytes(settings.SIGNING_KEY)


def public_key_hex() -> str:
    """What anyone needs to check a signature: 64 hex digits."""
    return signing_key().public_key().public_bytes_raw().hex()


def draw_key_hex() -> str:
    """What anyone needs to check a draw: 64 hex digits."""
    return vrf_public_key(draw_key(settings.SAMPLE_KEY)).hex()


def own_key() -> PublicKey:
    """The row of today's key: kept from its first use on."""
    public = signing_key().public_key()
    row, is_new = PublicKey.objects.get_or_create(
        key_id=key_id(public), defaults={"public_key": public.public_bytes_raw().hex(), "valid_from": timezone.now()}
    )
    if is_new:
        endorse(row)
    return row


def open_key() -> Ed25519PrivateKey:
    """Today's key, to sign with. Raises Conflict once it was closed or revoked."""
    row = own_key()
    if row.revoked_at or row.valid_until:
        raise Conflict(CLOSED)
    return signing_key()


def endorse(row: PublicKey, *, by: Ed25519PrivateKey | None = None) -> None:
    """Say with today's key (or the one that follows it) that this row is the portal's own."""
    row.endorsement = (by or signing_key()).sign(endorsed_bytes(facts_of(row))).hex()
    row.save(update_fields=["endorsement"])


def is_endorsed(row: PublicKey) -> bool:
    """Whether today's key says so: a row that somebody wrote into the database does not count."""
    try:
        signing_key().public_key().verify(bytes.fromhex(row.endorsement), endorsed_bytes(facts_of(row)))
    except (InvalidSignature, ValueError):
        return False
    return True


def endorsed_keys() -> list[KeyFacts]:
    """Every key that is known, the oldest first; of two of one second, the one that introduced the other."""
    own_key()
    known = [facts_of(row) for row in PublicKey.objects.all() if is_endorsed(row)]
    return sorted(known, key=lambda key: (key.valid_from, bool(key.introduced_by)))


def trusted_keys() -> dict[str, Ed25519PublicKey]:
    """The keys whose signatures count, by id: today's and those before it that were not revoked."""
    return {
        key.key_id: Ed25519PublicKey.from_public_bytes(bytes.fromhex(key.public_key))
        for key in endorsed_keys()
        if not key.revoked_at
    }


def facts_of(row: PublicKey) -> KeyFacts:
    return KeyFacts(
        key_id=row.key_id,
        public_key=row.public_key,
        valid_from=_time(row.valid_from),
        valid_until=_time(row.valid_until),
        revoked_at=_time(row.revoked_at),
        revoked_reason=row.revoked_reason,
        introduced_by=row.introduced_by,
        introduction=row.introduction,
    )


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""
