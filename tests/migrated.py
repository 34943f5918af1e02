"""The migrated SQLite database: made once, kept between sessions, and copied by whoever starts from an empty portal."""

from __future__ import annotations

import hashlib
import os
import shutil
import sqlite3
from contextlib import closing
from functools import cache
from pathlib import Path

import django

ROOT = Path(__file__).resolve().parents[1]
# Where it lies, by what migrations and tables are made of.
MADE_OF = ("*/migrations/*.py", "*/models.py", "*/models/*.py", "synthportal/triggers.py", "requirements/all.lock")


@cache
def template() -> Path:
    """The file, whether it is there yet or not; those of other migrations are gone."""
    made_of = hashlib.sha256(django.__version__.encode())
    for path in sorted(path for pattern in MADE_OF for path in ROOT.glob(pattern)):
        made_of.update(path.read_bytes())
    folder = ROOT / ".pytest_cache" / "d" / "database"
    folder.mkdir(parents=True, exist_ok=True)
    kept = folder / f"{made_of.hexdigest()}.sqlite3"
    for old in folder.glob("*.sqlite3"):
        if old != kept:
            old.unlink(missing_ok=True)
    return kept


def copy_to(path: Path) -> bool:
    """Whether there was one to copy."""
    if not template().exists():
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(template(), path)
    return True


def keep(database: sqlite3.Connection) -> None:
    """Keep what was just migrated and holds nothing else; several processes may do so at once."""
    if template().exists():
        return
    partial = template().with_suffix(f".{os.getpid()}")
    with closing(sqlite3.connect(partial)) as copy:
        database.backup(copy)
    partial.rename(template())
