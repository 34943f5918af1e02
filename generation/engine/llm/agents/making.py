"""A domain, a database and a number in, exactly so many agent tasks out, or what is missing and why."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from itertools import islice

import numpy as np

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.domain import Domain
from generation.engine.llm.agents.judgement import ASKED, wanted_branches
from generation.engine.llm.agents.reference import Story, solved
from generation.engine.llm.agents.task import AgentSuite, AgentTask, Branch
from generation.engine.llm.agents.tools import Environment
from generation.engine.llm.agents.wishes import Wish, drawn, every_wish, judged, wishes
from generation.engine.llm.agents.world import Database
from generation.engine.progress import Progress, silent

MOST_TASKS = 10_000
_KEPT_OF_A_KIND = 40
_MOST_CASES = 200_000  # that are looked through for one that may be granted
# At most this part of the tasks is of one kind; what is granted fills the rest.
_SHARES = {"denied": 0.4, "two": 0.15, "asked": 0.12, "transfer": 0.05}
SPENT = "The database holds no more rows that allow a different task."


def make_tasks(domain: Domain, database: Database, count: int, *, seed: int, progress: Progress = silent) -> AgentSuite:
    """`count` tasks that try every way of every confirmed rule, as far as the database allows.

    The same domain, database, count and seed give the same tasks. SuiteError for a count out of range, for rules of
    which none is confirmed, and for rules that forbid every case of an action that they also want done.
    """
    if not 1 <= count <= MOST_TASKS:
        raise SuiteError("bad_count", f"Ask for 1 to {MOST_TASKS:,} agent tasks.")
    if not domain.confirmed:
        raise SuiteError("no_rules", "No rule of the policy is confirmed: confirm at least one beside its sentence.")
    rng = np.random.default_rng(seed)
    environment = Environment(domain, database)
    progress("finding what users may want", 0, 0)
    kinds = _by_kind(domain, environment, rng)
    _add_rare(domain, environment, kinds)
    stories = [*_single(kinds), *_repeated(domain, environment, kinds, rng), *_pairs(domain, environment, kinds, rng)]
    stories += [*_questions(domain, environment, rng), *_transfers(domain, environment, rng)]
    wanted = wanted_branches(domain)
    tasks = _chosen(domain, database, stories, count, wanted, rng, progress)
    missing = count - len(tasks)
    return AgentSuite(domain.name, count, seed, tuple(tasks), wanted, {SPENT: missing} if missing else {})


Kinds = dict[tuple[str, ...], list[Wish]]


def _by_kind(domain: Domain, environment: Environment, rng: np.random.Generator) -> Kinds:
    """A few wishes of each kind: those that try the same rules in the same way."""
    found: Kinds = defaultdict(list)
    seen: set[tuple[str, str, str]] = set()
    for wish in wishes(domain, environment, rng):
        name = (wish.action.name, wish.key, str(sorted(wish.call.arguments.items())))
        if name not in seen and len(found[wish.bucket]) < _KEPT_OF_A_KIND:
            seen.add(name)
            found[wish.bucket].append(wish)
    return dict(found)


def _add_rare(domain: Domain, environment: Environment, kinds: Kinds) -> None:
    """Add the cases that may have an action of which none was drawn. SuiteError where rules leave it no case at all."""
    allowed = {wish.action.name for own in kinds.values() for wish in own if not wish.judgement.broken}
    for action in (action for name, action in domain.actions.items() if name not in allowed):
        cases = every_wish(domain, environment, action)
        allowing = (wish for wish in islice(cases, _MOST_CASES) if not wish.judgement.broken)
        found = list(islice(allowing, _KEPT_OF_A_KIND))
        if not found:
            raise SuiteError("contradiction", _why_never(domain, action.name, is_sure=next(cases, None) is None))
        for wish in found:
            kinds.setdefault(wish.bucket, []).append(wish)


def _why_never(domain: Domain, action: str, *, is_sure: bool) -> str:
    forbidding = [rule.id for rule in domain.confirmed if action in rule.actions and rule.is_about_a_case]
    told = " and ".join(forbidding) or "its arguments"
    if is_sure:
        return f"No row allows {action}: {told} leave no case. Change one of them."
    return f"None of {_MOST_CASES:,} cases allows {action}: {told} forbid them all. Change one of them."


def _single(kinds: Kinds) -> Iterator[Story]:
    for own in kinds.values():
        for wish in own:
            yield Story(wish.caller, (wish,), "denied" if wish.judgement.broken else "granted")


def _repeated(domain: Domain, environment: Environment, kinds: Kinds, rng: np.random.Generator) -> Iterator[Story]:
    """Something that may be done once, asked for twice."""
    for rule in domain.confirmed:
        first = [w for own in kinds.values() for w in own if w.action.name in rule.not_after and not w.judgement.broken]
        for at in rng.permutation(len(first))[:8]:
            wish = first[int(at)]
            after = Environment(domain, environment.database)
            after.call(wish.call.name, wish.call.arguments)
            again = [domain.actions[name] for name in rule.actions if domain.actions[name].table == wish.action.table]
            for action in again:
                second = drawn(domain, after, action, wish.key, rng, wish.caller)
                if second is not None:
                    told = judged(domain, after, action, second.call, wish.caller, [wish.call])
                    if rule in told.judgement.broken:
                        yield Story(wish.caller, (wish, told), "two")


def _pairs(domain: Domain, environment: Environment, kinds: Kinds, rng: np.random.Generator) -> Iterator[Story]:
    """Two wishes of one user about different rows, the second judged after the first was settled."""
    own: dict[str, list[Wish]] = defaultdict(list)
    for found in kinds.values():
        for wish in found:
            own[wish.caller].append(wish)
    for caller, theirs in own.items():
        order = rng.permutation(len(theirs))
        for one, other in zip(order[:4], order[4:8], strict=False):
            first, second = theirs[int(one)], theirs[int(other)]
            if first.key == second.key or first.action.name == second.action.name:
                continue
            after = Environment(domain, environment.database)
            if not first.judgement.broken:
                after.call(first.call.name, first.call.arguments)
            told = judged(domain, after, second.action, second.call, caller, [first.call])
            yield Story(caller, (first, told), "two")


def _questions(domain: Domain, environment: Environment, rng: np.random.Generator) -> Iterator[Story]:
    """Questions about a row of one's own, or about one that belongs to nobody."""
    people = list(environment.database[domain.person])
    for table, columns in domain.asks.items():
        owner = domain.owner_column(table)
        rows = environment.database[table]
        keys = list(rows)
        for at in rng.permutation(len(keys))[:60]:
            key = keys[int(at)]
            caller = str(rows[key][owner]) if owner else people[int(rng.integers(len(people)))]
            yield Story(caller, (), "asked", asks=(table, key, columns[int(rng.integers(len(columns)))]))


def _transfers(domain: Domain, environment: Environment, rng: np.random.Generator) -> Iterator[Story]:
    people = list(environment.database[domain.person])
    for rule in domain.confirmed:
        for place, text in enumerate(rule.transfer, start=1):
            for _ in range(4):
                caller = people[int(rng.integers(len(people)))]
                yield Story(caller, (), "transfer", transfer=text, branches=frozenset({(rule.id, f"{ASKED} {place}")}))


def _chosen(  # noqa: PLR0913 - the state of one choice
    domain: Domain,
    database: Database,
    stories: Sequence[Story],
    count: int,
    wanted: frozenset[Branch],
    rng: np.random.Generator,
    progress: Progress,
) -> list[AgentTask]:
    """Stories that try what no task tries yet come first, then the kinds that are rarest among the tasks."""
    waiting = [stories[int(at)] for at in rng.permutation(len(stories))]
    limits = {kind: max(1, round(count * share)) for kind, share in _SHARES.items()}
    left, used, kinds = set(wanted), Counter[tuple[str, ...]](), Counter[str]()
    tasks: list[AgentTask] = []
    seen: set[str] = set()
    while waiting and len(tasks) < count:
        progress("making agent tasks", len(tasks), count)
        best = min(range(len(waiting)), key=lambda at: _rank(waiting[at], left, used, kinds, limits))
        story = waiting.pop(best)
        task = solved(domain, database, story, rng)
        if task is not None and task.id not in seen:
            seen.add(task.id)
            tasks.append(task)
            left -= task.branches
            used[story.bucket] += 1
            kinds[story.kind] += 1
    return tasks


def _rank(
    story: Story, left: set[Branch], used: Counter[tuple[str, ...]], kinds: Counter[str], limits: dict[str, int]
) -> tuple[int, bool, int, int]:
    is_full = story.kind in limits and kinds[story.kind] >= limits[story.kind]
    return -len(story.tried & left), is_full, used[story.bucket], story.broken
