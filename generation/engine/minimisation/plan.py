"""The plan: one treatment per column with its reason, to and from JSON, strictly. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from types import MappingProxyType
from typing import Any

from generation.engine.errors import PlanError
from generation.engine.minimisation.treatments import TREATMENTS, TreatmentKind
from generation.engine.parameters import Value
from generation.engine.schema import Sdtype

_LONGEST_REASON = 500
FEWEST_ALIKE, MOST_ALIKE = 2, 1_000
_FIELDS = frozenset({"column", "kind", "parameters", "why"})


@dataclass(frozen=True, slots=True)
class Treatment:
    """What happens to one column, named as in the table, and why. Parameters left out take their defaults."""

    column: str
    kind: TreatmentKind
    parameters: Mapping[str, Value] = field(default_factory=dict)
    why: str = ""

    def __post_init__(self) -> None:
        object.__setattr__(self, "parameters", MappingProxyType(dict(self.parameters)))

    def complete(self, sdtype: Sdtype) -> dict[str, Value]:
        """All parameters that apply to this sdtype, defaults filled in."""
        form = TREATMENTS[self.kind]
        return {p.name: self.parameters.get(p.name, p.default) for p in form.parameters_for(sdtype)}

    def problems(self, sdtype: Sdtype) -> list[str]:
        """Why this treatment cannot be used on a column of this sdtype, as sentences."""
        form = TREATMENTS[self.kind]
        if sdtype not in form.sdtypes:
            return [f"“{form.title}” is not possible for a column of kind {sdtype.value}."]
        known = {parameter.name: parameter for parameter in form.parameters_for(sdtype)}
        unknown = [name for name in self.parameters if name not in known]
        sentences = [f"“{form.title}” has no such parameter for a column of kind {sdtype.value}."] if unknown else []
        given = ((known[name], value) for name, value in self.parameters.items() if name in known)
        wrong = ((parameter, parameter.problem_with(value)) for parameter, value in given)
        return sentences + [f"“{parameter.label}” {problem}." for parameter, problem in wrong if problem]

    def as_json(self) -> dict[str, Any]:
        """The treatment in JSON's types."""
        return {
            "column": self.column,
            "kind": self.kind.value,
            "parameters": dict(self.parameters),
            "why": self.why,
        }


@dataclass(frozen=True)
class Plan:
    """One treatment for each column, in table order, and how many records at least shall be alike.

    With `k`, records in smaller groups over the quasi-identifiers lose the values of all of these; 0 asks for no k.
    """

    treatments: tuple[Treatment, ...]
    k: int = 0

    @cached_property
    def _by_column(self) -> dict[str, Treatment]:
        return {treatment.column: treatment for treatment in self.treatments}

    def treatment_of(self, column: str) -> Treatment | None:
        """The treatment of a column, or None."""
        return self._by_column.get(column)

    def as_json(self) -> dict[str, Any]:
        """The plan in JSON's types; `from_json` reads it back equal."""
        told: dict[str, Any] = {"treatments": [treatment.as_json() for treatment in self.treatments]}
        return told | ({"k": self.k} if self.k else {})

    @classmethod
    def from_json(cls, data: object) -> Plan:
        """The plan in parsed JSON; PlanError says which entry is wrong, by its position and never by its content."""
        known = isinstance(data, dict) and {"treatments"} <= set(data) <= {"treatments", "k"}
        entries, k = (data["treatments"], data.get("k", 0)) if isinstance(data, dict) and known else (None, 0)
        if not isinstance(entries, list):
            raise PlanError("plan-shape", "A plan is an object with one list named “treatments” and nothing but a k.")
        if not isinstance(k, int) or isinstance(k, bool) or not (k == 0 or FEWEST_ALIKE <= k <= MOST_ALIKE):
            raise PlanError(
                "plan-k", f"The smallest group is a whole number from {FEWEST_ALIKE} to {MOST_ALIKE}, or 0."
            )
        treatments = tuple(_treatment(entry, place) for place, entry in enumerate(entries, start=1))
        if len({treatment.column for treatment in treatments}) < len(treatments):
            raise PlanError("plan-twice", "A plan gives each column one treatment; one column has two.")
        return cls(treatments, k)


def _treatment(entry: object, place: int) -> Treatment:
    if not isinstance(entry, dict) or not {"column", "kind"} <= set(entry) <= _FIELDS:
        raise PlanError("plan-entry", f"Treatment {place} needs column and kind, and may have parameters and why.")
    column, why = entry["column"], entry.get("why", "")
    if not isinstance(column, str) or not isinstance(why, str) or len(why) > _LONGEST_REASON:
        raise PlanError("plan-entry", f"Treatment {place}: column and why must be text, why at most 500 characters.")
    return Treatment(column, _kind(entry["kind"], place), _parameters(entry.get("parameters", {}), place), why)


def _kind(value: object, place: int) -> TreatmentKind:
    if not isinstance(value, str) or value not in set(TreatmentKind):
        raise PlanError("plan-kind", f"Treatment {place}: kind must be one of {', '.join(TreatmentKind)}.")
    return TreatmentKind(value)


def _parameters(value: object, place: int) -> dict[str, Value]:
    if not isinstance(value, dict) or not all(
        isinstance(name, str) and isinstance(setting, (int, float, str)) and not isinstance(setting, bool)
        for name, setting in value.items()
    ):
        raise PlanError("plan-parameters", f"Treatment {place}: parameters must map names to numbers or text.")
    return value
