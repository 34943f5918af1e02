"""The portal's secrets: given by the environment in production, made on first run for the embedded default."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

SECRET_BYTES = 32
NAMES = ("SECRET_KEY", "MASTER_KEY", "SAMPLE_KEY", "SIGNING_KEY", "AUDIT_KEY", "WORKER_KEY")
# A process has the secrets that it uses, and no others. "all" is one machine's embedded portal, or its shell.
KEYS_OF = {
    "all": set(NAMES) - {"WORKER_KEY"},
    "web": set(NAMES) - {"WORKER_KEY"},  # it signs certificates and their status
    "worker": {"MASTER_KEY", "SAMPLE_KEY", "AUDIT_KEY"},
    "signer": {"MASTER_KEY", "SAMPLE_KEY", "SIGNING_KEY", "AUDIT_KEY"},  # a worker of the lane that attests releases
    "recomputer": {"MASTER_KEY", "SAMPLE_KEY", "AUDIT_KEY", "WORKER_KEY"},  # the second worker: its key is its alone
    "keeper": {"MASTER_KEY", "AUDIT_KEY"},  # backup, rotate_keys
    "setup": {"AUDIT_KEY"},  # migrate, which begins the file of the trail's heads
}


def read_secret(name: str, given: str, folder: Path, *, may_create: bool) -> str:
    """The secret called `name`: the given one, else the one kept in `folder`, else (if allowed) a new one kept there.

    Secrets are hex strings of 32 random bytes (SECRET_KEY may be any long string). Raises ImproperlyConfigured with
    what to do when there is none and none may be made.
    """
    if given:
        return given
    path = folder / name.lower()
    if not path.exists():
        if not may_create:
            raise ImproperlyConfigured(
                f"SYNTHPORTAL_{name} is not set. Set it, or put it in a file named by SYNTHPORTAL_{name}_FILE "
                '(make one with: python -c "import secrets; print(secrets.token_hex(32))").'
            )
        _create(path)
    return path.read_text().strip()


def _create(path: Path) -> None:
    """Write a new secret readable by this account only; the first of two racing processes wins."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    draft = path.with_name(f"{path.name}.{os.getpid()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(secrets.token_hex(SECRET_BYTES))
        file.flush()
        os.fsync(file.fileno())
    try:
        os.link(draft, path)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def key_from(name: str, given: str) -> bytes:
    """The 32 bytes that are written in hexadecimal digits. Raises ImproperlyConfigured for any that are not random."""
    try:
        key = bytes.fromhex(given)
    except ValueError as error:
        raise ImproperlyConfigured(f"SYNTHPORTAL_{name} is 64 hexadecimal digits (32 bytes).") from error
    if len(key) != 32 or len(set(key)) < 8:
        raise ImproperlyConfigured(f"SYNTHPORTAL_{name} is 64 hexadecimal digits (32 bytes), and random ones.")
    return key
