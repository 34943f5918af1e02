"""What `migrate` makes, made once, kept between sessions and copied: the tests' database, the home of a new portal."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing, suppress
from functools import cache
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
# Where it lies, by what migrations, tables, secrets and the trail's first head are made of.
MADE_OF = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "synthportal/**/*.py", "requirements/all.lock")


@cache
def _kept() -> Path:
    """The folder of what this tree makes; those of other trees are gone."""
    made_of = hashlib.sha256(django.__version__.encode())
    for path in sorted({path for pattern in MADE_OF for path in ROOT.glob(pattern)}):
        made_of.update(path.read_bytes())
    folder = ROOT / ".pytest_cache" / "d" / "migrated" / made_of.hexdigest()[:16]
    for old in folder.parent.glob("*"):
        if old != folder:
            shutil.rmtree(old, ignore_errors=True)
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def copy_database(path: Path) -> bool:
    """Whether there was one to copy."""
    kept = _kept() / "tests.sqlite3"
    if kept.exists():
        shutil.copyfile(kept, path)
    return kept.exists()


def keep_database(database: sqlite3.Connection) -> None:
    """Keep what was just migrated and holds nothing else; several processes may do so at once."""
    kept, partial = _kept() / "tests.sqlite3", _kept() / f"tests.{os.getpid()}"
    if kept.exists():
        return
    with closing(sqlite3.connect(partial)) as copy:
        database.backup(copy)
    partial.rename(kept)


def copy_home(home: Path) -> bool:
    """Whether there was one to copy: database, secrets and the trail's head of a portal that nobody has used."""
    kept = _kept() / "home"
    if kept.exists():
        shutil.copytree(kept, home, dirs_exist_ok=True)
    return kept.exists()


def keep_home(home: Path) -> None:
    """As `keep_database`, of a home at rest."""
    partial = _kept() / f"home.{os.getpid()}"
    shutil.copytree(home, partial)
    with suppress(OSError):  # another process was first
        partial.rename(_kept() / "home")
    shutil.rmtree(partial, ignore_errors=True)
