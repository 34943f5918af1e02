"""What the policy says of a wish: which rules it breaks, which it tries, and what the user must be told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from generation.engine.llm.agents.conditions import Bound, all_hold
from generation.engine.llm.agents.domain import Domain, PolicyRule
from generation.engine.llm.agents.task import Branch, Call

KEPT, BROKEN, NOT_MEANT, DONE, ASKED, DENIED = "kept", "broken", "does not apply", "done", "asked", "denied"


@dataclass(frozen=True, slots=True)
class Judgement:
    """`broken` are the rules that forbid it; `branches` the ways of all rules it tries; `tells` what is to be said."""

    broken: tuple[PolicyRule, ...]
    branches: frozenset[Branch]
    tells: tuple[str, ...]


def judge(domain: Domain, action: str, bound: Bound, before: Sequence[Call], key: str) -> Judgement:
    """The judgement of an action on the row `key`, with `bound` rows, after the calls that were made `before`."""
    broken: list[PolicyRule] = []
    branches: set[Branch] = set()
    for rule in domain.confirmed:
        if action not in rule.actions or not rule.is_about_a_case:
            continue
        if not all_hold(rule.when, bound):
            branches.add((rule.id, NOT_MEANT))
        elif _is_kept(rule, bound, before, key):
            branches.add((rule.id, KEPT))
        else:
            branches.add((rule.id, BROKEN))
            broken.append(rule)
    if broken:
        return Judgement(tuple(broken), _only_broken(branches) | _denied(domain), ())
    meant = [rule for rule in domain.confirmed if action in rule.actions and all_hold(rule.when, bound)]
    tells, told = _tells(meant, bound)
    effects = {(rule.id, DONE) for rule in meant if rule.effect}
    return Judgement((), frozenset(branches | told | effects), tells)


def wanted_branches(domain: Domain) -> frozenset[Branch]:
    """Every way that a confirmed rule can go. That a process is broken is tried by the proof agents, in every task."""
    found: set[Branch] = set()
    for rule in domain.confirmed:
        if rule.is_about_a_case:
            found |= {(rule.id, KEPT), (rule.id, BROKEN)} | ({(rule.id, NOT_MEANT)} if rule.when else set())
        found |= {(rule.id, f"told {place}") for place in range(1, len(rule.tells) + 1)}
        found |= {(rule.id, f"{ASKED} {place}") for place in range(1, len(rule.transfer) + 1)}
        found |= {(rule.id, DONE)} if rule.effect else set()
        found |= {(rule.id, KEPT)} if rule.process else set()
        found |= {(rule.id, DENIED)} if rule.refusal else set()
    return frozenset(found)


def _is_kept(rule: PolicyRule, bound: Bound, before: Sequence[Call], key: str) -> bool:
    is_early = not any(call.name in rule.not_after and key in call.arguments.values() for call in before)
    return is_early and (not rule.needs or any(all_hold(group, bound) for group in rule.needs))


def _only_broken(branches: set[Branch]) -> frozenset[Branch]:
    """A wish that is denied tries the rules that deny it, and no other."""
    return frozenset(branch for branch in branches if branch[1] == BROKEN)


def _denied(domain: Domain) -> frozenset[Branch]:
    return frozenset((rule.id, DENIED) for rule in domain.confirmed if rule.refusal)


def _tells(meant: Sequence[PolicyRule], bound: Bound) -> tuple[tuple[str, ...], set[Branch]]:
    texts: list[str] = []
    branches: set[Branch] = set()
    for rule in meant:
        for place, tell in enumerate(rule.tells, start=1):
            if all_hold(tell.when, bound):
                texts.append(tell.text)
                branches.add((rule.id, f"told {place}"))
    return tuple(dict.fromkeys(texts)), branches
