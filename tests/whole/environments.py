"""Virtual environments that hold what a test names, and nothing of the one that it runs in."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REQUIRE_ALL

ROOT = Path(__file__).resolve().parents[2]
OFFLINE = re.compile("Failed to fetch|error sending request|Network connectivity is disabled")
PACKAGES = ("synthportal", "generation", "reviews")
FILES = ("pyproject.toml", "MANIFEST.in", "CHANGELOG.md", "README.md", "LICENSE", "NOTICE")


def environment_with(folder: Path, *wanted: str) -> Path:
    """A new virtual environment in `folder` with what the words of `uv pip install` want; its Python."""
    python = folder / "bin" / "python"
    _uv("venv", "--python", sys.executable, str(folder))
    _uv("pip", "install", "--python", str(python), *wanted)
    return python


def source_in(folder: Path) -> Path:
    """A copy of what a package is built of, so that nothing is built in the checkout."""
    for name in PACKAGES:
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in FILES:
        shutil.copy2(ROOT / name, folder / name)
    return folder


def _uv(*words: str) -> None:
    done = subprocess.run([sys.executable, "-m", "uv", *words, "--quiet"], capture_output=True, text=True, check=False)
    if OFFLINE.search(done.stderr) and not REQUIRE_ALL:
        pytest.skip("no package index answers")
    assert done.returncode == 0, done.stderr[-3000:]
