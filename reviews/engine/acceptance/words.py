"""What a review lets one say, in words. Percentages are rounded up, never down."""

from __future__ import annotations

from decimal import ROUND_CEILING, Decimal

UNMEASURED = "what reviewers call a leak, if they miss nothing"
MEASURED = "what trained reviewers call a leak, measured on planted leaks of these kinds"


def _plain(number: Decimal) -> str:
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def percent(fraction: float) -> str:
    """A fraction that a person chose, as a percentage, unrounded: 0.005 -> "0.5 %"."""
    return f"{_plain(Decimal(repr(float(fraction))) * 100)} %"


def percent_above(bound: float) -> str:
    """The next percentage of two significant digits above a bound above 0: 0.01387 -> "1.4 %", 0.01 -> "1.1 %".

    A bound is the largest rate that is plausible, so "fewer than" is true only of a figure that is above it.
    """
    exact = Decimal(repr(float(bound))) * 100
    unit = Decimal(1).scaleb(exact.adjusted() - 1)
    rounded = exact.quantize(unit, rounding=ROUND_CEILING)
    return f"{_plain(rounded if rounded > exact else rounded + unit)} %"


def claim_sentence(
    bound: float, confidence: float, lot: int | None = None, controls: tuple[int, int] | None = None
) -> str:
    """The claim in words, from an upper bound: `upper_bound`, or `corrected_bound` with `controls` = (judged, found).

    "95 % sure that fewer than 1.6 % of the 39,073 records carry what reviewers call a leak, if they miss nothing".
    """
    if bound >= 1:
        return f"nothing can be said yet about {_records(lot)}"
    if bound == 0:
        return f"{percent(confidence)} sure that none of {_records(lot)} carries {_leak(controls)}"
    return _sure(percent_above(bound), confidence, lot, controls)


def plan_sentence(
    ltpd: float, confidence: float, lot: int | None = None, controls: tuple[int, int] | None = None
) -> str:
    """What an accepted plan shows: fewer than the LTPD itself."""
    return _sure(percent(ltpd), confidence, lot, controls)


def _records(lot: int | None) -> str:
    return "the records" if lot is None else f"the {lot:,} records"


def _sure(limit: str, confidence: float, lot: int | None, controls: tuple[int, int] | None) -> str:
    return f"{percent(confidence)} sure that fewer than {limit} of {_records(lot)} carry {_leak(controls)}"


def _leak(controls: tuple[int, int] | None) -> str:
    """What was counted: reviewers never see the source, so a review claims no more than what they call a leak."""
    if controls is None:
        return UNMEASURED
    return f"{MEASURED} ({controls[1]} of {controls[0]} found)"


def progress_sentence(reviewed: int, n: int, claim: str) -> str:
    """ "after 187 of 294 records: <claim>"."""
    return f"after {reviewed:,} of {n:,} records: {claim}"
