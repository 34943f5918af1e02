"""The tutorial of the sets for evaluation does what it shows."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path
from typing import Any

import pytest

from tests.docs.blocks import blocks_of

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.slow
def test_the_tutorial_of_sets_for_evaluation_prints_what_it_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    names: dict[str, Any] = {}
    printed = []
    blocks = blocks_of(ROOT / "docs" / "tutorial-evaluation.md")
    for code, _ in blocks:
        with contextlib.redirect_stdout(io.StringIO()) as sink:
            exec(code, names)
        printed.append(sink.getvalue())
    assert printed == [shown for _, shown in blocks]
