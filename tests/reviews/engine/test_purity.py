"""The gate's arithmetic runs anywhere: no web framework, and numbers without a numerical library."""

from __future__ import annotations

import subprocess
import sys
from pkgutil import walk_packages

import pytest

import reviews.engine

HEAVY = ("django", "rest_framework", "celery", "numpy", "scipy", "pandas")

MODULES = sorted(found.name for found in walk_packages(reviews.engine.__path__, "reviews.engine."))


def test_every_module_of_the_engine_is_looked_at() -> None:
    assert {
        "reviews.engine.gate.conditions",
        "reviews.engine.acceptance.plans",
        "reviews.engine.controls.lineup",
    } <= set(MODULES)


@pytest.mark.parametrize("package", ["acceptance", "certificate", "controls", "gate", "policy"])
def test_the_gates_arithmetic_needs_no_framework_and_no_numerical_library(package: str) -> None:
    modules = [name for name in MODULES if name.split(".")[2] == package]
    code = f"import sys, {', '.join(modules)}; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
