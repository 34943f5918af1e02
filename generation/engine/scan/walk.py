"""The files of a folder that somebody wrote, without what git, package managers and tools put there."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import translate
from pathlib import Path, PurePath

from generation.engine.pii.entities import word_set

IGNORE_FILE = ".synthportalignore"
LEFT_OUT = word_set(
    """.git .hg .svn node_modules bower_components __pycache__ .venv venv site-packages .tox .nox .mypy_cache
    .ruff_cache .pytest_cache .gradle .idea .terraform .next .cache"""
)


@dataclass(frozen=True, slots=True)
class Ignored:
    """Rules of an ignore file: a pattern of paths, and the kinds that it is about (none: all of them)."""

    rules: tuple[tuple[re.Pattern[str], frozenset[str]], ...] = ()

    def is_left_out(self, path: str) -> bool:
        return any(not kinds and pattern.match(path) for pattern, kinds in self.rules)

    def is_known(self, path: str, entity: str) -> bool:
        """Whether somebody has said that this kind in this file is not sensitive."""
        return any(entity in kinds and pattern.match(path) for pattern, kinds in self.rules)


def read_ignored(folder: Path) -> Ignored:
    """The rules of `.synthportalignore` in a folder: `tests/data/**`, `docs/*.md EMAIL_ADDRESS,PERSON`, `# why`."""
    try:
        text = (folder / IGNORE_FILE).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return Ignored()
    told = [line.split("#")[0].split() for line in text.splitlines()]
    return Ignored(
        tuple((_pattern(words[0]), frozenset(",".join(words[1:]).split(",")) - {""}) for words in told if words)
    )


def _pattern(words: str) -> re.Pattern[str]:
    """A name on any level, or with a slash a path from the folder; `*` goes over folders, and a folder is all in it."""
    bare = words.strip("/")
    anywhere = "" if "/" in words.rstrip("/") else "(?:.*/)?"
    return re.compile(anywhere + translate(bare).removesuffix(r"\Z") + r"(?:/.*)?\Z")


def files_in(folder: Path, ignored: Ignored) -> Iterator[Path]:
    """The files below a folder in the order of their names; links are not followed."""
    for base, folders, names in os.walk(folder):
        folders[:] = sorted(name for name in folders if name not in LEFT_OUT)
        for name in sorted(names):
            path = Path(base) / name
            said = PurePath(path).relative_to(folder).as_posix()
            if not path.is_symlink() and name != IGNORE_FILE and not ignored.is_left_out(said):
                yield path
