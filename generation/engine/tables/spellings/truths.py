"""Words for true and false. Without an owner's word only one pair is: Ja and Nein may be answers of three."""

from __future__ import annotations

from collections.abc import Mapping

TRUE_FALSE = ("true", "false")
PAIRS = (
    TRUE_FALSE, ("yes", "no"), ("y", "n"), ("t", "f"), ("1", "0"), ("ja", "nein"), ("j", "n"), ("wahr", "falsch"),
    ("oui", "non"), ("o", "n"), ("vrai", "faux"), ("si", "no"), ("sí", "no"), ("sì", "no"), ("s", "n"),
    ("vero", "falso"), ("verdadero", "falso"), ("sim", "não"), ("sim", "nao"), ("ja", "nee"), ("ja", "nej"),
    ("ja", "nei"), ("tak", "nie"), ("ano", "ne"), ("on", "off"), ("w", "f"), ("v", "f"),
)  # fmt: skip
WORDS = frozenset(word for pair in PAIRS for word in pair)


def usual_pair(counted: Mapping[str, int]) -> tuple[str, str]:
    """The words for true and false, in lower case, that most of the counted words are."""

    def covered(pair: tuple[str, str]) -> int:
        return sum(count for word, count in counted.items() if word.casefold() in pair)

    return max(PAIRS, key=covered)
