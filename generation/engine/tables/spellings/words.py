"""How a column is written and how coarse it is, in a line for people. Standard library only."""

from __future__ import annotations

from generation.engine.tables.spellings.spelling import Spelling, Written

_MARKS = {
    " ": "blanks",
    "\N{NO-BREAK SPACE}": "blanks",
    "\N{NARROW NO-BREAK SPACE}": "blanks",
    ".": "points",
    ",": "commas",
    "'": "apostrophes",
    "\N{RIGHT SINGLE QUOTATION MARK}": "apostrophes",
}


def format_words(spelling: Spelling) -> str:
    """dd.MM.yyyy; or decimal comma, 2 decimals, €; or True/False; "" where there is nothing to say."""
    parts = [spelling.layout, "/".join(spelling.words) if spelling.written is Written.BOOLEAN else ""]
    if spelling.written is Written.NUMBER:
        parts += _number_words(spelling)
    return ", ".join(part for part in parts if part)


def _number_words(spelling: Spelling) -> list[str]:
    decimals = spelling.decimals
    places = f"{decimals} decimal{'' if decimals == 1 else 's'}" if decimals else ""
    least = f"{spelling.fewest} to " if 0 < spelling.fewest < (decimals or 0) else "up to "
    mark = _MARKS.get(spelling.thousands, spelling.thousands)
    return [
        "decimal comma" if spelling.decimal == "," else "",
        places if spelling.is_fixed else places and least + places,
        spelling.exponent and f"exponents by {spelling.exponent}",
        mark and f"{'lakhs' if spelling.is_in_lakhs else 'thousands'} by {mark}",
        (spelling.prefix + spelling.suffix).strip(),
    ]


def is_coarse(spelling: Spelling) -> bool:
    """Whether numbers stand in bins; whole numbers in bins of one are as they were."""
    return bool(spelling.step) and not (spelling.step <= 1 and spelling.type.startswith(("int", "uint")))


def coarse_words(spelling: Spelling, unit: str = "") -> str:
    """bins of 10 years, middles; or first days of a month; "" where the plan made nothing coarse."""
    if spelling.period:
        return f"first day of the {spelling.period}"
    if not is_coarse(spelling):
        return ""
    if spelling.written is Written.TEXT:
        shown = "as intervals"
    elif not spelling.middle and not spelling.is_drawn:
        return f"multiples of {spelling.step:g}{' ' + unit if unit else ''}"
    else:
        shown = "drawn within" if spelling.is_drawn else "as middles"
    return f"bins of {spelling.step:g}{' ' + unit if unit else ''}, {shown}"
