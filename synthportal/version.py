"""The portal's version: the newest heading of CHANGELOG.md, and nowhere else."""

from __future__ import annotations

import re
from importlib.metadata import version
from pathlib import Path

CHANGELOG = Path(__file__).parents[1] / "CHANGELOG.md"


def newest(changelog: str) -> str:
    """The version of the first heading like "## 1.2.3 - 2026-05-04". ValueError for a text without one."""
    found = re.search(r"^## (\d+\.\d+\.\d+)\b", changelog, re.MULTILINE)
    if found is None:
        raise ValueError("CHANGELOG.md has no heading with a version, such as “## 1.2.3 - unreleased”.")
    return found[1]


def _current() -> str:
    """From the changelog of a checkout or an image; an installed package was given its version when it was built."""
    is_checkout = (CHANGELOG.parent / "pyproject.toml").is_file()
    return newest(CHANGELOG.read_text(encoding="utf-8")) if is_checkout else version("synthportal")


VERSION = _current()
