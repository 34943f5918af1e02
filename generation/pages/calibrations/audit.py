"""What the pages show of shadow audits."""

from __future__ import annotations

from typing import Any

from generation.engine.evaluation.calibration.shadow.words import BEST, CHANCE, GROUP_WORDS, row_of
from generation.engine.synthesizers.catalogue import card_of
from generation.models import Calibration, GenerationRun
from generation.repositories.audits import TRIAL
from generation.repositories.durations import seconds_to_audit
from generation.stages.measure.calibrate import RECORDS, REPEATS
from synthportal.templatetags.charts import Estimate, bars
from synthportal.templatetags.human import percent

SIZE = REPEATS[Calibration.Kind.SHADOW_AUDIT]


def audit_form(run: GenerationRun) -> dict[str, Any]:
    """What can be asked for, and what that costs."""
    cost = seconds_to_audit(run, RECORDS.default)
    return {
        "refits": SIZE,
        "records": RECORDS,
        "trial": TRIAL,
        "is_measured": cost.is_measured,
        "each": cost.seconds,
        "seconds": cost.seconds * SIZE.default,
    }


def audit_result(audit: Calibration) -> dict[str, Any]:
    """The groups as plot and lines; of a trial, what an audit would cost."""
    rows = [row for row in audit.result if row["group"] in GROUP_WORDS]
    each = audit.result[0]["seconds"]
    found = {"audit": audit, "each": each, "seconds": each * SIZE.default, "refits": SIZE.default}
    if not rows:
        return found
    estimates = [Estimate(GROUP_WORDS[row["group"]], row["auc"], row["auc_lower"], row["auc_upper"]) for row in rows]
    best = row_of(rows, BEST)
    return found | {
        "lines": [_line(row) for row in rows],
        "plot": bars(estimates, "How well was guessed who was there"),
        "epsilon": best["epsilon_at_least"] if best else None,
        "is_private": card_of(audit.run.synthesizer).is_private,
    }


def _line(row: dict[str, Any]) -> dict[str, Any]:
    found = row["tpr"]
    return {
        "title": GROUP_WORDS[row["group"]],
        "targets": row["targets"],
        "fits": row["fits"],
        "auc": f"{row['auc']:.3f} ({row['auc_lower']:.3f} to {row['auc_upper']:.3f})",
        "found": ""
        if found is None
        else f"{percent(found)} ({percent(row['tpr_lower'])} to {percent(row['tpr_upper'])})",
        "is_seen": row["auc_lower"] > CHANCE,
    }
