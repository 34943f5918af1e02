"""The mirror of the shares of the data keys: all of them, no history, and a list that says of when it is whole.

A share goes from the mirror when its key was destroyed, never because its file is missing: a folder that is not
mounted looks like one from which everything was erased.
"""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Collection
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.utils import timezone

from synthportal.errors import Conflict
from synthportal.models import DataKey

LIST = "mirrored.json"


def keys_in_use() -> set[str]:
    """Data keys that were not destroyed, by the name of their share."""
    return {pk.hex for pk in DataKey.objects.filter(wrapped__isnull=False).values_list("pk", flat=True)}


def lost_shares() -> set[str]:
    """Keys in use whose share is missing here; asked twice, as a key is destroyed before its share goes."""
    missing = keys_in_use() - _shares(settings.KEYS_DIR)
    return missing & keys_in_use() if missing else missing


def mirror(target: Path) -> None:
    """Bring the mirror up to date. While shares are lost it has no list, and proves no erasure."""
    target.mkdir(parents=True, exist_ok=True, mode=0o700)
    (target / LIST).unlink(missing_ok=True)
    began = timezone.now()
    for name in _shares(settings.KEYS_DIR):
        with contextlib.suppress(FileNotFoundError):  # erased meanwhile
            _copy(settings.KEYS_DIR / name, target)
    in_use = keys_in_use()
    for name in _shares(target) - in_use:
        (target / name).unlink()
    if not lost_shares():
        listed = {"made_at": began.isoformat(), "shares": sorted(_shares(target))}
        (target / LIST).write_text(json.dumps(listed, indent=1))


def check_shares(
    mirrored: Path | None, keys: Collection[str] | None, since: datetime, *, missing_are_erased: bool
) -> None:
    """Before a restore: whether each of `keys` (None where a backup does not name them) has its share, or was erased.

    A mirror that is whole and not older than the backup proves that what it lacks was erased. Raises Conflict.
    """
    folder = mirrored or settings.KEYS_DIR
    there = _shares(folder)
    if mirrored and not there and (keys is None or keys):
        raise Conflict(f"There are no shares of data keys in {mirrored}. Nothing was restored.")
    if mirrored and _shares(settings.KEYS_DIR) - there:
        raise Conflict(
            f"{settings.KEYS_DIR} holds shares that the mirror lacks: take them away, or restore without --shares."
        )
    missing = None if keys is None else set(keys) - there
    if missing == set() or missing_are_erased or _is_whole_since(folder, since):
        return
    many = "An unknown number" if missing is None else f"{len(missing):,} of {len(keys or ()):,}"
    raise Conflict(
        f"{many} of the backup's data keys have no share in {folder}, and no mirror made since proves that they were "
        "erased. Give the newest mirror with --shares. If they are gone for ever, say --missing-are-erased: their "
        "datasets are marked erased then. Nothing was restored."
    )


def bring_back(mirrored: Path) -> None:
    """Copy the shares of a mirror to where the portal reads them."""
    settings.KEYS_DIR.mkdir(parents=True, exist_ok=True, mode=0o700)
    for name in _shares(mirrored):
        _copy(mirrored / name, settings.KEYS_DIR)


def _is_whole_since(folder: Path, since: datetime) -> bool:
    try:
        listed = json.loads((folder / LIST).read_text())
    except (OSError, ValueError):
        return False
    return datetime.fromisoformat(listed["made_at"]) >= since and set(listed["shares"]) == _shares(folder)


def _shares(folder: Path) -> set[str]:
    """The names of the shares in a folder: a key's id is 32 hexadecimal digits."""
    return {path.name for path in folder.glob("?" * 32)} if folder.is_dir() else set()


def _copy(share: Path, folder: Path) -> None:
    draft = folder / f"{share.name}.part"
    shutil.copyfile(share, draft)
    draft.chmod(0o600)
    draft.replace(folder / share.name)
