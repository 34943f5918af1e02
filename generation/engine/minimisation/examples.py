"""Before and after, as shapes: what a page may show of a redaction without showing a value."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from generation.engine.pii.entities import label_words
from generation.engine.pii.known import KnownValues
from generation.engine.pii.text import find_spans

_LONGEST = 240
_TRIES_PER_EXAMPLE = 20


@dataclass(frozen=True, slots=True)
class MaskedExample:
    """The shape of a text (X upper-case, x other letters, 9 digits) before and after redaction."""

    before: str
    after: str


def masked_examples(
    values: Sequence[str], n: int = 3, seed: int = 0, *, label: str = "", known_values: KnownValues | None = None
) -> tuple[MaskedExample, ...]:
    """Up to n examples from distinct `values` (in any order) in which something was found, chosen by `seed`."""
    ordered = sorted(set(values))
    order = np.random.default_rng(seed).permutation(len(ordered))[: n * _TRIES_PER_EXAMPLE]
    examples = []
    for i in order:
        example = _example(ordered[i][:_LONGEST], label_words(label), known_values)
        if example.before != example.after:
            examples.append(example)
        if len(examples) == n:
            break
    return tuple(examples)


def _example(text: str, label: frozenset[str], known: KnownValues | None) -> MaskedExample:
    parts, end = [], 0
    for span in find_spans(text, label, known):
        parts += [mask(text[end : span.start]), f"<{span.entity}>"]
        end = span.end
    return MaskedExample(mask(text), "".join([*parts, mask(text[end:])]))


def mask(text: str) -> str:
    """The text's shape: every letter and digit replaced, punctuation and spaces kept."""
    return "".join(_masked(character) for character in text)


def _masked(character: str) -> str:
    if character.isalpha():
        return "X" if character.isupper() else "x"
    return "9" if character.isnumeric() else character
