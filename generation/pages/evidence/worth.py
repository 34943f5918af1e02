"""What null runs and planted-leak runs say about each check, in words and figures for the pages."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from generation.engine.evaluation.calibration.words import (
    ALARMS_ANYWAY,
    LEAK_WORDS,
    NOTHING,
    SWAPPED,
    dose_words,
    leak_title,
)
from generation.engine.evaluation.words import metric_words
from generation.models import Calibration, GenerationRun
from generation.repositories.audits import newest_audit
from synthportal.templatetags.charts import Estimate
from synthportal.templatetags.human import count, percent

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Worth:
    """What is known of one check on this data: a short note beside its verdict, and the facts behind it."""

    short: str
    facts: list[tuple[str, str]]


def newest_finished(run: GenerationRun, kind: Calibration.Kind) -> Calibration | None:
    """The newest result for a run. A null run of a sibling with the same columns saw the same records, an audit of one
    with the same settings fitted the same synthesizer: they count."""
    finished = Calibration.objects.filter(kind=kind, finished_at__isnull=False).select_related("run")
    if kind == Calibration.Kind.SHADOW_AUDIT:
        return newest_audit(run)
    if kind == Calibration.Kind.PLANTED_LEAKS:
        return finished.filter(run=run).first()
    siblings = finished.filter(run__dataset=run.dataset_id)
    return next((one for one in siblings if one.run.columns == run.columns), None)


def worth_of(run: GenerationRun) -> dict[str, Worth]:
    """By metric: its false alarms on real records, and the leaks it catches; only what was measured."""
    kinds = (Calibration.Kind.NULL_RUN, Calibration.Kind.PLANTED_LEAKS)
    null, planted = (newest_finished(run, kind) for kind in kinds)
    alarms = {row["metric"]: row for row in null.result} if null else {}
    caught = catches(planted.result) if planted else {}
    return {
        name: Worth(alarms_short(alarms.get(name)), _facts(alarms.get(name), caught.get(name)))
        for name in {*alarms, *caught}
    }


def alarms_short(row: Row | None) -> str:
    return f"false alarms {row['alarms']} of {row['runs']}" if row else ""


def alarms_long(row: Row) -> str:
    """2 of 20 splits, 10.0 % (2.8 % to 30.1 %), 2 of them blocked."""
    bounds = f"{percent(_bound(row['lower']))} to {percent(_bound(row['upper']))}"
    blocked = f", {row['blocks']} of them blocked" if row["blocks"] else ""
    return f"{row['alarms']} of {row['runs']} splits, {percent(row['rate'])} ({bounds}){blocked}"


def _bound(share: float) -> float:
    """A bound that is 0 or 1 but for rounding reads as such."""
    return round(share, 9)


def _facts(alarms: Row | None, caught: Mapping[str, str] | None) -> list[tuple[str, str]]:
    facts = [("False alarms on real records", alarms_long(alarms))] if alarms else []
    if caught:
        facts.append(("Planted leaks", "; ".join(f"{leak}: {words}" for leak, words in caught.items())))
    return facts


def catches(result: Sequence[Row]) -> dict[str, dict[str, str]]:
    """By metric and leak, from which dose on it is caught, in words."""
    none: Row = {"judged": [], "caught": []}
    before = next((row for row in result if row["leak"] == NOTHING), none)
    smallest = smallest_doses(result)
    leaks = [leak for leak in LEAK_WORDS if any(row["leak"] == leak for row in result)]

    def words(leak: str, name: str) -> str:
        return ALARMS_ANYWAY if name in before["caught"] else dose_words(leak, smallest.get((leak, name)))

    return {name: {leak_title(leak): words(leak, name) for leak in leaks} for name in before["judged"]}


def smallest_doses(result: Iterable[Row]) -> dict[tuple[str, str], float]:
    """By leak and metric the first dose that is caught; doses come weakest first."""
    found: dict[tuple[str, str], float] = {}
    for row in result:
        for name in row["caught"]:
            found.setdefault((row["leak"], name), row["dose"])
    return found


def alarm_estimates(result: Sequence[Row]) -> list[Estimate]:
    """Bars of a null run: the rate of each check with its interval."""
    return [
        Estimate(metric_words(row["metric"]).title, row["rate"], _bound(row["lower"]), _bound(row["upper"]))
        for row in result
    ]


def null_run_sentence(result: Sequence[Row]) -> str:
    """Which checks raised false alarms, the worst first."""
    noisy = sorted((row for row in result if row["alarms"]), key=lambda row: -row["alarms"])
    splits = max((row["runs"] for row in result), default=0)
    if not noisy:
        return f"None of {len(result)} checks alarmed in {count(splits)} splits of real records."
    named = ", ".join(
        f"{metric_words(row['metric']).title.lower()} in {row['alarms']} of {row['runs']}" for row in noisy
    )
    quiet = len(result) - len(noisy)
    return f"{quiet} of {len(result)} checks never alarmed on real records. False alarms: {named}."


def planted_sentence(result: Sequence[Row]) -> str:
    """From which dose on each leak is caught by any check at all."""
    smallest = smallest_doses(row for row in result if row["leak"] != NOTHING)
    parts = []
    for leak in dict.fromkeys(row["leak"] for row in result if row["leak"] != NOTHING):
        doses = [dose for (planted, _), dose in smallest.items() if planted == leak]
        best = (max if leak == SWAPPED else min)(doses, default=None)
        words = "by no check" if best is None else dose_words(leak, best)
        parts.append(f"{leak_title(leak).lower()} {words}")
    return f"Caught by at least one check: {'; '.join(parts)}." if parts else "Nothing was planted."
