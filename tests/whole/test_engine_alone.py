"""Installed into an empty environment, the engine works without Django, and does what its tutorial shows."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from synthportal.version import VERSION
from tests.docs.blocks import blocks_of
from tests.whole.environments import ROOT, environment_with, source_in

TUTORIAL = ROOT / "docs" / "tutorial-engine.md"
# Runs blocks of code in one namespace, as a notebook does; prints what each has printed.
NOTEBOOK = """
import contextlib, io, json, sys
names, printed = {}, []
for code in json.load(sys.stdin):
    with contextlib.redirect_stdout(io.StringIO()) as sink:
        exec(code, names)
    printed.append(sink.getvalue())
print(json.dumps(printed))
"""
# Each module of both engines, but for those whose packages are extras of their own.
IMPORTS = """
import importlib, pkgutil, generation.engine, reviews.engine
EXTRAS = (
    "generation.engine.synthesizers.sdv.",
    "generation.engine.synthesizers.sequences.par",
    "generation.engine.llm.texts.gru",
)
for door in (generation.engine, reviews.engine):
    for module in pkgutil.walk_packages(door.__path__, f"{door.__name__}."):
        if not module.name.startswith(EXTRAS):
            importlib.import_module(module.name)
"""

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The Python of an environment with the project's base dependencies, in the versions of the lock."""
    source = source_in(tmp_path_factory.mktemp("source"))
    lock = str(ROOT / "requirements" / "all.lock")
    return environment_with(
        tmp_path_factory.mktemp("empty") / "venv", str(source), "--constraint", lock, "--no-verify-hashes"
    )


def run(python: Path, code: str, given: str = "") -> subprocess.CompletedProcess[str]:
    """Runs code away from the checkout."""
    folder = python.parents[1]
    return subprocess.run(
        [str(python), "-I", "-c", code], cwd=folder, input=given, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("package", ["django", "rest_framework", "celery", "sdv", "torch", "opendp"])
def test_neither_the_portal_nor_the_extras_are_installed_with_the_engine(python, package):
    assert f"No module named '{package}'" in run(python, f"import {package}").stderr


def test_the_tutorial_prints_what_it_shows(python):
    blocks = blocks_of(TUTORIAL)
    done = run(python, NOTEBOOK, json.dumps([code for code, _ in blocks]))
    assert done.returncode == 0, done.stderr[-3000:]
    assert len(blocks) == 4
    assert json.loads(done.stdout) == [shown for _, shown in blocks]


def test_each_module_of_the_engines_imports_without_the_portal(python):
    done = run(python, IMPORTS)
    assert done.returncode == 0, done.stderr[-3000:]


def test_the_installed_package_has_the_version_of_the_changelog(python):
    told = run(python, "import importlib.metadata as installed; print(installed.version('synthportal'))")
    read = run(python, "import synthportal.version; print(synthportal.version.VERSION)")
    assert (told.stdout.strip(), read.stdout.strip()) == (VERSION, VERSION)
