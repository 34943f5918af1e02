"""How far stewards may loosen the privacy limits of a purpose: to a floor that an administrator sets."""

from __future__ import annotations

from collections.abc import Iterator

from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.limits.changes import Laxer, laxer_points
from generation.engine.evaluation.limits.policy import direction_of
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import EvaluationPolicy


def below_floor(policy: EvaluationPolicy, shipped: EvaluationPolicy, most: float) -> Iterator[Laxer]:
    """Privacy limits more than `most` times as lax as the shipped ones; a shipped limit of 0 cannot be loosened."""
    for point in laxer_points(policy, shipped):
        is_privacy = point.metric in cards() and cards()[point.metric].group is Group.PRIVACY
        if is_privacy and _is_beyond(point, most):
            yield point


def _is_beyond(point: Laxer, most: float) -> bool:
    if point.value is None or point.shipped is None:
        return True
    if point.part == "minimum_cell" or direction_of(point.metric) is Direction.HIGHER:
        return point.value * most < point.shipped
    return point.value > point.shipped * most
