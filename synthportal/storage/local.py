"""Blobs in a local directory: written to a staging name, fsynced, renamed to their own name."""

from __future__ import annotations

import contextlib
import os
import shutil
import time
import uuid
from pathlib import Path
from typing import BinaryIO

STAGING = "staging"
STAGING_HOURS = 24


class LocalStore:
    """The small interface every store has: stage, publish, open, size, exists, remove."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / STAGING).mkdir(parents=True, exist_ok=True)

    def stage(self) -> BinaryIO:
        """A new file to write to; it has no name in the store until it is published."""
        return (self.root / STAGING / uuid.uuid4().hex).open("xb")

    def publish(self, staged: BinaryIO, name: str) -> None:
        """Give a staged file its name, durably and all at once; a blob of that name already there stays."""
        staged.flush()
        os.fsync(staged.fileno())
        staged.close()
        target = self.root / name
        target.parent.mkdir(parents=True, exist_ok=True)
        Path(staged.name).replace(target)
        self._sync_folder(target.parent)

    def discard(self, staged: BinaryIO) -> None:
        """Forget a staged file. On a full disk, closing it fails once more: it goes all the same."""
        with contextlib.suppress(OSError):
            staged.close()
        Path(staged.name).unlink(missing_ok=True)

    def open(self, name: str) -> BinaryIO:
        """Open for reading. Raises FileNotFoundError."""
        return (self.root / name).open("rb")

    def exists(self, name: str) -> bool:
        return (self.root / name).is_file()

    def remove(self, name: str) -> None:
        """Remove one blob, or everything under a folder's name."""
        target = self.root / name
        if target.is_dir():
            shutil.rmtree(target)
        else:
            target.unlink(missing_ok=True)

    def sweep(self) -> int:
        """Remove what a killed writer left in staging a day ago or earlier; returns how many."""
        old = time.time() - STAGING_HOURS * 3600
        left = [path for path in (self.root / STAGING).iterdir() if path.stat().st_mtime < old]
        for path in left:
            path.unlink(missing_ok=True)
        return len(left)

    @staticmethod
    def _sync_folder(folder: Path) -> None:
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
