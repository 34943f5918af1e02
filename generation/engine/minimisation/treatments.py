"""The catalogue of treatments: which are possible for a kind of column, their parameters, bounds and plain help.

Standard library only: the page that edits a plan is drawn from this.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

from generation.engine.schema import Sdtype

ParameterValue = int | float | str


class TreatmentKind(StrEnum):
    """What can be done to a column."""

    KEEP = "keep"
    DROP = "drop"
    GENERALISE = "generalise"
    TOP_CODE = "top_code"
    SUPPRESS_RARE = "suppress_rare"
    REDACT = "redact"
    SURROGATE = "surrogate"


class SurrogateStyle(StrEnum):
    """What an invented value looks like."""

    PERSON = "person"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    PHONE = "phone"
    LOCATION = "location"
    ADDRESS = "address"
    CODE = "code"


@dataclass(frozen=True, slots=True)
class Parameter:
    """One setting of a treatment, for columns of `sdtypes`. A number has bounds (both included), a word has choices."""

    name: str
    title: str
    help: str
    default: ParameterValue
    sdtypes: frozenset[Sdtype]
    minimum: float = -math.inf
    maximum: float = math.inf
    choices: tuple[str, ...] = ()

    def problem_with(self, value: object) -> str:
        """What is wrong with a value, in one sentence, or ""."""
        if self.choices:
            return "" if value in self.choices else f"“{self.title}” must be one of: {', '.join(self.choices)}."
        if isinstance(value, bool) or not isinstance(value, (int, float)):
            return f"“{self.title}” must be a number."
        if isinstance(self.default, int) and value != int(value if math.isfinite(value) else 0):
            return f"“{self.title}” must be a whole number."
        if not self.minimum <= value <= self.maximum:
            return f"“{self.title}” must be from {self.minimum:g} to {self.maximum:g}."
        return ""


@dataclass(frozen=True, slots=True)
class TreatmentForm:
    """A treatment as a person chooses it."""

    kind: TreatmentKind
    title: str
    help: str
    sdtypes: frozenset[Sdtype]
    parameters: tuple[Parameter, ...] = ()

    def parameters_for(self, sdtype: Sdtype) -> tuple[Parameter, ...]:
        """The parameters that mean something for this sdtype."""
        return tuple(parameter for parameter in self.parameters if sdtype in parameter.sdtypes)


_ALL = frozenset(Sdtype)
_NUMBERS = frozenset({Sdtype.NUMERICAL})
_DATES = frozenset({Sdtype.DATETIME})
_CODES = frozenset({Sdtype.CATEGORICAL})
_STRINGS = frozenset({Sdtype.CATEGORICAL, Sdtype.ID})

DEFAULT_K = 5
_K_HELP = "A value held by fewer training records than this points at them, and is folded away. 1 folds nothing."


def _k(sdtypes: frozenset[Sdtype], minimum: int = 1) -> Parameter:
    return Parameter("k", "Fewest records", _K_HELP, DEFAULT_K, sdtypes, minimum, 10_000)


_FORMS = (
    TreatmentForm(TreatmentKind.KEEP, "Keep", "Leave every value as it is.", _ALL),
    TreatmentForm(TreatmentKind.DROP, "Drop", "Remove the column: the surest treatment when the purpose allows.", _ALL),
    TreatmentForm(
        TreatmentKind.GENERALISE,
        "Generalise",
        "Make values coarser: a number becomes the middle of its bin, a date the start of its period, a code its first "
        "characters. Tails and codes held by too few records are folded.",
        _NUMBERS | _DATES | _CODES,
        (
            Parameter("width", "Bin width", "In the column's own unit: 10 makes 43 a 45.", 10.0, _NUMBERS, 1e-9, 1e15),
            Parameter(
                "unit",
                "Period",
                "Each date becomes the first day of its period.",
                "year",
                _DATES,
                choices=("decade", "year", "quarter", "month", "day"),
            ),
            Parameter(
                "prefix", "Characters kept", "The rest become asterisks: 3 makes 02139 a 021**.", 3, _CODES, 1, 30
            ),
            _k(_NUMBERS | _DATES | _CODES),
        ),
    ),
    TreatmentForm(
        TreatmentKind.TOP_CODE,
        "Top- and bottom-code",
        "Pull extreme values in to a limit, since an extreme value points at its record.",
        _NUMBERS | _DATES,
        (
            Parameter("lower", "Lower limit", "Share of records below it.", 0.005, _NUMBERS | _DATES, 0.0, 0.2),
            Parameter("upper", "Upper limit", "Share of records up to it.", 0.995, _NUMBERS | _DATES, 0.8, 1.0),
        ),
    ),
    TreatmentForm(
        TreatmentKind.SUPPRESS_RARE,
        "Suppress rare",
        "Replace categories that few records hold by one common category.",
        _CODES,
        (_k(_CODES, minimum=2),),
    ),
    TreatmentForm(
        TreatmentKind.REDACT,
        "Redact",
        "Replace what points at a person in the text by a placeholder such as <PERSON>. It does not find everything.",
        frozenset({Sdtype.TEXT}),
    ),
    TreatmentForm(
        TreatmentKind.SURROGATE,
        "Surrogate",
        "Replace each value by an invented one of the same form; equal values stay equal. Pseudonymised, no more.",
        _STRINGS | _DATES,
        (
            Parameter(
                "style",
                "What it is",
                "Decides what the invented values look like.",
                SurrogateStyle.CODE.value,
                _STRINGS,
                choices=tuple(style.value for style in SurrogateStyle),
            ),
            Parameter("days", "Days moved at most", "Each date moves by 1 to this many days.", 30, _DATES, 1, 3_650),
        ),
    ),
)
TREATMENTS: dict[TreatmentKind, TreatmentForm] = {form.kind: form for form in _FORMS}


def kinds_for(sdtype: Sdtype) -> tuple[TreatmentKind, ...]:
    """The treatments possible for a column of this sdtype, in the order to offer them."""
    return tuple(kind for kind, form in TREATMENTS.items() if sdtype in form.sdtypes)
