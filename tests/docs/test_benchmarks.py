"""Every benchmark starts, and gives its figures as JSON."""

from __future__ import annotations

import json
import runpy
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
# `suite` and `shapes` are what the others measure with.
FOLDERS = [ROOT / "benchmarks", ROOT / "benchmarks" / "audits"]
PATHS = sorted(path for folder in FOLDERS for path in folder.glob("*.py"))
SCRIPTS = [str(path.relative_to(ROOT)) for path in PATHS if "__main__" in path.read_text(encoding="utf-8")]
# Those that need no data: the smallest run that measures something.
SMALL = {
    "benchmarks/roundtrip.py": ["--tables", "2"],
    "benchmarks/audits/gate_simulation.py": ["--lots", "20", "--lot-size", "2000"],
    "benchmarks/audits/differential_privacy.py": ["--fits", "20", "--weaken", "1"],
}


# Those that make a portal of their own set Django up anew, which is done once in a process.
OWN_PORTAL = [script for script in SCRIPTS if "django.setup()" in (ROOT / script).read_text(encoding="utf-8")]


def called(script: str, *words: str, monkeypatch: pytest.MonkeyPatch) -> object:
    """Run as by `python benchmarks/...`, in this process; its exit code."""
    monkeypatch.setattr(sys, "argv", [script, *words])
    monkeypatch.setattr(sys, "path", [str((ROOT / script).parent), *sys.path])
    try:
        runpy.run_path(str(ROOT / script), run_name="__main__")
    except SystemExit as ended:
        return ended.code
    return None


@pytest.mark.parametrize("script", OWN_PORTAL)
def test_a_benchmark_with_a_portal_of_its_own_starts_and_offers_its_figures_as_json(script):
    told = subprocess.run([sys.executable, script, "--help"], cwd=ROOT, capture_output=True, text=True, check=True)
    assert "--json" in told.stdout


@pytest.mark.parametrize("script", sorted(set(SCRIPTS) - set(OWN_PORTAL)))
def test_a_benchmark_starts_and_offers_its_figures_as_json(script, monkeypatch, capsys):
    assert not called(script, "--help", monkeypatch=monkeypatch)
    assert "--json" in capsys.readouterr().out


@pytest.mark.parametrize("script", SMALL)
def test_a_small_run_gives_one_object_and_nothing_beside_it(script, monkeypatch, capsys):
    called(script, *SMALL[script], "--json", "-", monkeypatch=monkeypatch)
    assert json.loads(capsys.readouterr().out)
