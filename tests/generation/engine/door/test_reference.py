"""The page about the engine says what its docstrings say."""

from __future__ import annotations

from pathlib import Path

from generation.engine.door.reference import page

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "engine.md"


def test_the_reference_page_is_what_the_docstrings_say():
    assert PAGE.read_text(encoding="utf-8") == page(), "print it again: python -m generation.engine.door.reference"


def test_a_verb_stands_with_its_parameters_and_defaults_and_a_type_with_its_members():
    text = page()
    assert "    synthesizer: str = 'trees',\n" in text
    assert "sample(model: Synthesizer, rows: int, *, seed: int = 0) -> DataFrame" in text
    assert "- `Sdtype.NUMERICAL`\n" in text
    assert "<" not in "".join(line for line in text.splitlines() if " = <" in line)
