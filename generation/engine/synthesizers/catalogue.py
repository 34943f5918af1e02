"""Which synthesizers there are, what each is for and what it asks. Standard library only: the web process reads it."""

from __future__ import annotations

from functools import cache
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, cast

from generation.engine.errors import FitError
from generation.engine.parameters import load_named

if TYPE_CHECKING:
    from generation.engine.synthesizers.protocol import Synthesizer

from generation.engine.synthesizers.card import SynthesizerCard

ENTRY_POINT_GROUP = "synthportal.synthesizers"


@cache
def cards() -> dict[str, SynthesizerCard]:
    """Every synthesizer by name: ours first, then those that installed packages offer as entry points.

    An entry point of the group `synthportal.synthesizers` names a SynthesizerCard. Raises FitError when one names
    something else or takes a name that is already there.

    >>> print(cards()["trees"].sentence)
    Draws column after column from decision trees: most of what a model can learn from the source.
    """
    from generation.engine.synthesizers.cards import BUILT_IN

    found = {card.name: card for card in BUILT_IN}
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        card = entry.load()
        if not isinstance(card, SynthesizerCard) or card.name in found:
            raise FitError("bad_plugin", f"The entry point {entry.name!r} offers no new synthesizer card.")
        found[card.name] = card
    return found


def card_of(name: str) -> SynthesizerCard:
    """The card of that name. Raises FitError where there is none."""
    card = cards().get(name)
    if card is None:
        raise FitError("unknown_synthesizer", "There is no synthesizer of that name.")
    return card


def load(name: str) -> type[Synthesizer]:
    """The class behind a card. Raises FitError for a name that no card has."""
    return cast("type[Synthesizer]", load_named(card_of(name).implementation))
