from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("django", "rest_framework", "celery", "numpy", "scipy", "pandas")


@pytest.mark.parametrize("module", ["acceptance", "policy", "certificate", "datacard", "agreement", "lineup"])
def test_the_gates_arithmetic_needs_no_framework_and_no_numerical_library(module: str) -> None:
    code = f"import reviews.{module}, sys; print(sorted(set({HEAVY!r}) & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
