"""The card of a synthesizer: what it is for, what it promises, what it asks, and what a person may set."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from generation.engine.errors import FitError
from generation.engine.parameters import Parameter, Value


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
    come in whole persons, so that none can be drawn again by itself. `is_of_texts`: it writes texts, and is offered for
    those kinds of source alone that name it. `asks_endpoint`: an endpoint words what it writes, so that it is offered
    only where one is set up, and `connect` is called before it samples. `endpoint_parameter` names the parameter that
    makes it ask one, "" where none does: only that parameter is offered there alone.
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
    is_of_texts: bool = False
    asks_endpoint: bool = False
    endpoint_parameter: str = ""

    def asks(self, parameters: Mapping[str, object]) -> bool:
        """Whether a run with these parameters asks an endpoint."""
        return self.asks_endpoint or parameters.get(self.endpoint_parameter) is True


def validated(card: SynthesizerCard, raw: Mapping[str, object]) -> dict[str, Value]:
    """All parameters of the card, from `raw` or by default, in their own types.

    Raises FitError with one sentence for each wrong or unknown parameter.
    """
    known = {parameter.name for parameter in card.parameters}
    wrong = [f"{card.title} has no parameter called {name!r}." for name in raw if name not in known]
    values: dict[str, Value] = {}
    for parameter in card.parameters:
        try:
            values[parameter.name] = parameter.value(raw.get(parameter.name, parameter.default))
        except ValueError as error:
            wrong.append(f"{parameter.label} {error}.")
    if wrong:
        raise FitError("bad_parameters", " ".join(wrong))
    return values
