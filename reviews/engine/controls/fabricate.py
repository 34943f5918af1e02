"""Controls: fabricated leaks and fabricated nonsense that measure what annotators see. Standard library only.

A control starts from a synthetic row and gets something that an attentive person recognises: people are invented, and
no real record goes in. It has the columns, the order and the kinds of values of the rows around it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from reviews.engine.acceptance.draw import Chance
from reviews.engine.controls import sentences as words
from reviews.engine.controls.people import Invented, invent

LONG_TEXT = 60  # characters; a column whose values are mostly longer is running text
FAR_OFF_YEARS = (1783, 1821, 2187, 2204)  # within what a timestamp in nanoseconds can hold
_SAID = ("content", "value", "text")

Row = dict[str, Any]


class Kind(StrEnum):
    """What a control is."""

    DIRECT_IDENTIFIER = "direct_identifier"
    NEAR_COPY = "near_copy"
    MEMORISED_TEXT = "memorised_text"
    RARE_COMBINATION = "rare_combination"
    NONSENSE = "nonsense"


TITLES = {
    Kind.DIRECT_IDENTIFIER: "direct identifier",
    Kind.NEAR_COPY: "near copy of an invented person",
    Kind.MEMORISED_TEXT: "text made up for the purpose",
    Kind.RARE_COMBINATION: "rare combination",
    Kind.NONSENSE: "nonsense",
}
LEAKS: tuple[Kind, ...] = tuple(kind for kind in Kind if kind is not Kind.NONSENSE)
_IN_TEXT = {
    Kind.DIRECT_IDENTIFIER: words.DIRECT_IN_TEXT,
    Kind.NEAR_COPY: words.NEAR_COPY_IN_TEXT,
    Kind.MEMORISED_TEXT: words.MEMORISED_IN_TEXT,
    Kind.RARE_COMBINATION: words.RARE_IN_TEXT,
}
_IN_CELL = {
    Kind.DIRECT_IDENTIFIER: words.DIRECT_IN_CELL,
    Kind.NEAR_COPY: words.NEAR_COPY_IN_CELL,
    Kind.MEMORISED_TEXT: words.MEMORISED_IN_CELL,
    Kind.RARE_COMBINATION: words.RARE_IN_CELL,
}


@dataclass(frozen=True, slots=True)
class Materials:
    """What controls are made from: synthetic rows, and which of their columns can carry what.

    `texts` hold running text or a conversation, `cells` short words, `numbers` and `dates` what they say.
    """

    rows: Sequence[Row]
    texts: tuple[str, ...] = ()
    cells: tuple[str, ...] = ()
    numbers: tuple[str, ...] = ()
    dates: tuple[str, ...] = ()
    tops: Mapping[str, float] = field(default_factory=dict)

    def kinds(self) -> tuple[Kind, ...]:
        """The kinds that these columns can carry and a person can recognise: a lone number gives nobody away."""
        if self.texts or self.cells:
            return tuple(Kind)
        return (Kind.NONSENSE,) if self.numbers or self.dates else ()


def materials_of(rows: Sequence[Row], skip: Sequence[str] = ()) -> Materials:
    """Sort the columns of synthetic rows by what they can carry; `skip` names those where a name would be no leak."""
    by_kind: dict[str, list[str]] = {"texts": [], "cells": [], "numbers": [], "dates": []}
    for label in [label for label in (rows[0] if rows else ()) if label not in skip]:
        if kind := _carries([row[label] for row in rows if row[label] is not None]):
            by_kind[kind].append(label)
    tops = {label: max(float(row[label] or 0) for row in rows) for label in by_kind["numbers"]}
    return Materials(rows, **{kind: tuple(labels) for kind, labels in by_kind.items()}, tops=tops)


def _carries(values: Sequence[Any]) -> str:
    if not values or isinstance(values[0], bool):
        return ""
    if isinstance(values[0], int | float):
        return "numbers"
    if isinstance(values[0], date | datetime):
        return "dates"
    if _parsed(values[0]) is not None:
        return "texts"
    if not isinstance(values[0], str):
        return ""
    return "texts" if sorted(map(len, values))[len(values) // 2] > LONG_TEXT else "cells"


def plan_kinds(planted: int, nonsense: int, possible: Sequence[Kind], chance: Chance) -> list[Kind]:
    """Which controls to plant, in random order: `planted` leaks, the four kinds in turn, and some `nonsense`."""
    leaks: list[Kind] = [kind for kind in LEAKS if kind in possible]
    kinds = [leaks[place % len(leaks)] for place in range(planted)] if leaks else []
    kinds += [Kind.NONSENSE] * nonsense if Kind.NONSENSE in possible else []
    return [kinds[place] for place in chance.some(len(kinds), len(kinds))] if kinds else []


def fabricate(kind: Kind, materials: Materials, chance: Chance) -> Row:
    """One control: a synthetic row with something in it that gives it away."""
    row, person = dict(chance.pick(materials.rows)), invent(chance)
    if kind is Kind.NONSENSE:
        return _nonsense(row, materials, person, chance)
    if materials.texts:
        label = chance.pick(materials.texts)
        row[label] = _woven(row[label], _said(_IN_TEXT[kind], person, chance), chance)
    else:
        row[chance.pick(materials.cells)] = _said(_IN_CELL[kind], person, chance)
    if kind is Kind.RARE_COMBINATION:
        row |= {label: _like(row[label], materials.tops[label]) for label in materials.numbers[:1]}
    return row


def _said(sentences: Sequence[str], person: Invented, chance: Chance) -> str:
    return chance.pick(sentences).format(**person.facts())


def _like(value: Any, number: float) -> Any:
    return number if isinstance(value, float) else int(number)


def _nonsense(row: Row, materials: Materials, person: Invented, chance: Chance) -> Row:
    """Two values that cannot be, or one where a single column can carry any."""
    places = [*materials.numbers, *materials.dates, *materials.texts, *materials.cells]
    for place in chance.some(2, len(places)):
        label = places[place]
        row[label] = _absurd(label, row[label], materials, person, chance)
    return row


def _absurd(label: str, value: Any, materials: Materials, person: Invented, chance: Chance) -> Any:
    if label in materials.numbers:
        size = max(materials.tops[label], 10.0) * (4 + chance.below(20))
        return _like(value, -size if chance.below(3) == 0 else size)
    if label in materials.dates:
        return value.replace(year=chance.pick(FAR_OFF_YEARS), day=1) if value else value
    if label in materials.texts:
        return _woven(value, _said(words.SALAD, person, chance), chance)
    return _said(words.SALAD_IN_CELL, person, chance)


def _woven(value: Any, sentence: str, chance: Chance) -> Any:
    """The value with one sentence more: in a text between two of its own, in a conversation in one of its turns."""
    if isinstance(value, str) and (parsed := _parsed(value)) is not None:
        return json.dumps(_woven(parsed, sentence, chance), ensure_ascii=False)
    if isinstance(value, Mapping):
        inner = next((name for name in ("messages", "conversations") if name in value), "")
        return {**value, inner: _woven(value[inner], sentence, chance)} if inner else _in_turn(value, sentence, chance)
    if isinstance(value, list) and value:
        at = chance.below(len(value))
        return [*value[:at], _woven(value[at], sentence, chance), *value[at + 1 :]]
    return _between(value if isinstance(value, str) else "", sentence, chance)


def _in_turn(turn: Mapping[str, Any], sentence: str, chance: Chance) -> dict[str, Any]:
    said = next((name for name in _SAID if isinstance(turn.get(name), str)), _SAID[0])
    return {**turn, said: _between(turn.get(said) or "", sentence, chance)}


def _between(text: str, sentence: str, chance: Chance) -> str:
    """The sentence before, after or between the sentences of a text."""
    parts = [part for part in re.split(r"(?<=[.!?])\s+", text) if part]
    at = chance.below(len(parts) + 1)
    return " ".join([*parts[:at], sentence, *parts[at:]])


def _parsed(value: Any) -> Any:
    """The list or object that a value is or holds as JSON; None for anything else."""
    if isinstance(value, list | Mapping):
        return value
    if not isinstance(value, str) or value.lstrip()[:1] not in {"[", "{"}:
        return None
    try:
        found = json.loads(value)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list | dict) and found else None
