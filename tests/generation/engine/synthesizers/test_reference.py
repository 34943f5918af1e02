"""The page about the synthesizers says what their cards say; that it is printed is tested with `reference_pages`."""

from __future__ import annotations

from dataclasses import replace

from generation.engine.parameters import Parameter
from generation.engine.synthesizers.cards import BUILT_IN
from generation.engine.synthesizers.reference import sections


def test_every_card_has_a_section_with_its_sentence():
    text = "\n".join(sections())
    assert [
        card.name for card in BUILT_IN if f"### {card.title} (`{card.name}`)\n\n{card.sentence}\n" not in text
    ] == []


def test_a_row_gives_label_name_default_bounds_and_help():
    card = replace(BUILT_IN[0], parameters=(Parameter("depth", "int", 3, "Depth", "How deep.", minimum=1, maximum=9),))
    assert [*sections([card])][-1] == "| Depth (`depth`) | 3 | 1 to 9 | How deep. |"
