"""The page about the engine says what its docstrings say; that it is printed is tested with `reference_pages`."""

from __future__ import annotations

from generation.engine.door.reference import blocks


def test_a_verb_stands_with_its_parameters_and_defaults_and_a_type_with_its_members():
    text = "\n".join(blocks())
    assert "    synthesizer: str = 'trees',\n" in text
    assert "sample(model: Synthesizer, rows: int, *, seed: int = 0) -> DataFrame" in text
    assert "- `Sdtype.NUMERICAL`\n" in text
    assert "<" not in "".join(line for line in text.splitlines() if " = <" in line)
