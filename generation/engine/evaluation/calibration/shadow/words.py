"""What an audit found, in words. Standard library only: the web process imports this file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil
from typing import Any

Row = Mapping[str, Any]

COST, ISOLATED, RANDOM, BEST = "cost", "isolated", "random", "best"
CHANCE = 0.5
GROUP_WORDS = {
    ISOLATED: "Isolated people",
    RANDOM: "Random people",
    BEST: "Best-guessed person",
}
NOT_AUDITED = "The synthesizer was not audited by refits."


def row_of(result: Sequence[Row], group: str) -> Row | None:
    """The row of a group; None where the audit was a trial."""
    return next((row for row in result if row["group"] == group), None)


def audit_sentence(result: Sequence[Row]) -> str:
    """Whether the attacker did better than chance, and how much; where that is not shown, what could hide."""
    isolated, random = row_of(result, ISOLATED), row_of(result, RANDOM)
    if isolated is None or random is None:
        return ""
    better = [row for row in (isolated, random) if row["auc_lower"] > CHANCE]
    hidden = ceil(100 * max(isolated["auc_upper"], random["auc_upper"])) / 100
    opening = (
        "Who was there was guessed better than by chance"
        if better
        else f"No guess better than chance was shown, and an AUC up to {hidden:.2f} is not ruled out"
    )
    return f"{opening}: {_figures(isolated)} for isolated people, {_figures(random)} for random ones (.5 is chance)."


def _figures(row: Row) -> str:
    return f"AUC {row['auc']:.3f} [{row['auc_lower']:.3f}, {row['auc_upper']:.3f}]"
