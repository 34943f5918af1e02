"""A key per dataset; destroying it erases the dataset, backups of database and vault included.

The key lies in the database, wrapped by the master key together with a share: 32 random bytes in a file of their own in
KEYS_DIR. Erasing deletes the share, so a restored backup of the database opens nothing. Back up KEYS_DIR by mirroring
it, never with a history.
"""

from __future__ import annotations

import hmac
import os
from datetime import datetime
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from synthportal.errors import Conflict
from synthportal.models import DataKey
from synthportal.storage.lent import SealKey
from synthportal.storage.sealing import SealBroken, open_bytes, seal_bytes

KEY_BYTES = 32
# The row of what surrogates and webhooks are derived from, once the first master key was changed.
ROOT = UUID(int=1)
ROTATED = "master key changed"


def create_key() -> DataKey:
    """A new data key, kept wrapped."""
    key = DataKey()
    key.wrapped = seal_bytes(os.urandom(KEY_BYTES), _wrapping(_new_share(key.pk)), key.pk.bytes)
    key.save(force_insert=True)
    return key


def unwrap(key: UUID | SealKey) -> SealKey:
    """A data key by its id, ready for use. Raises Conflict when it was destroyed."""
    if isinstance(key, SealKey):
        return key
    kept = DataKey.objects.filter(pk=key).first()
    share = _share_of(key)
    if kept is None or kept.wrapped is None or not share.exists():
        raise Conflict("This dataset was erased: its key is destroyed and nobody can read it again.")
    return SealKey(kept.pk, _opened(kept, share.read_bytes()))


def _opened(key: DataKey, share: bytes) -> bytes:
    """The secret of a wrapped key. Between the change of the master key and the end of `rewrap`, either opens it."""
    wrapped = bytes(key.wrapped or b"")
    try:
        return open_bytes(wrapped, _wrapping(share), key.pk.bytes)
    except SealBroken:
        if not settings.OLD_MASTER_KEY:
            raise
        return open_bytes(wrapped, _wrapping(share, settings.OLD_MASTER_KEY), key.pk.bytes)


def rewrap(key_id: UUID) -> bool:
    """Wrap a data key anew with today's master key; whether it was wrapped with the old one. Harmless when repeated.

    Raises Conflict where neither opens it.
    """
    with transaction.atomic():
        key = DataKey.objects.select_for_update().filter(pk=key_id, wrapped__isnull=False).first()
        if key is None or not _share_of(key_id).exists():
            return False
        share, wrapped = _share_of(key_id).read_bytes(), bytes(key.wrapped or b"")
        try:
            open_bytes(wrapped, _wrapping(share), key.pk.bytes)
        except SealBroken:
            try:
                secret = _opened(key, share)
            except SealBroken as error:
                raise Conflict("This key opens with neither the new nor the old master key.") from error
            key.wrapped = seal_bytes(secret, _wrapping(share), key.pk.bytes)
            key.save(update_fields=["wrapped"])
            return True
    return False


def derived(purpose: bytes) -> bytes:
    """32 bytes for one purpose, the same for as long as the portal lives: they survive a change of the master key."""
    root = DataKey.objects.filter(pk=ROOT).exists()
    first = unwrap(ROOT).secret if root else settings.OLD_MASTER_KEY or settings.MASTER_KEY
    return hmac.digest(first, purpose, "sha256")


def keep_root() -> None:
    """Before the old master key goes: what was derived from it is kept, wrapped like a data key."""
    if not DataKey.objects.filter(pk=ROOT).exists():
        _share_of(ROOT).unlink(missing_ok=True)  # of an attempt that was killed before its row was there
        key = DataKey(pk=ROOT)
        key.wrapped = seal_bytes(settings.OLD_MASTER_KEY, _wrapping(_new_share(ROOT)), ROOT.bytes)
        key.save(force_insert=True)


def is_usable(key_id: UUID) -> bool:
    """Whether the master key and the share at hand open a data key."""
    try:
        unwrap(key_id)
    except (Conflict, SealBroken):
        return False
    return True


def destroy_key(key_id: UUID) -> None:
    """Destroy the key: everything sealed with it is lost for ever."""
    DataKey.objects.filter(pk=key_id).update(wrapped=None, destroyed_at=timezone.now())
    transaction.on_commit(lambda: _share_of(key_id).unlink(missing_ok=True))


def destroyed_at(key_id: UUID) -> datetime | None:
    """When the key was destroyed; None while its row or its share could still open something."""
    kept = DataKey.objects.filter(pk=key_id).first()
    if kept is None or kept.wrapped is not None or _share_of(key_id).exists():
        return None
    return kept.destroyed_at


def _share_of(key_id: UUID) -> Path:
    folder: Path = settings.KEYS_DIR
    return folder / key_id.hex


def _new_share(key_id: UUID) -> bytes:
    path = _share_of(key_id)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    share = os.urandom(KEY_BYTES)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(share)
        file.flush()
        os.fsync(file.fileno())
    return share


def _wrapping(share: bytes, master: bytes = b"") -> bytes:
    """The key that wraps a data key: neither the master key nor the share alone gives it."""
    return hmac.digest(master or settings.MASTER_KEY, share, "sha256")
