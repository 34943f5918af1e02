"""The page about the synthesizers says what their cards say."""

from __future__ import annotations

from pathlib import Path

from generation.engine.parameters import Parameter
from generation.engine.synthesizers.cards import BUILT_IN
from generation.engine.synthesizers.reference import reference

PAGE = Path(__file__).parents[4] / "docs" / "reference" / "synthesizers.md"


def test_the_reference_page_holds_every_card_as_it_is():
    assert reference() in PAGE.read_text(), "print it again: python -m generation.engine.synthesizers.reference"


def test_a_row_gives_label_name_default_bounds_and_help():
    from dataclasses import replace

    card = replace(BUILT_IN[0], parameters=(Parameter("depth", "int", 3, "Depth", "How deep.", minimum=1, maximum=9),))
    assert reference([card]).endswith("| Depth (`depth`) | 3 | 1 to 9 | How deep. |")
