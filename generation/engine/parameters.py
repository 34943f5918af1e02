"""One thing a person may set, of a synthesizer or of a treatment, and what it may be. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from math import inf
from typing import Any, Literal

Kind = Literal["int", "float", "choice", "bool", "text"]
Value = int | float | str | bool
TRUTH = {"true": True, "false": False, "on": True, "off": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a person may set. `minimum` and `maximum` are inclusive; `choices` is for kind "choice"; a
    "text" has at most `maximum` characters.

    >>> depth = Parameter("depth", "int", 3, "Depth", "Questions on the way to a leaf.", minimum=1, maximum=9)
    >>> depth.value("7")
    7
    >>> depth.problem_with(12)
    'must be a whole number from 1 to 9'
    """

    name: str
    kind: Kind
    default: Value
    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()

    def value(self, raw: object) -> Value:
        """`raw` in the parameter's own type; text as a form sends it is read.

        Raises ValueError whose text says what it must be, to go on after the parameter's label.
        """
        found = {"choice": self._choice, "bool": _truth, "text": self._text}.get(self.kind, self._number)(raw)
        if found is None:
            raise ValueError(f"must be {self._wanted()}")
        return found

    def problem_with(self, value: object) -> str:
        """Why a value cannot be kept as it is, to go on after the label, or "". Here text is no number."""
        try:
            is_own = self.value(value) == value
        except ValueError as error:
            return str(error)
        return "" if is_own else f"must be {self._wanted()}"

    def _wanted(self) -> str:
        if self.kind == "choice":
            return f"one of {', '.join(self.choices)}"
        if self.kind == "bool":
            return "true or false"
        if self.kind == "text":
            return f"a text of at most {self.maximum:g} characters"
        return f"a {'whole ' if self.kind == 'int' else ''}number{self._range_in_words()}"

    def _range_in_words(self) -> str:
        low, high = self.minimum, self.maximum
        if low is not None and high is not None:
            return f" from {low:g} to {high:g}"
        if low is not None:
            return f" of at least {low:g}"
        return "" if high is None else f" of at most {high:g}"

    def _text(self, raw: object) -> str | None:
        return raw if isinstance(raw, str) and len(raw) <= (self.maximum or 0) else None

    def _choice(self, raw: object) -> str | None:
        return str(raw) if str(raw) in self.choices else None

    def _number(self, raw: object) -> int | float | None:
        if isinstance(raw, bool) or not isinstance(raw, int | float | str):
            return None
        try:
            number = float(raw)
        except (ValueError, OverflowError):
            return None
        if not self._holds(number):
            return None
        return int(number) if self.kind == "int" else number

    def _holds(self, number: float) -> bool:
        """Whether a number is finite, within the bounds, and whole where it must be."""
        low = -inf if self.minimum is None else self.minimum
        high = inf if self.maximum is None else self.maximum
        return low <= number <= high and abs(number) < inf and (self.kind != "int" or number.is_integer())


def _truth(raw: object) -> bool | None:
    return raw if isinstance(raw, bool) else TRUTH.get(str(raw).lower())


def load_named(reference: str) -> Any:
    """What a card names "module:attribute", imported only when it is needed, so that the card stays light.

    ImportError or AttributeError when there is none.
    """
    module, _, attribute = reference.partition(":")
    return getattr(import_module(module), attribute)


def folders_of(reference: str) -> list[str]:
    """Where the package of a "module:attribute" lies, to be read by a process that is shown single folders alone."""
    found = find_spec(reference.partition(":")[0].partition(".")[0])
    return list(found.submodule_search_locations or ()) if found else []
