"""Who this worker is: a name, and for the second worker a key that no other worker has."""

from __future__ import annotations

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings


def is_second() -> bool:
    """Whether this process is one of the second workers: its name is in the setting, and its key is the one there."""
    return bool(settings.WORKER_KEY) and settings.SECOND_WORKERS.get(settings.WORKER_NAME) == public_key()


def public_key() -> str:
    """What others check this worker's signatures with, 64 hex digits."""
    return _key().public_key().public_bytes_raw().hex()


def sign(said: bytes) -> str:
    """This worker's signature, 128 hex digits."""
    return _key().sign(said).hex()


def signed_by(name: str, said: bytes, signature: str) -> bool:
    """Whether the second worker of that name, by the key in the setting, signed this."""
    key = settings.SECOND_WORKERS.get(name, "")
    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(bytes.fromhex(signature), said)
    except (ValueError, InvalidSignature):
        return False
    return True


def _key() -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(settings.WORKER_KEY)
