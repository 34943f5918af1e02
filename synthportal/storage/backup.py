"""A backup in one folder: the database, the vault's blobs, and a manifest with the digest of each.

The database is copied first, the vault second: blobs are never changed in place, so the copied vault holds all that the
copied database names. Shares of the data keys are mirrored into a folder apart, without history: with an old copy of a
share an erased dataset could be read again. Secrets are not touched.

The manifest is what makes a backup: it is replaced last and at once, so one that breaks off leaves the one before.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import json
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.conf import settings
from django.db import connection
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone

from synthportal.errors import Conflict
from synthportal.models import AuditEvent, DataKey
from synthportal.roles import Operator
from synthportal.storage.local import STAGING
from synthportal.storage.shares import bring_back, check_shares, keys_in_use, lost_shares, mirror
from synthportal.trail.audit import record_of_portal
from synthportal.version import VERSION

MANIFEST, VAULT = "manifest.json", "vault"
SUFFIX = {"sqlite": "sqlite3", "postgresql": "dump"}
BACKED_UP, CHORE = "backed up", "backup"
READ_BYTES = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Made:
    """What a backup holds: blobs in all and how many of them were new in its folder, and its size in bytes."""

    blobs: int
    new_blobs: int
    size: int


def back_up(folder: Path, shares: Path | None, *, despite_lost: bool = False) -> Made:
    """Write, or bring up to date, the backup in `folder`; mirror the shares into `shares`.

    Shares that are lost stop it, unless it is to be made `despite_lost`. Raises Conflict in words; the backup that was
    there before stays as it was.
    """
    vault = _vault_folder()
    _need_apart(folder, shares)
    if shares and not despite_lost and (lost := lost_shares()):
        raise Conflict(
            f"{len(lost):,} of {len(keys_in_use()):,} data keys have no share in {settings.KEYS_DIR}: is it mounted? "
            "Put them back from the mirror, which was left as it is. If they are lost for ever, say "
            "--despite-lost-shares."
        )
    try:
        return _back_up(vault, folder, shares)
    except (OSError, sqlite3.Error) as error:
        why = getattr(error, "strerror", None) or type(error).__name__
        raise Conflict(f"The backup broke off: {why}. The one before is as it was.") from error


def _back_up(vault: Path, folder: Path, shares: Path | None) -> Made:
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    began, keys = timezone.now(), keys_in_use()
    _need_vault(vault, folder, keys)
    head = AuditEvent.objects.order_by("-seq").values_list("seq", "digest").first()
    database = folder / f"portal-{began:%Y%m%dT%H%M%S%f}.{SUFFIX[connection.vendor]}"
    try:
        _copy_database(database)
        files, new = {database.name: _digest(database)}, 0
        for blob in _blobs(vault):
            kept = folder / VAULT / blob.relative_to(vault)
            with contextlib.suppress(FileNotFoundError):  # its source was erased meanwhile
                new += _copy_blob(blob, kept)
                files[str(kept.relative_to(folder))] = _digest(kept)
        if shares:
            mirror(shares)
        _write(folder / MANIFEST, _manifest(began, head, keys, files))
    except BaseException:
        database.unlink(missing_ok=True)
        raise
    for path in folder.glob(f"portal*.{SUFFIX[connection.vendor]}"):
        if path.name not in files:  # the database of the backup before, or of one that was killed
            path.unlink()
    record_of_portal(BACKED_UP, by=Operator(), shares=bool(shares))
    return Made(len(files) - 1, new, sum((folder / name).stat().st_size for name in files))


def restore(folder: Path, shares: Path | None, *, missing_are_erased: bool = False) -> list[DataKey]:
    """Bring back a backup into an empty portal; the keys whose shares are gone, because they were erased since.

    Raises Conflict, before anything is written, when the portal is not empty, the backup is damaged or of another
    kind, its datasets were sealed under another master key, or shares are missing of which nothing proves that they
    were erased (see `check_shares`).
    """
    manifest = _read(folder)
    _need_empty()
    for name, (size, digest) in manifest["files"].items():
        path = folder / name
        if not path.is_file() or path.stat().st_size != size or _digest(path)[1] != digest:
            raise Conflict(f"The backup is damaged: {name} is missing or was changed. Nothing was restored.")
    since = datetime.fromisoformat(manifest["made_at"])
    check_shares(shares, manifest.get("keys"), since, missing_are_erased=missing_are_erased)
    blobs = [name for name in manifest["files"] if name.startswith(f"{VAULT}/")]
    (database,) = set(manifest["files"]) - set(blobs)
    _restore_database(folder / database)
    for name in blobs:
        _copy_blob(folder / name, _vault_folder() / name.removeprefix(f"{VAULT}/"))
    if shares:
        bring_back(shares)
    kept = DataKey.objects.filter(wrapped__isnull=False)
    return [key for key in kept if not (settings.KEYS_DIR / key.pk.hex).exists()]


def _manifest(
    began: datetime, head: tuple[int, str] | None, keys: set[str], files: dict[str, tuple[int, str]]
) -> dict[str, Any]:
    return {
        "synthportal": VERSION,
        "made_at": began.isoformat(),
        "database": connection.vendor,
        "migrations": sorted(f"{app}.{name}" for app, name in MigrationRecorder(connection).applied_migrations()),
        "trail": head,
        "master_key": _print_of_master_key(),
        "keys": sorted(keys),
        "files": files,
    }


def _need_apart(folder: Path, shares: Path | None) -> None:
    for target in (folder, *([shares] if shares else [])):
        if _is_inside(target, settings.DATA_DIR) or _is_inside(target, settings.SECRETS_DIR):
            raise Conflict("Keep a backup outside of the portal's own folders.")
    if shares and (_is_inside(shares, folder) or _is_inside(folder, shares)):
        raise Conflict("Keep the shares of the keys apart from the backup: together they open erased datasets.")


def _need_vault(vault: Path, folder: Path, keys: set[str]) -> None:
    """A vault that is not mounted looks empty; the backup before says whether it should be."""
    try:
        before = json.loads((folder / MANIFEST).read_text())["files"]
    except (OSError, ValueError):
        return
    sealed = {name.split("/")[2] for name in before if name.startswith(f"{VAULT}/sealed/")}
    if any(UUID(key).hex in keys for key in sealed) and not any(_blobs(vault)):
        raise Conflict(f"The vault at {vault} is empty, and the backup before holds sources that were not erased.")


def _print_of_master_key(key: bytes = b"") -> str:
    """Tells whether it is the same key, and nothing of the key."""
    return hmac.digest(key or settings.MASTER_KEY, b"synthportal backup", "sha256").hex()


def _read(folder: Path) -> dict[str, Any]:
    try:
        manifest: dict[str, Any] = json.loads((folder / MANIFEST).read_text())
    except (OSError, ValueError) as error:
        raise Conflict("There is no finished backup in this folder: it has no readable manifest.json.") from error
    if manifest.get("database") != connection.vendor:
        raise Conflict(
            f"This backup is of {manifest.get('database')}, and this portal uses {connection.vendor}: set DATABASE_URL."
        )
    if manifest.get("master_key") not in {_print_of_master_key(), _print_of_master_key(settings.OLD_MASTER_KEY)}:
        raise Conflict("The datasets of this backup were sealed under another master key: give back the secrets first.")
    return manifest


def _need_empty() -> None:
    has_people = "synthportal_person" in connection.introspection.table_names()
    if has_people or any(_blobs(_vault_folder())):
        raise Conflict("This portal is not empty. Restore into a new home and an empty database, before migrating.")


def _copy_database(target: Path) -> None:
    if connection.vendor != "sqlite":
        _run_postgres("pg_dump", "--format=custom", f"--file={target}")
        return
    name = str(connection.settings_dict["NAME"])
    with (
        contextlib.closing(sqlite3.connect(name, timeout=20)) as source,
        contextlib.closing(sqlite3.connect(target)) as copy,
    ):
        source.backup(copy)


def _restore_database(copied: Path) -> None:
    connection.close()
    if connection.vendor != "sqlite":
        _run_postgres("pg_restore", "--no-owner", "--exit-on-error", str(copied), dbname=True)
        return
    name = Path(str(connection.settings_dict["NAME"]))
    name.parent.mkdir(parents=True, exist_ok=True)
    with contextlib.closing(sqlite3.connect(copied)) as source, contextlib.closing(sqlite3.connect(name)) as target:
        source.backup(target)


def _run_postgres(command: str, *words: str, dbname: bool = False) -> None:
    """PostgreSQL's own program, with the password in its environment and not on its command line."""
    said = connection.settings_dict
    given = [f"--host={said['HOST']}", f"--port={said['PORT'] or 5432}", f"--username={said['USER']}"]
    place = [f"--dbname={said['NAME']}"] if dbname else [said["NAME"]]
    environment = {**os.environ, "PGPASSWORD": said["PASSWORD"] or ""}
    try:
        done = subprocess.run(
            [command, *given, *words, *place], env=environment, capture_output=True, text=True, check=False
        )
    except FileNotFoundError as error:
        raise Conflict(f"{command} is not installed here: install PostgreSQL's client programs.") from error
    if done.returncode:
        raise Conflict(
            f"{command} failed: {done.stderr.strip().splitlines()[0] if done.stderr.strip() else 'no reason'}"
        )


def _vault_folder() -> Path:
    url = urlsplit(settings.VAULT_URL)
    if url.scheme != "file":
        raise Conflict("The vault is a bucket: back it up by the means of its server, after the database.")
    return Path(url.path)


def _blobs(vault: Path) -> Iterator[Path]:
    """Every published blob; what is being written has no name yet."""
    for path in sorted(vault.rglob("*")):
        if path.is_file() and path.relative_to(vault).parts[0] != STAGING:
            yield path


def _copy_blob(blob: Path, target: Path) -> bool:
    """Copy a blob that is not there yet; whether it was new. A blob is never changed, so its size tells."""
    if target.is_file() and target.stat().st_size == blob.stat().st_size:
        return False
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_name(f"{target.name}.part")
    shutil.copyfile(blob, draft)
    draft.replace(target)
    return True


def _digest(path: Path) -> tuple[int, str]:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while piece := file.read(READ_BYTES):
            digest.update(piece)
    return path.stat().st_size, digest.hexdigest()


def _write(path: Path, content: dict[str, Any]) -> None:
    draft = path.with_suffix(".part")
    with draft.open("w") as file:
        json.dump(content, file, indent=1)
        file.flush()
        os.fsync(file.fileno())
    draft.replace(path)


def _is_inside(path: Path, folder: Path) -> bool:
    return folder.resolve() in (path.resolve(), *path.resolve().parents)
