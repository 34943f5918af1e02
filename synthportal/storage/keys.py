"""A key per dataset, wrapped by the master key; destroying it erases the dataset, backups included."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from uuid import UUID

from django.conf import settings
from django.utils import timezone

from synthportal.errors import Conflict
from synthportal.models import DataKey
from synthportal.storage.sealing import open_bytes, seal_bytes

KEY_BYTES = 32


def create_key() -> DataKey:
    """A new data key, kept wrapped."""
    key = DataKey()
    key.wrapped = seal_bytes(os.urandom(KEY_BYTES), settings.MASTER_KEY, key.pk.bytes)
    key.save(force_insert=True)
    return key


@dataclass(frozen=True, slots=True)
class SealKey:
    """A data key, unwrapped: for a child process that must not reach the database."""

    id: UUID
    secret: bytes = field(repr=False)


def unwrap(key: UUID | SealKey) -> SealKey:
    """A data key by its id, ready for use. Raises Conflict when it was destroyed."""
    if isinstance(key, SealKey):
        return key
    kept = DataKey.objects.filter(pk=key).first()
    if kept is None or kept.wrapped is None:
        raise Conflict("This dataset was erased: its key is destroyed and nobody can read it again.")
    return SealKey(kept.pk, open_bytes(bytes(kept.wrapped), settings.MASTER_KEY, kept.pk.bytes))


def destroy_key(key_id: UUID) -> None:
    """Destroy the key: everything sealed with it is lost for ever."""
    DataKey.objects.filter(pk=key_id).update(wrapped=None, destroyed_at=timezone.now())
