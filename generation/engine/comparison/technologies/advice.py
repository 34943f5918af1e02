"""Which technology to use for the stated purpose, in words; it may be none, and it may be real records. No Django here.

Privacy comes first: what an attacker with the quasi-identifiers finds out must not be blocked by the limits, nor be
undecided. Then usefulness: so must the skill. Among what is left, tables without real people's records come before
tables of them, since those show whoever knows more than the quasi-identifiers; then what passes outright, then skill,
and where skill cannot be told apart, what carries a bound (differential privacy) before what carries none.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine.comparison.apart import bounds, capitalised, listed_words
from generation.engine.comparison.technologies.words import ATTACKS, REAL, name_of

Row = Mapping[str, Any]

SHUT = frozenset({"block", "undecided", "not computed"})
# A lead that nobody would notice in use decides nothing.
LEAST_LEAD = 0.005
MEASURED_ONLY = (
    "This portal measures it and releases no such table: make one where your own rules for real records hold."
)


@dataclass(frozen=True, slots=True)
class Advice:
    """The sentence to begin with, what speaks for it, and why each of the others is out, by name."""

    headline: str
    reasons: tuple[str, ...]
    ruled_out: tuple[tuple[str, str], ...]
    chosen: str | None
    is_synthetic: bool


def advise(rows: Sequence[Row]) -> Advice:
    """What the weighed rows say."""
    faults = {name_of(row): listed_words(_faults(row)) for row in rows if any(_faults(row))}
    left = [row for row in rows if name_of(row) not in faults]
    invented = [row for row in left if row["technology"] not in REAL]
    chosen = _first(invented or left)
    headline, reasons = _said(chosen, rows, left)
    is_synthetic = chosen is not None and chosen["technology"] not in REAL
    name = None if chosen is None else name_of(chosen)
    return Advice(headline, tuple(reasons), tuple(faults.items()), name, is_synthetic)


def _said(chosen: Row | None, rows: Sequence[Row], left: Sequence[Row]) -> tuple[str, list[str]]:
    if chosen is None:
        return "Do not use synthetic data here, nor real records under another name.", [
            "Nothing that was weighed keeps people apart and is of use for this purpose.",
            "Work with the real records where they are protected, ask for less, or collect more records.",
        ]
    if chosen["technology"] in REAL:
        return f"Do not use synthetic data here: {name_of(chosen)} serves the purpose.", [
            _no_synthetic(rows),
            _figures(chosen),
            *_of_real_people(chosen),
            MEASURED_ONLY,
        ]
    return f"Use {name_of(chosen)}.", [_figures(chosen), *_beside(chosen, left), *_next_step(chosen)]


def _first(rows: Sequence[Row]) -> Row | None:
    """The one that passes outright, with the most skill; a bound decides where skill cannot be told apart."""
    passing = [row for row in rows if not _attention(row)] or list(rows)
    if not passing:
        return None
    best = max(passing, key=lambda row: row["skill"]["value"])
    near = [row for row in passing if row is best or not _is_behind(row, best)]
    return max(near, key=lambda row: (row["technology"] == "private", row["technology"] == "generalised", -_risk(row)))


def _is_behind(row: Row, best: Row) -> bool:
    here, there = bounds(row["skill"]), bounds(best["skill"])
    is_clear = here is not None and there is not None and here[1] < there[0]
    return is_clear and best["skill"]["value"] - row["skill"]["value"] >= LEAST_LEAD


def _risk(row: Row) -> float:
    return float(row["attacks"][row["worst"]]["value"])


def _attention(row: Row) -> list[str]:
    """What is neither blocked nor a pass."""
    said = [ATTACKS[name][0].lower() for name, risk in row["attacks"].items() if risk["status"] == "review"]
    return [*said, *(["skill"] if row["skill"]["status"] == "review" else [])]


def _faults(row: Row) -> Iterator[str]:
    if "refused" in row:
        yield row["refused"].rstrip(".")
        return
    for name, risk in row["attacks"].items():
        if risk["status"] in SHUT:
            verdict = "blocked" if risk["status"] == "block" else "undecided"
            yield f"{ATTACKS[name][0].lower()} is {verdict}, {_interval(risk)}"
    if row["skill"]["status"] in SHUT:
        verdict = "blocked" if row["skill"]["status"] == "block" else "undecided"
        yield f"skill is {verdict}, {_interval(row['skill'])}"


def _interval(figure: Row) -> str:
    return f"{figure['value']:.3f} ({figure['lower']:.3f} to {figure['upper']:.3f})"


def _figures(row: Row) -> str:
    worst = ATTACKS[row["worst"]][0].lower()
    said = (
        f"A model that learns from it keeps {_interval(row['skill'])} of the skill of one from the real records; the "
        f"worst attack is {worst}, a risk of {_interval(row['attacks'][row['worst']])}."
    )
    attention = _attention(row)
    return f"{said} Asks for attention: {listed_words(attention)}." if attention else said


def _no_synthetic(rows: Sequence[Row]) -> str:
    tried = [name_of(row) for row in rows if row["technology"] == "synthetic"]
    if not tried:
        return "No run of this plan is evaluated yet, and no differentially private table that was weighed will do."
    return f"Neither {listed_words(tried, 'nor')} will do, nor a differentially private table."


def _of_real_people(row: Row) -> Iterator[str]:
    whole = row["whole"]
    yield (
        f"Its records are real people's. Whoever knows all columns of a person finds {whole['attack']:.0%} of them, "
        f"against {whole['control']:.0%} of people who are not in it: the figures above are for whoever knows the "
        "quasi-identifiers alone."
    )


def _beside(chosen: Row, left: Sequence[Row]) -> Iterator[str]:
    """What tables of real people would add, for those who may use them."""
    real = [row for row in left if row["technology"] in REAL]
    if real:
        best = max(real, key=lambda row: row["skill"]["value"])
        gain = best["skill"]["value"] - chosen["skill"]["value"]
        more = f"keep {gain:.3f} more" if gain >= LEAST_LEAD else "keep no more"
        yield (
            f"{capitalised(name_of(best))} would {more} of the skill, with real people's records: whoever knows all "
            f"columns finds {best['whole']['attack']:.0%} of them."
        )


def _next_step(chosen: Row) -> Iterator[str]:
    if chosen["technology"] == "private":
        yield "Ask for a run with it: what was weighed here is gone, and the run takes its epsilon from the budget."
    else:
        yield "The gate of the run decides as ever: this map adds nothing to its evidence and takes nothing from it."
