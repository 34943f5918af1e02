"""The catalogue of treatments: which are possible for a kind of column, their parameters, bounds and plain help.

Standard library only: the page that edits a plan is drawn from this.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from generation.engine.parameters import Parameter
from generation.engine.pii.entities import (
    ADDRESS,
    AGE,
    CARD,
    DATE,
    EMAIL,
    IBAN,
    LOCATION,
    ORGANIZATION,
    PERSON,
    PHONE,
    POSTCODE,
    TITLE,
    URL,
)
from generation.engine.schema import Sdtype


class TreatmentKind(StrEnum):
    """What can be done to a column."""

    KEEP = "keep"
    DROP = "drop"
    GENERALISE = "generalise"
    ROUND = "round"
    TOP_CODE = "top_code"
    SUPPRESS_RARE = "suppress_rare"
    TIDY = "tidy"
    REDACT = "redact"
    MASK = "mask"
    HASH = "hash"
    SURROGATE = "surrogate"


class SurrogateStyle(StrEnum):
    """What an invented value looks like; a `validated` one passes the check of its kind (IBAN, card, tax number)."""

    PERSON = "person"
    FIRST_NAME = "first_name"
    LAST_NAME = "last_name"
    EMAIL = "email"
    LOGIN = "login"
    PHONE = "phone"
    LOCATION = "location"
    ADDRESS = "address"
    VALIDATED = "validated"
    CODE = "code"


class SpanTreatment(StrEnum):
    """What can be done to what was found inside a text."""

    REDACT = "redact"
    SURROGATE = "surrogate"
    SHIFT = "shift"
    YEAR = "year"
    MASK = "mask"
    HASH = "hash"
    KEEP = "keep"


EVERY_TREATMENT = frozenset(TreatmentKind)


@dataclass(frozen=True, slots=True)
class Setting:
    """A parameter of a treatment, and the kinds of column for which it means something."""

    parameter: Parameter
    sdtypes: frozenset[Sdtype]


@dataclass(frozen=True, slots=True)
class TreatmentForm:
    """A treatment as a person chooses it."""

    kind: TreatmentKind
    title: str
    help: str
    sdtypes: frozenset[Sdtype]
    settings: tuple[Setting, ...] = ()

    def parameters_for(self, sdtype: Sdtype) -> tuple[Parameter, ...]:
        """The parameters that mean something for this sdtype."""
        return tuple(setting.parameter for setting in self.settings if sdtype in setting.sdtypes)


_ALL = frozenset(Sdtype)
_NUMBERS = frozenset({Sdtype.NUMERICAL})
_DATES = frozenset({Sdtype.DATETIME})
_CODES = frozenset({Sdtype.CATEGORICAL})
_TEXTS = frozenset({Sdtype.TEXT})
_STRINGS = frozenset({Sdtype.CATEGORICAL, Sdtype.ID})

DEFAULT_K = 5
_K_HELP = "A value held by fewer training records than this points at them, and is folded away. 1 folds nothing."


def _k(sdtypes: frozenset[Sdtype], minimum: int = 1) -> Setting:
    return Setting(Parameter("k", "int", DEFAULT_K, "Fewest records", _K_HELP, minimum, 10_000), sdtypes)


_WIDTH = Parameter(
    "width", "float", 10.0, "Bin width", "In the column's own unit: 10 makes 43 a 45.", minimum=1e-9, maximum=1e15
)
MIDDLE, INTERVAL, DRAW = "middle", "interval", "draw"
_SHOWN = Parameter(
    "shown",
    "choice",
    MIDDLE,
    "Each becomes",
    "The middle of its bin (45), the interval as a text (40–49), or a number drawn within the bin for every record.",
    choices=(MIDDLE, INTERVAL, DRAW),
)
_UNIT = Parameter(
    "unit",
    "choice",
    "year",
    "Period",
    "Each date becomes the first day of its period.",
    choices=("decade", "year", "quarter", "month", "day"),
)
_PREFIX = Parameter(
    "prefix",
    "int",
    3,
    "Characters kept",
    "The rest become asterisks: 3 makes 02139 a 021**.",
    minimum=1,
    maximum=30,
)
_LOWER = Parameter("lower", "float", 0.005, "Lower limit", "Share of records below it.", minimum=0.0, maximum=0.2)
_UPPER = Parameter("upper", "float", 0.995, "Upper limit", "Share of records up to it.", minimum=0.8, maximum=1.0)
_STYLE = Parameter(
    "style",
    "choice",
    SurrogateStyle.CODE.value,
    "What it is",
    "Decides what the invented values look like.",
    choices=tuple(style.value for style in SurrogateStyle),
)
_DAYS = Parameter(
    "days", "int", 30, "Days moved at most", "Each date moves by 1 to this many days.", minimum=1, maximum=3_650
)
EACH_DATE, EACH_RECORD, EACH_PERSON = "date", "record", "person"
_ALIKE = Parameter(
    "alike",
    "choice",
    EACH_DATE,
    "Moves alike",
    "Equal dates, all dates of a record, or all dates of a person, so that the days between them stay as they are. "
    "Without a column that names a person, a person is a record.",
    choices=(EACH_DATE, EACH_RECORD, EACH_PERSON),
)
DATASET, OWNER = "dataset", "owner"
_WITHIN = Parameter(
    "within",
    "choice",
    DATASET,
    "Same in",
    "The same value has the same one within this dataset, or in all datasets of its owner that ask for it: then they "
    "can be joined by it.",
    choices=(DATASET, OWNER),
)
_TO = Parameter("to", "float", 10.0, "Multiples of", "10 makes 43 a 40 and 45 a 50.", minimum=1e-9, maximum=1e15)
_LAST = Parameter(
    "last",
    "int",
    0,
    "Last signs shown",
    "Letters and digits before them become asterisks. What fewer records share than the fewest is masked wholly.",
    minimum=0,
    maximum=4,
)
_DIGITS = Parameter("digits", "int", 16, "Digits", "Of the hash, in hexadecimal.", minimum=8, maximum=64)

# By entity: what a person calls it, and what can be done to it. The rest goes by `OTHER`.
OTHER = "OTHER"
_ANY = (SpanTreatment.REDACT, SpanTreatment.SURROGATE, SpanTreatment.MASK, SpanTreatment.HASH, SpanTreatment.KEEP)
_DATED = (SpanTreatment.REDACT, SpanTreatment.SHIFT, SpanTreatment.YEAR, SpanTreatment.KEEP)
_PLAIN = (SpanTreatment.REDACT, SpanTreatment.MASK, SpanTreatment.HASH, SpanTreatment.KEEP)
SPAN_CHOICES: dict[str, tuple[str, tuple[SpanTreatment, ...]]] = {
    PERSON: ("Names", _ANY),
    EMAIL: ("E-mail addresses", _ANY),
    PHONE: ("Phone numbers", _ANY),
    ADDRESS: ("Street addresses", _ANY),
    LOCATION: ("Places", _ANY),
    POSTCODE: ("Postal codes", _ANY),
    DATE: ("Dates", _DATED),
    AGE: ("Ages", _PLAIN),
    TITLE: ("Titles of persons", _PLAIN),
    IBAN: ("IBANs", _ANY),
    CARD: ("Card numbers", _ANY),
    ORGANIZATION: ("Organisations", _PLAIN),
    URL: ("Addresses of web pages", _PLAIN),
    OTHER: ("Anything else found", _ANY),
}


def _of_spans(entity: str) -> Parameter:
    label, possible = SPAN_CHOICES[entity]
    words = "What each becomes: its kind in brackets, an invented one, asterisks, a keyed hash, or itself."
    words = (
        words if SpanTreatment.SHIFT not in possible else "Its kind in brackets, moved with the record, or its year."
    )
    return Parameter(entity, "choice", possible[0].value, label, words, choices=tuple(one.value for one in possible))


_FORMS = (
    TreatmentForm(TreatmentKind.KEEP, "Keep", "Leave every value as it is.", _ALL),
    TreatmentForm(TreatmentKind.DROP, "Drop", "Remove the column: the surest treatment when the purpose allows.", _ALL),
    TreatmentForm(
        TreatmentKind.GENERALISE,
        "Generalise",
        "Make values coarser: a number becomes the middle of its bin or the bin itself, a date the start of its "
        "period, a code its first characters. Tails and codes held by too few records are folded.",
        _NUMBERS | _DATES | _CODES,
        (
            Setting(_WIDTH, _NUMBERS),
            Setting(_SHOWN, _NUMBERS),
            Setting(_UNIT, _DATES),
            Setting(_PREFIX, _CODES),
            _k(_NUMBERS | _DATES | _CODES),
        ),
    ),
    TreatmentForm(
        TreatmentKind.ROUND,
        "Round",
        "Each number becomes the nearest multiple; tails held by too few records are pulled in.",
        _NUMBERS,
        (Setting(_TO, _NUMBERS), _k(_NUMBERS)),
    ),
    TreatmentForm(
        TreatmentKind.TOP_CODE,
        "Top- and bottom-code",
        "Pull extreme values in to a limit, since an extreme value points at its record.",
        _NUMBERS | _DATES,
        (
            Setting(_LOWER, _NUMBERS | _DATES),
            Setting(_UPPER, _NUMBERS | _DATES),
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
        TreatmentKind.TIDY,
        "Tidy and suppress rare",
        "Write values alike that differ only in case or spaces, then replace those that few records hold by one common "
        "category.",
        _CODES,
        (_k(_CODES),),
    ),
    TreatmentForm(
        TreatmentKind.REDACT,
        "Redact",
        "Replace what points at a person in the text: by a placeholder such as <PERSON>, or, kind by kind, by an "
        "invented value, asterisks, a hash or a moved date. It does not find everything.",
        _TEXTS | _STRINGS,
        (
            *(Setting(_of_spans(entity), _TEXTS | _STRINGS) for entity in SPAN_CHOICES),
            Setting(_DAYS, _TEXTS | _STRINGS),
        ),
    ),
    TreatmentForm(
        TreatmentKind.MASK,
        "Mask",
        "Replace letters and digits by asterisks; the form stays.",
        _STRINGS,
        (Setting(_LAST, _STRINGS), _k(_STRINGS, minimum=2)),
    ),
    TreatmentForm(
        TreatmentKind.HASH,
        "Keyed hash",
        "Replace each value by a code that follows from it and a key; equal values stay equal. Pseudonymised, no more.",
        _STRINGS,
        (Setting(_DIGITS, _STRINGS), Setting(_WITHIN, _STRINGS)),
    ),
    TreatmentForm(
        TreatmentKind.SURROGATE,
        "Surrogate",
        "Replace each value by an invented one of the same form; equal values stay equal. Pseudonymised, no more.",
        _STRINGS | _DATES,
        (
            Setting(_STYLE, _STRINGS),
            Setting(_WITHIN, _STRINGS),
            Setting(_DAYS, _DATES),
            Setting(_ALIKE, _DATES),
        ),
    ),
)
TREATMENTS: dict[TreatmentKind, TreatmentForm] = {form.kind: form for form in _FORMS}


def kinds_for(sdtype: Sdtype) -> tuple[TreatmentKind, ...]:
    """The treatments possible for a column of this sdtype, in the order to offer them."""
    return tuple(kind for kind, form in TREATMENTS.items() if sdtype in form.sdtypes)
