"""What is put into slots: invented names, dates, numbers; and what is expected in a cell."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import numpy as np

from generation.engine.errors import SuiteError
from generation.engine.llm.suites.cover import matches
from generation.engine.llm.suites.plan import SLOT, Expectation
from generation.engine.llm.written import range_in
from generation.engine.pii.entities import word_set

_GIVEN = sorted(word_set("Ana Ben Carla David Elena Farid Grace Hugo Ines Jonas Kira Liam Mina Noah Olga Paul Rosa"))
_FAMILY = sorted(
    word_set("Adler Baptiste Castro Dorn Ekberg Fuentes Grant Hassan Ito Jansen Kowalski Lund Mori Novak Okafor Petit")
)
_FIRST_DAY, _DAYS = date(2025, 1, 1), 730


class Inventor:
    """Values for the slots that are no dimensions, the same for the same seed."""

    def __init__(self, values: Mapping[str, str | tuple[str, ...]], rng: np.random.Generator) -> None:
        self._values, self._rng = values, rng

    def fresh(self) -> dict[str, str]:
        """A new value for every slot."""
        return {name: self._one(how) for name, how in self._values.items()}

    def _one(self, how: str | tuple[str, ...]) -> str:
        if not isinstance(how, str):
            return how[int(self._rng.integers(len(how)))]
        if how in ("name", "email"):
            return self._person(how)
        if how == "date":
            return (_FIRST_DAY + timedelta(days=int(self._rng.integers(_DAYS)))).isoformat()
        if found := range_in(how):
            return self._number(*found)
        return re.sub("#", lambda _: str(int(self._rng.integers(10))), how)

    def _person(self, how: str) -> str:
        given, family = (names[int(self._rng.integers(len(names)))] for names in (_GIVEN, _FAMILY))
        if how == "name":
            return f"{given} {family}"
        return f"{given}.{family}{int(self._rng.integers(10, 99))}@mail.example".lower()

    def _number(self, low: str, high: str) -> str:
        if "." in low or "." in high:
            return f"{self._rng.uniform(float(low), float(high)):.2f}"
        return str(int(self._rng.integers(int(low), int(high) + 1)))


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text with its slots filled; what a value holds is never read as a slot."""
    return SLOT.sub(lambda slot: values[slot.group(1)], text)


def expected_in(expected: Sequence[Expectation], cell: Mapping[str, str], values: Mapping[str, str]) -> tuple[str, Any]:
    """What is expected in a cell. SuiteError when nothing is, or two different things are."""
    found = [one for one in expected if matches(cell, one.where)]
    told = ", ".join(f"{name} {value}" for name, value in cell.items())
    if not found:
        raise SuiteError("no_expected", f"Nothing is expected in the cell {told}: add a line to expected.")
    if any((one.kind, one.value) != (found[0].kind, found[0].value) for one in found):
        raise SuiteError("two_expected", f"Two different results are expected in the cell {told}: change one line.")
    return found[0].kind, _filled_in(found[0].value, values)


def _filled_in(value: Any, values: Mapping[str, str]) -> Any:
    if isinstance(value, str):
        return filled(value, values)
    if isinstance(value, dict):
        return {key: _filled_in(inner, values) for key, inner in value.items()}
    return [_filled_in(inner, values) for inner in value] if isinstance(value, list | tuple) else value
