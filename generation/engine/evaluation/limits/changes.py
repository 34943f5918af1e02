"""What a steward may change of the shipped limits, what keeps a change from being one, and where it is laxer.

Changes are plain JSON data: {"rules": {metric: {"passes": number or null, "blocks": number or null}}, "needed":
{metric: true or false}, "minimum_cell": whole number, "public": true or false}. Every key may be left out. Standard
library only: the web process imports this file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from math import isfinite
from typing import Any

from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.limits.policy import default_policy, direction_of, is_always_needed
from generation.engine.evaluation.metric import Direction
from generation.engine.evaluation.policy import EvaluationPolicy, Limit

Changes = Mapping[str, Any]
KINDS = ("rules", "needed", "minimum_cell", "public")
PARTS = ("passes", "blocks")
MOST_CELL = 1_000


class LimitsError(ValueError):
    """Changes that make no limits. `faults` maps what is wrong (a metric, or minimum_cell...) to its sentence."""

    def __init__(self, faults: Mapping[str, str]) -> None:
        super().__init__(" ".join(faults.values()))
        self.faults = dict(faults)


@dataclass(frozen=True, slots=True)
class Laxer:
    """One point in which limits ask for less than the shipped ones; `part` is passes, blocks, needed or minimum_cell.

    `value` and `shipped` are None for a metric that is no longer needed.
    """

    metric: str
    part: str
    value: float | None
    shipped: float | None


def of_installed(changes: Changes) -> dict[str, Any]:
    """The changes without those of metrics whose plug-in is gone: they are kept where they lie, and have no effect."""
    parts = {kind: {name: one for name, one in changes[kind].items() if name in cards()}
             for kind in KINDS[:2] if kind in changes}  # fmt: skip
    return {**changes, **parts}


def merged(before: Changes, more: Changes) -> dict[str, Any]:
    """The changes of a version with more changes on top; both as seen from the shipped set."""
    rules = {name: dict(rule) for name, rule in before.get("rules", {}).items()}
    for name, rule in more.get("rules", {}).items():
        rules[name] = rules.get(name, {}) | dict(rule)
    needed = {**before.get("needed", {}), **more.get("needed", {})}
    plain = {name: value for given in (before, more) for name, value in given.items() if name in KINDS[2:]}
    return {"rules": rules, "needed": needed, **plain}


def reduced(purpose: str, changes: Changes) -> dict[str, Any]:
    """The changes without those that give the shipped value again."""
    shipped = default_policy(purpose, public=bool(changes.get("public", False)))
    every = default_policy(purpose, public=True)
    kept: dict[str, Any] = {"rules": {}, "needed": {}}
    for name, rule in changes.get("rules", {}).items():
        if moved := {part: limit for part, limit in rule.items() if limit != getattr(every.limits[name], part)}:
            kept["rules"][name] = moved
    kept["needed"] = {name: on for name, on in changes.get("needed", {}).items() if on != (name in shipped.needed)}
    if changes.get("minimum_cell", shipped.minimum_cell) != shipped.minimum_cell:
        kept["minimum_cell"] = changes["minimum_cell"]
    if changes.get("public", False):
        kept["public"] = True
    return {kind: value for kind, value in kept.items() if value}


def changed_policy(
    purpose: str, changes: Changes, *, has_target: bool = True, version: str | None = None
) -> EvaluationPolicy:
    """The shipped limits with the changes made. LimitsError for changes that cannot be."""
    if wrong := dict(faults_of(purpose, changes)):
        raise LimitsError(wrong)
    base = default_policy(purpose, public=bool(changes.get("public", False)), has_target=has_target)
    limits = {name: _changed(limit, changes.get("rules", {}).get(name, {})) for name, limit in base.limits.items()}
    asked = changes.get("needed", {})
    on = {name for name, needed in asked.items() if needed and (has_target or not cards()[name].needs_target)}
    needed = (base.needed | on) - {name for name, needed in asked.items() if not needed}
    return replace(
        base,
        limits=limits,
        needed=frozenset(needed),
        skipped=base.skipped - on,  # what is needed is computed
        minimum_cell=changes.get("minimum_cell", base.minimum_cell),
        version=version or base.version,
    )


def _changed(limit: Limit, change: Mapping[str, float | None]) -> Limit:
    return replace(limit, passes=change.get("passes", limit.passes), blocks=change.get("blocks", limit.blocks))


def shape_faults(changes: Changes) -> Iterator[tuple[str, str]]:
    """What keeps the changes from being read as changes at all."""
    if unknown := changes.keys() - set(KINDS):
        yield "changes", f"{len(unknown)} unknown keys; what can be changed is: {', '.join(KINDS)}."
    for kind in KINDS[:2]:
        if not isinstance(changes.get(kind, {}), Mapping):
            yield kind, f"{kind} must map metrics to values."
            return
    for name, rule in changes.get("rules", {}).items():
        if not isinstance(rule, Mapping) or rule.keys() - set(PARTS):
            yield name, "A limit has the parts passes and blocks."


def faults_of(purpose: str, changes: Changes) -> Iterator[tuple[str, str]]:
    """What is wrong with the changes as a whole: (what, sentence). Nothing when they make limits."""
    if wrong := list(shape_faults(changes)):
        yield from wrong
        return
    every = default_policy(purpose, public=True)
    for name, rule in changes.get("rules", {}).items():
        yield from _limit_faults(name, rule, every)
    for name, on in changes.get("needed", {}).items():
        yield from _needed_faults(name, on, every)
    cell = changes.get("minimum_cell", every.minimum_cell)
    if isinstance(cell, bool) or not isinstance(cell, int) or not 1 <= cell <= MOST_CELL:
        yield "minimum_cell", f"The smallest cell must be a whole number from 1 to {MOST_CELL:,}."
    if not isinstance(changes.get("public", False), bool):
        yield "public", "Whether releases may be public is either true or false."


def _limit_faults(name: str, change: Mapping[str, Any], every: EvaluationPolicy) -> Iterator[tuple[str, str]]:
    if name not in every.limits:
        yield name, "This metric has no limits for this purpose."
    elif wrong := next(filter(None, (_why_no_limit(change, part, every.limits[name]) for part in PARTS)), None):
        yield name, wrong
    elif _is_upside_down(_changed(every.limits[name], change), name):
        yield name, "The limit to pass cannot be laxer than the limit that blocks."


def _why_no_limit(change: Mapping[str, Any], part: str, shipped: Limit) -> str:
    """Why a number cannot be this limit; "" when it can."""
    limit = change.get(part, 0.0)
    if limit is None:
        return "" if getattr(shipped, part) is None else "A shipped limit can be moved, but not removed."
    if isinstance(limit, bool) or not isinstance(limit, int | float) or not isfinite(limit) or limit < 0:
        return "A limit must be a number from 0."
    return ""


def _is_upside_down(limit: Limit, name: str) -> bool:
    if limit.passes is None or limit.bearable is None:
        return False
    return is_laxer(limit.passes, limit.bearable, direction_of(name))


def _needed_faults(name: str, on: Any, every: EvaluationPolicy) -> Iterator[tuple[str, str]]:
    if name not in every.limits:
        yield name, "This metric has no limits for this purpose, so it cannot be needed."
    elif not isinstance(on, bool):
        yield name, "A metric is either needed or not: true or false."
    elif not on and is_always_needed(name):
        yield name, "A privacy check stays needed: without it nobody has looked."


def is_laxer(limit: float | None, other: float | None, direction: Direction) -> bool:
    """Whether a limit that blocks or passes lets more through than another; None lets everything through."""
    if limit is None or other is None:
        return limit is None and other is not None
    return limit < other if direction is Direction.HIGHER else limit > other


def laxer_points(policy: EvaluationPolicy, shipped: EvaluationPolicy) -> Iterator[Laxer]:
    """Where a policy asks for less than the shipped one of its purpose (both for data with, or without, a target)."""
    for name, limit in policy.limits.items():
        usual = shipped.limits.get(name)
        for part in PARTS if usual else ():
            bound, before = getattr(limit, part), getattr(usual, part)
            if is_laxer(bound, before, direction_of(name)):
                yield Laxer(name, part, bound, before)
    yield from (Laxer(name, "needed", None, None) for name in sorted(shipped.needed - policy.needed))
    if policy.minimum_cell < shipped.minimum_cell:
        yield Laxer("small_cells", "minimum_cell", policy.minimum_cell, shipped.minimum_cell)
