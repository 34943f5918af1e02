"""Whether the quotas of a plan can be kept at all, said before any task is made."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import product

from generation.engine.errors import SuiteError
from generation.engine.llm.counts import counted
from generation.engine.llm.suites.matrix import Space
from generation.engine.llm.suites.plan import Quota


def require_room(quotas: Sequence[Quota], space: Space, count: int) -> None:
    """Raise SuiteError, in one sentence, for the first quota that no suite of `count` tasks can keep."""
    if fault := next(_faults(quotas, space, count), ""):
        raise SuiteError("bad_quota", fault)


def where_words(quota: Quota) -> str:
    """The cells of a quota in words."""
    return " and ".join(f"{name} {' or '.join(sorted(values))}" for name, values in quota.where.items()) or "all tasks"


def _faults(quotas: Sequence[Quota], space: Space, count: int) -> Iterator[str]:
    wanting = sorted((quota for quota in quotas if quota.at_least), key=lambda quota: -quota.at_least)
    for quota in wanting:
        yield from _own_faults(quota, space, count)
        yield from (_contradiction(quota, other) for other in quotas if _contradicts(quota, other))
    apart: list[Quota] = []
    for quota in wanting:
        if all(_are_apart(quota, other) for other in apart):
            apart.append(quota)
    if (least := sum(quota.at_least for quota in apart)) > count:
        yield f"The quotas ask for {counted(least, 'task')} together and the suite has only {count:,}."


def _own_faults(quota: Quota, space: Space, count: int) -> Iterator[str]:
    asks = f"The quota for {where_words(quota)} asks for {counted(quota.at_least, 'task')}"
    if quota.at_most is not None and quota.at_most < quota.at_least:
        yield f"{asks} and allows only {quota.at_most:,}."
    if quota.at_least > count:
        yield f"{asks} and the suite has only {count:,}."
    if not _has_cells(quota, space):
        yield f"{asks}, and the rules allow no such scenario."


def _contradicts(quota: Quota, other: Quota) -> bool:
    """Whether all that one asks for counts towards another one that allows less."""
    return other.at_most is not None and other.at_most < quota.at_least and _is_within(quota, other)


def _contradiction(quota: Quota, other: Quota) -> str:
    asks = f"The quota for {where_words(quota)} asks for {counted(quota.at_least, 'task')}"
    return f"{asks}, and the one for {where_words(other)} allows only {other.at_most:,}."


def _has_cells(quota: Quota, space: Space) -> bool:
    """Whether some scenario that keeps the rules lies in it."""
    places = [space.names.index(name) for name in quota.where]
    values = [
        [space.values[at].index(value) for value in sorted(own)]
        for at, own in zip(places, quota.where.values(), strict=True)
    ]
    return any(space.is_possible(dict(zip(places, chosen, strict=True))) for chosen in product(*values))


def _is_within(quota: Quota, other: Quota) -> bool:
    """Whether every cell of one is a cell of the other."""
    return all(name in quota.where and quota.where[name] <= values for name, values in other.where.items())


def _are_apart(quota: Quota, other: Quota) -> bool:
    """Whether no cell is in both."""
    return any(not values & other.where[name] for name, values in quota.where.items() if name in other.where)
