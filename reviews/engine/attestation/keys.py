"""What is said of the portal's keys, and by which signatures one key follows another."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reviews.engine.certificate.canonical import canonical_json

LIST_TYPE = "application/vnd.synthportal.keys+json"


@dataclass(frozen=True, slots=True)
class KeyFacts:
    """A public key (64 hex digits) and when it counts; times are ISO 8601, "" for not (yet).

    `introduction` is the signature of the key before, `introduced_by`, over `introduction_bytes`.
    """

    key_id: str
    public_key: str
    valid_from: str
    valid_until: str = ""
    revoked_at: str = ""
    revoked_reason: str = ""
    introduced_by: str = ""
    introduction: str = ""


def introduction_bytes(public_key: str, valid_from: str) -> bytes:
    """What the key before signs when another takes its place."""
    return canonical_json({"format": "synthportal-next-key/1", "public_key": public_key, "valid_from": valid_from})


def endorsed_bytes(key: KeyFacts) -> bytes:
    """What today's key signs of a key that it knows."""
    return canonical_json({"format": "synthportal-key/1", **asdict(key)})


def key_list(keys: Sequence[KeyFacts], draw_key: str, at: str) -> dict[str, Any]:
    """The list that is published: keys of signatures with their validity, and the key that draws are checked with."""
    return {
        "format": "synthportal-keys/1",
        "at": at,
        "keys": [asdict(key) | {"algorithm": "Ed25519"} for key in keys],
        "draw": {"algorithm": "ECVRF-EDWARDS25519-SHA512-TAI", "public_key": draw_key},
    }


def is_introduced(key: KeyFacts, before: KeyFacts) -> bool:
    """Whether the key before says that this one follows it."""
    try:
        public = Ed25519PublicKey.from_public_bytes(bytes.fromhex(before.public_key))
        public.verify(bytes.fromhex(key.introduction), introduction_bytes(key.public_key, key.valid_from))
    except (InvalidSignature, ValueError):
        return False
    return key.introduced_by == before.key_id
