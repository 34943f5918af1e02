"""What is wrong with one line of a composition: a sentence that knows which line it is about."""

from __future__ import annotations

CONDITION, SHIFT, CLASS, BALANCE = "condition", "shift", "class", "balance"
_TITLES = {
    CONDITION: "Condition {}",
    SHIFT: "Shift {}",
    CLASS: "Balance, class {}",
    BALANCE: "Balance",
}


def title_of(kind: str, place: int) -> str:
    """What a line is called; it names no value. `place` counts from 1; a balance is there once."""
    return _TITLES[kind].format(place)


class LineFault(str):
    """A whole sentence with its line's title in front, and the line itself, so that a form can show it in place."""

    kind: str
    place: int

    def __new__(cls, kind: str, place: int, sentence: str) -> LineFault:
        """`sentence` goes on after the title and a colon."""
        found = super().__new__(cls, f"{title_of(kind, place)}: {sentence}")
        found.kind, found.place = kind, place
        return found

    @property
    def bare(self) -> str:
        """The sentence alone, for where the line itself stands beside it."""
        sentence = self.partition(": ")[2]
        return sentence[:1].upper() + sentence[1:]
