"""A key per dataset, wrapped by the master key; destroying it erases the dataset, backups included."""

from __future__ import annotations

import os
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


def unwrap(key_id: UUID) -> bytes:
    """The 32 bytes of a data key. Raises Conflict when it was destroyed."""
    key = DataKey.objects.filter(pk=key_id).first()
    if key is None or key.wrapped is None:
        raise Conflict("This dataset was erased: its key is destroyed and nobody can read it again.")
    return open_bytes(bytes(key.wrapped), settings.MASTER_KEY, key.pk.bytes)


def destroy_key(key_id: UUID) -> None:
    """Destroy the key: everything sealed with it is lost for ever."""
    DataKey.objects.filter(pk=key_id).update(wrapped=None, destroyed_at=timezone.now())
