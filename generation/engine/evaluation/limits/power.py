"""What so many records can decide, before anything is generated: would a clean file pass? Standard library only.

A check that is told apart by an interval needs as many records as make that of a clean file lie inside the limit. The
widths follow from the numbers of records alone; what depends on the data as well (inference, skill) is not foreseen.
"""

from __future__ import annotations

from collections.abc import Callable
from math import ceil, sqrt

from generation.engine.evaluation.checks import cards

# The normal quantile of a two-sided 95 % interval.
_Z = 1.96
_TOPS = (0.001, 0.003, 0.01, 0.03)
# As many outliers as privacy/isolation.py attacks: a share of the holdout, at least so many, at most that share.
_OUTLIERS = (0.02, 200, 0.2, 500)
MOST_RECORDS = 10_000_000


def largest_hidden(training: int, holdout: int) -> dict[str, float]:
    """By metric: the value that cannot be ruled out of a clean file (of so many training and holdout records)."""
    return {name: find(training, holdout) for name, find in _HIDDEN.items()}


def undecided_by_size(training: int, holdout: int) -> list[str]:
    """Metrics that even a clean file would leave undecided."""
    found = largest_hidden(training, holdout)
    limits = {name: cards()[name].limit for name in found}
    return [
        name for name, limit in limits.items() if limit and limit.bearable is not None and found[name] > limit.bearable
    ]


def records_to_decide(share: float) -> int:
    """The fewest records in all, `share` of them held out, of which a clean file is decided; rounded up to hundreds."""
    least, most = 100, MOST_RECORDS
    while most - least > 1:
        middle = (least + most) // 2
        if undecided_by_size(round(middle * (1 - share)), round(middle * share)):
            least = middle
        else:
            most = middle
    return ceil(most / 100) * 100


def _parts(training: int, holdout: int) -> float:
    """The largest top: its share of training records at the upper end, as an excess."""
    total, fair = training + holdout, training / (training + holdout)
    found = []
    for share in _TOPS:
        size = max(5, round(share * total))
        upper = min(1.0, fair + _Z * sqrt(fair * (1 - fair) / size))
        found.append(size * upper / training - size * (1 - upper) / holdout)
    return max(found)


def _area(first: int, second: int) -> float:
    """The upper end of an area of a half under the ROC curve, scores being alike."""
    return 0.5 + _Z * sqrt((1 / first + 1 / second) / 12)


def _outliers(training: int, holdout: int) -> float:
    share, wanted, largest, most = _OUTLIERS
    count = min(most, max(1, int(share * holdout), min(wanted, int(largest * holdout))))
    return _area(count * max(1, ceil(training / holdout)), count)


_HIDDEN: dict[str, Callable[[int, int], float]] = {
    "parts_carried_over": _parts,
    "membership_auc": _area,
    "outlier_attack_auc": _outliers,
}
