"""Personal data in texts and columns, behind one door: `find(texts)` gives the spans of each text.

The door is light: what needs Presidio, word lists or a model is imported when it is asked for.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from generation.engine.pii.entities import EVERY, Span

if TYPE_CHECKING:
    from generation.engine.pii.known import KnownValues

__all__ = ["Span", "find", "missing_layers"]


def find(  # noqa: PLR0913 - all but the texts are named and may be left out
    texts: Sequence[str],
    *,
    by_form_alone: bool = False,
    layers: frozenset[str] = EVERY,
    label: frozenset[str] = frozenset(),
    known: KnownValues | None = None,
    rows: Sequence[int] | None = None,
    overruled: frozenset[str] = frozenset(),
) -> list[tuple[Span, ...]]:
    """Of each text the spans of personal data and secrets, in order, without overlaps.

    `by_form_alone`: what reaches a person, told by its form with the standard library alone; it finds no names.
    `layers`: whom to ask, of `entities.EVERY`; one that is not built or installed finds nothing (`missing_layers`).
    `label`: the words of the column's label (`labels.label_words`), which speak for numbers of its kind.
    `known`: the source's own identifiers, found in whatever form they are written; `rows`: the row of each text.
    `overruled`: entities that the owner of these texts says are something else here; of them only what a check
    validates and what `known` holds is found. Each distinct text is read once.
    TypeError for one text in place of a sequence of texts.

    >>> find(["mail a.lee@mail.example"], by_form_alone=True)[0][0].entity
    'EMAIL_ADDRESS'
    """
    if isinstance(texts, str):
        raise TypeError("find() reads a sequence of texts: put the one text into a list.")
    if by_form_alone:
        from generation.engine.pii.patterns.forms import find_forms

        return [find_forms(text, overruled) for text in texts]
    from generation.engine.pii.text import find_all

    return find_all(texts, layers=layers, label=label, known=known, rows=rows, overruled=overruled)


def missing_layers() -> dict[str, str]:
    """Layers that find nothing here, with the reason in a sentence."""
    from generation.engine.pii.text import missing

    return missing()
