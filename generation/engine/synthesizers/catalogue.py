"""Which synthesizers there are, what each is for and what it asks. Standard library only: the web process reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.metadata import entry_points
from typing import TYPE_CHECKING, Literal, cast

from generation.engine.errors import FitError

if TYPE_CHECKING:
    from generation.engine.synthesizers.protocol import Synthesizer

ENTRY_POINT_GROUP = "synthportal.synthesizers"

Kind = Literal["int", "float", "choice", "bool"]
Value = int | float | str | bool


@dataclass(frozen=True, slots=True)
class Parameter:
    """One thing a person may set. `minimum` and `maximum` are inclusive; `choices` is for kind "choice"."""

    name: str
    kind: Kind
    default: Value
    label: str
    help: str
    minimum: float | None = None
    maximum: float | None = None
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Estimate:
    """A rough cost of fitting on one ordinary core: within a factor of three, not a promise."""

    seconds: float
    memory_bytes: int


@dataclass(frozen=True, slots=True)
class SynthesizerCard:
    """What a person needs to know to choose; `implementation` is "module:Class", imported only by `load`.

    `guarantee` is what holds by construction, `memorises` what the fitted model still holds of the source.
    `estimate(rows, columns, parameters)` gives the cost of the fit. `is_private` claims differential privacy: its
    parameters "epsilon" and "delta" hold for each fit, and are taken from the source's budget. `draws_persons`: records
    come in whole persons, so that none can be drawn again by itself.
    """

    name: str
    title: str
    sentence: str
    recommended_for: tuple[str, ...]
    guarantee: str
    memorises: str
    parameters: tuple[Parameter, ...]
    implementation: str
    estimate: Callable[[int, int, Mapping[str, Value]], Estimate]
    is_private: bool = False
    draws_persons: bool = False


@cache
def cards() -> dict[str, SynthesizerCard]:
    """Every synthesizer by name: ours first, then those that installed packages offer as entry points.

    An entry point of the group `synthportal.synthesizers` names a SynthesizerCard. Raises FitError when one names
    something else or takes a name that is already there.
    """
    from generation.engine.synthesizers.builtin_cards import BUILT_IN

    found = {card.name: card for card in BUILT_IN}
    for entry in entry_points(group=ENTRY_POINT_GROUP):
        card = entry.load()
        if not isinstance(card, SynthesizerCard) or card.name in found:
            raise FitError("bad_plugin", f"The entry point {entry.name!r} offers no new synthesizer card.")
        found[card.name] = card
    return found


def load(name: str) -> type[Synthesizer]:
    """The class behind a card. Raises FitError for a name that no card has."""
    card = cards().get(name)
    if card is None:
        raise FitError("unknown_synthesizer", "There is no synthesizer of that name.")
    module, _, attribute = card.implementation.partition(":")
    return cast("type[Synthesizer]", getattr(import_module(module), attribute))


def validated(card: SynthesizerCard, raw: Mapping[str, object]) -> dict[str, Value]:
    """All parameters of the card, from `raw` or by default, in their own types.

    Raises FitError with one sentence for each wrong or unknown parameter.
    """
    known = {parameter.name for parameter in card.parameters}
    wrong = [f"{card.title} has no parameter called {name!r}." for name in raw if name not in known]
    values: dict[str, Value] = {}
    for parameter in card.parameters:
        try:
            values[parameter.name] = _value(parameter, raw.get(parameter.name, parameter.default))
        except ValueError as error:
            wrong.append(f"{parameter.label} must be {error}.")
    if wrong:
        raise FitError("bad_parameters", " ".join(wrong))
    return values


def _value(parameter: Parameter, raw: object) -> Value:
    """`raw` in the parameter's type. Raises ValueError whose text completes the sentence "X must be ..."."""
    match parameter.kind:
        case "choice":
            return _choice(parameter, raw)
        case "bool":
            return _boolean(raw)
        case _:
            return _number(parameter, raw)


def _choice(parameter: Parameter, raw: object) -> str:
    if str(raw) not in parameter.choices:
        raise ValueError(f"one of {', '.join(parameter.choices)}")
    return str(raw)


def _boolean(raw: object) -> bool:
    words = {"true": True, "false": False, "on": True, "off": False}
    if isinstance(raw, bool):
        return raw
    if str(raw).lower() not in words:
        raise ValueError("true or false")
    return words[str(raw).lower()]


def _number(parameter: Parameter, raw: object) -> int | float:
    wanted = f"a {'whole ' if parameter.kind == 'int' else ''}number{_range_in_words(parameter)}"
    if isinstance(raw, bool) or not isinstance(raw, int | float | str):
        raise ValueError(wanted)
    try:
        number = float(raw)
    except (ValueError, OverflowError):
        raise ValueError(wanted) from None
    if not _in_range(parameter, number) or (parameter.kind == "int" and not number.is_integer()):
        raise ValueError(wanted)
    return int(number) if parameter.kind == "int" else number


def _in_range(parameter: Parameter, number: float) -> bool:
    low = float("-inf") if parameter.minimum is None else parameter.minimum
    high = float("inf") if parameter.maximum is None else parameter.maximum
    return low <= number <= high and abs(number) < float("inf")


def _range_in_words(parameter: Parameter) -> str:
    low, high = parameter.minimum, parameter.maximum
    if low is not None and high is not None:
        return f" from {low:g} to {high:g}"
    if low is not None:
        return f" of at least {low:g}"
    return "" if high is None else f" of at most {high:g}"
