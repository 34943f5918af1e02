"""What the values of a column mean by themselves, whatever the column is called: words and codes that name one thing.

A label says more, where there is one that speaks; `c17` says nothing, and its values "married, single, widowed" do.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from generation.engine.pii.entities import word_set
from generation.engine.schema import ColumnRole

# From this share of the different values on, the column as a whole means it; one value alone means nothing.
_NEARLY_ALL, _FEWEST, _MOST = 0.9, 2, 2_000
# Codes of diagnoses differ in their letter: what shares one letter is a shelf, a grade or a gate.
_FEWEST_LETTERS, _FEWEST_CODES = 3, 6


@dataclass(frozen=True, slots=True)
class Meaning:
    """`words` completes "Its values are ..."; `role` is what that makes of the column."""

    words: str
    role: ColumnRole
    values: frozenset[str]


DIAGNOSES = Meaning("codes of diagnoses (ICD-10)", ColumnRole.SENSITIVE, frozenset())
_MEANINGS = (
    Meaning(
        "words for sex or gender",
        ColumnRole.QUASI,
        word_set(
            """male female man woman boy girl nonbinary non-binary diverse mann frau mannlich weiblich männlich divers
            homme femme masculin feminin féminin hombre mujer masculino femenino maschio femmina vrouw m f w d x other
            unknown"""
        ),
    ),
    Meaning(
        "words for marital status",
        ColumnRole.QUASI,
        word_set(
            """married single divorced widowed separated never-married partnered cohabiting unmarried verheiratet ledig
            geschieden verwitwet marié mariée célibataire divorcé veuf soltero soltera casado casada divorciado viudo
            other unknown"""
        ),
    ),
    Meaning(
        "names of religions",
        ColumnRole.SENSITIVE,
        word_set(
            """christian christianity catholic protestant orthodox muslim islam jewish judaism hindu hinduism buddhist
            buddhism sikh sikhism atheist agnostic none other unknown"""
        ),
    ),
    Meaning("blood groups", ColumnRole.SENSITIVE, word_set("a+ a- b+ b- ab+ ab- 0+ 0- o+ o- a b ab 0 o")),
)
_OF_MANY_THINGS = word_set("m f w d x a b ab 0 o none other unknown")
_DIAGNOSIS = re.compile(r"[A-TV-Z]\d[0-9A-Z]\.[0-9A-Z]{1,4}|[A-TV-Z]\d\d")
_DOTTED = 0.3


def meaning_of(values: Sequence[str]) -> Meaning | None:
    """What nearly all of these different values are, or None.

    >>> meaning_of(["Married", "single", "Widowed"]).words
    'words for marital status'
    """
    if not _FEWEST <= len(values) <= _MOST:
        return None
    folded = {value.strip().casefold() for value in values}
    for meaning in _MEANINGS:
        known = folded & meaning.values
        # "M" and "F" are a pair of sexes and nothing else; one of them beside "other" may be anything.
        if len(known) >= _NEARLY_ALL * len(folded) and (known - _OF_MANY_THINGS or {"m", "f"} <= known):
            return meaning
    return DIAGNOSES if _are_diagnoses([value.strip() for value in values]) else None


def _are_diagnoses(values: Sequence[str]) -> bool:
    codes = [value for value in values if _DIAGNOSIS.fullmatch(value)]
    enough = len(codes) >= max(_FEWEST_CODES, _NEARLY_ALL * len(values))
    return (
        enough
        and len({code[0] for code in codes}) >= _FEWEST_LETTERS
        and sum("." in code for code in codes) >= _DOTTED * len(codes)
    )
