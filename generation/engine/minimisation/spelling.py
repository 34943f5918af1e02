"""How a column is written once its treatment is applied. Standard library only."""

from __future__ import annotations

from dataclasses import replace

from generation.engine.minimisation.plan import Treatment
from generation.engine.minimisation.treatments import DRAW, INTERVAL, TreatmentKind
from generation.engine.schema import Sdtype
from generation.engine.tables.spellings.spelling import Spelling, Written

_WHOLE_TYPES = ("int", "uint")


def spelling_after(spelling: Spelling, treatment: Treatment, sdtype: Sdtype, middle: float = 0.0) -> Spelling:
    """The spelling of the treated column: what became another kind is text, a middle of a bin has any digits.

    `middle` is how far above the lower end of its bin the middle lies, where numbers became middles.
    """
    parameters = treatment.complete(sdtype)
    match treatment.kind:
        case TreatmentKind.GENERALISE if sdtype is Sdtype.NUMERICAL:
            if parameters["shown"] == INTERVAL:
                return replace(_text(spelling), step=float(parameters["width"]))
            if parameters["shown"] == DRAW:
                return replace(spelling, step=float(parameters["width"]), middle=middle, is_drawn=True)
            return replace(_binned(spelling, float(parameters["width"])), middle=middle)
        case TreatmentKind.GENERALISE if sdtype is Sdtype.DATETIME:
            return replace(spelling, period=str(parameters["unit"]))
        case TreatmentKind.ROUND:
            return _binned(spelling, float(parameters["to"]))
        case (
            TreatmentKind.GENERALISE
            | TreatmentKind.SUPPRESS_RARE
            | TreatmentKind.TIDY
            | TreatmentKind.MASK
            | TreatmentKind.HASH
        ):
            return _text(spelling)
        case _:
            return spelling


def _text(spelling: Spelling) -> Spelling:
    return Spelling(missing=spelling.missing, quoted=spelling.quoted, stands_in=spelling.stands_in)


def _binned(spelling: Spelling, width: float) -> Spelling:
    if spelling.written is not Written.NUMBER:
        return replace(spelling, step=width)
    if spelling.type.startswith(_WHOLE_TYPES) and width.is_integer():
        return replace(spelling, step=width)
    is_decimal = spelling.type.startswith("decimal")
    kept = replace(spelling, places=None, fewest=0, is_fixed=False, exponent="", varied=0, step=width)
    return kept if is_decimal else replace(kept, type="double")
