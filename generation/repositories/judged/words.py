"""Limits in the words of the pages, of the gate and of the certificate."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from generation.engine.evaluation.limits.changes import PARTS, Laxer, is_laxer
from generation.engine.evaluation.limits.policy import default_policy, direction_of
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.words import metric_words
from synthportal.web.drawing import figure_text

_PARTS = {"passes": "passes at", "blocks": "blocks beyond"}


def laxer_sentence(point: Laxer) -> str:
    """One point in which limits ask for less than the shipped ones."""
    title = metric_words(point.metric).title
    if point.part == "needed":
        return f"{title}: no longer needed (shipped: needed)."
    if point.part == "minimum_cell":
        return f"A group counts as small below {point.value:g} real records (shipped: {point.shipped:g})."
    return f"{title}: {_PARTS[point.part]} {limit_text(point.value)} (shipped: {limit_text(point.shipped)})."


def laxer_sentences(points: Iterable[Laxer]) -> list[str]:
    """All of them, each once."""
    return [laxer_sentence(point) for point in points]


def against_shipped(name: str, threshold: Mapping[str, float | None], policy: EvaluationPolicy) -> str:
    """How the limits that a metric was judged by differ from the shipped ones; "" when they do not."""
    shipped = default_policy(policy.purpose, public=policy.public).limits.get(name)
    if shipped is None:
        return ""
    moved = [part for part in PARTS if part in threshold and threshold[part] != getattr(shipped, part)]
    said = [f"{_PARTS[part]} {limit_text(getattr(shipped, part))}" for part in moved]
    laxer = any(is_laxer(threshold[part], getattr(shipped, part), direction_of(name)) for part in moved)
    if not moved:
        return ""
    return f"shipped: {', '.join(said)}. {'Laxer than shipped.' if laxer else 'Stricter than shipped.'}"


def limit_text(limit: float | None) -> str:
    """A limit as a figure, or "no limit"."""
    return "no limit" if limit is None else figure_text(limit)


def difference(before: Mapping[str, Any], after: Mapping[str, Any], shipped: Mapping[str, Any]) -> list[str]:
    """What changed between two versions, a sentence each. `shipped` maps metric -> its shipped limit."""
    return [*_moved_limits(before, after, shipped), *_moved_needs(before, after), *_moved_plain(before, after)]


def _moved_limits(before: Mapping[str, Any], after: Mapping[str, Any], shipped: Mapping[str, Any]) -> Iterable[str]:
    old, new = before.get("rules", {}), after.get("rules", {})
    for name in sorted(old.keys() | new.keys()):
        for part, words in _PARTS.items():
            was, now = (
                of.get(name, {}).get(part, getattr(shipped[name], part, None) if name in shipped else None)
                for of in (old, new)
            )
            if was != now:
                yield f"{metric_words(name).title}: {words} {limit_text(now)}, before {limit_text(was)}."


def _moved_needs(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    old, new = before.get("needed", {}), after.get("needed", {})
    for name in sorted(old.keys() | new.keys()):
        if old.get(name) != new.get(name):
            is_needed = new[name] if name in new else not old[name]
            yield f"{metric_words(name).title}: {'needed' if is_needed else 'no longer needed'}."


def _moved_plain(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[str]:
    if before.get("minimum_cell") != after.get("minimum_cell"):
        yield f"Small groups: {_cell(after)}, before {_cell(before)}."
    if before.get("public", False) != after.get("public", False):
        yield "Releases may be public." if after.get("public") else "Releases stay in the house."


def _cell(changes: Mapping[str, Any]) -> str:
    return f"below {changes['minimum_cell']}" if "minimum_cell" in changes else "as shipped"
