"""request: what an owner asks of a run, why it cannot be, and taking the request back."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from generation.engine.composition.composition import Composition
from generation.engine.errors import EngineError
from generation.engine.evaluation.policy import TIERS
from generation.engine.kinds.catalogue import kind_of, synthesizers_for
from generation.engine.llm.suites.plan import read_plan
from generation.engine.llm.suites.results import ROUNDS, Round, rounds_from, rounds_text
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import cards
from generation.engine.synthesizers.sets import MAY_LEAVE
from generation.models import Dataset, GenerationRun, Plan
from generation.permissions import owns, require_owner
from generation.repositories.budget import lock_source, spend_for
from generation.repositories.compositions import plan_composition, seal_composition
from generation.repositories.judged.suites import plan_text
from generation.repositories.rules.declared import in_force
from generation.repositories.rules.policy import confirmed_rules, last_built
from generation.repositories.tables import statement_of
from generation.stages.generate import remove_work
from generation.stages.sampling.ask import why_not_ask
from generation.stages.sampling.shard import part_jobs
from synthportal.errors import Conflict
from synthportal.models import Job, Person
from synthportal.roles import Role, require
from synthportal.trail.audit import record
from synthportal.transitions import move

if TYPE_CHECKING:
    from generation.engine.composition.demands import Demands

SEED_BITS = 48
MOST_ROWS = 100_000_000


def why_not_run(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot ask for a run on this dataset now; empty when they can."""
    reasons = []
    if not owns(person, dataset):
        reasons.append("Only the owner of this dataset can ask for a run.")
    if dataset.status != Dataset.Status.MINIMISED:
        reasons.append("Confirm the minimisation plan first: a run starts from the minimised records.")
    return reasons


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a run shall make; without rows as many as the training has, without a seed a random one, recorded.

    `id` becomes the run's own: asking a second time under the same one makes no second run.
    """

    synthesizer: str
    rows: int | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    tier: str = "standard"
    seed: int | None = None
    id: UUID = field(default_factory=uuid4)
    composition: Composition = field(default_factory=Composition)

    def faults(self, kind: str) -> list[str]:
        """What cannot be as asked of a source of this kind, as sentences."""
        wrong, suitable = [], synthesizers_for(kind)
        if self.synthesizer not in cards():
            wrong.append(f"There is no synthesizer of that name. Choose one of: {', '.join(suitable)}.")
        elif self.synthesizer not in suitable:
            wrong.append(f"This synthesizer is not made for such a source. Choose one of: {', '.join(suitable)}.")
        elif why := why_not_ask(self.synthesizer):
            wrong.append(why)
        if self.rows is not None and not 1 <= self.rows <= MOST_ROWS:
            wrong.append(f"Ask for 1 to {MOST_ROWS:,} rows.")
        if self.tier not in TIERS:
            wrong.append(f"The policy is one of: {', '.join(TIERS)}.")
        if self.seed is not None and not 0 <= self.seed < 2**63:
            wrong.append("A seed is a whole number from 0 to 2^63 - 1.")
        return wrong


@dataclass(frozen=True, slots=True)
class PlannedRun:
    """A request that can be met, with what it left open filled in."""

    dataset: Dataset
    request: RunRequest
    parameters: Mapping[str, object]
    rows: int
    demands: Demands | None


def plan_run(dataset: Dataset, wanted: RunRequest, *, by: Person) -> PlannedRun:
    """What the run will be. A composition is counted in the records, which takes time: plan before anything is locked.

    Raises NotPermitted for anybody but the owner, Conflict with every reason why the run cannot be as asked.
    """
    require(by, Role.OWNER)
    require_owner(dataset, by)
    if reasons := [*why_not_run(by, dataset), *wanted.faults(dataset.kind)]:
        raise Conflict(*reasons)
    card = cards()[wanted.synthesizer]
    try:
        parameters = validated(card, wanted.parameters)
    except EngineError as error:
        raise Conflict(error.sentence) from error
    if why := why_not_stated(dataset, parameters) or why_not_ask(card.name, parameters):
        raise Conflict(why)
    parameters = {**parameters, **rules_confirmed(dataset)}
    rows = wanted.rows or dataset.training_rows or 0
    demands = plan_composition(dataset, wanted.composition, rows, card, parameters)
    return PlannedRun(dataset, wanted, parameters, rows, demands)


MOST_MORE = 1_000


def plan_next_suite(run: GenerationRun, failed: object, more: int, *, by: Person) -> PlannedRun:
    """The same tasks as this run made, and `more` new ones in the cells that failed, a list of scenarios of its plan.

    Raises NotPermitted, Conflict.
    """
    require_owner(run.dataset, by)
    if not failed:
        raise Conflict("No task failed: there is no cell to add tasks to.")
    if not 1 <= more <= MOST_MORE:
        raise Conflict(f"Ask for 1 to {MOST_MORE:,} new tasks.")
    if run.plan_id != confirmed_plan(run.dataset).pk:
        raise Conflict("The plan of this source was changed since: the same tasks cannot be made again.")
    wish = RunRequest(run.synthesizer, run.rows + more, {"ways": run.parameters["ways"]}, run.tier, run.seed)
    rounds = [*rounds_from(str(run.parameters.get(ROUNDS, "[]"))), Round(more, _cells_of(run, failed))]
    planned = plan_run(run.dataset, wish, by=by)
    return replace(planned, parameters={**planned.parameters, ROUNDS: rounds_text(rounds)})


def _cells_of(run: GenerationRun, failed: object) -> tuple[Mapping[str, str], ...]:
    """The scenarios that are said to have failed. Raises Conflict for what is none of the run's plan."""
    space = read_plan(plan_text(run.dataset)).matrix.space
    if not isinstance(failed, list) or not all(map(space.holds, failed)):
        raise Conflict("The cells that failed are not all scenarios of this plan. Upload the results again.")
    return tuple(failed)


def why_not_stated(dataset: Dataset, parameters: Mapping[str, object]) -> str:
    """What the owner still has to state before a set that holds texts of the source is made; "" for nothing."""
    made = kind_of(dataset.kind).makes
    if made is None or not made.statement or parameters.get(MAY_LEAVE):
        return ""
    return f"Tick “These documents may be released”, or no run is started: {made.statement}"


def rules_confirmed(dataset: Dataset) -> dict[str, int | str]:
    """The ids of the confirmed rules of a policy and the newest version that counts; {} of a source without one.

    Raises Conflict before any is confirmed.
    """
    made = kind_of(dataset.kind).makes
    if made is None or not made.confirms_rules:
        return {}
    confirmed = confirmed_rules(dataset)
    if not confirmed:
        raise Conflict(
            "No rule of the policy is confirmed. Confirm at least one beside its sentence, then start a run."
        )
    return {"confirmed": " ".join(confirmed), "rules_until": last_built(dataset)}


def request_run(planned: PlannedRun, *, by: Person) -> GenerationRun:
    """Ask for a run as planned; the caller queues the job. Raises NotPermitted for anybody but the owner."""
    dataset, wanted = planned.dataset, planned.request
    require(by, Role.OWNER)
    require_owner(dataset, by)
    with transaction.atomic():
        lock_source(dataset)
        run = GenerationRun.objects.create(
            id=wanted.id,
            dataset=dataset,
            plan=confirmed_plan(dataset),
            number=(dataset.runs.aggregate(last=Max("number"))["last"] or 0) + 1,
            requested_by=by,
            synthesizer=wanted.synthesizer,
            parameters=planned.parameters,
            rules=in_force(dataset),
            asked=seal_composition(dataset, wanted.id, wanted.composition, planned.demands),
            rows=planned.rows,
            tier=wanted.tier,
            seed=secrets.randbits(SEED_BITS) if wanted.seed is None else wanted.seed,
        )
        facts = {"statement": statement} if (statement := statement_of(run)) else {}
        record(
            "requested", run, by=by, synthesizer=run.synthesizer, rows=run.rows, seed=run.seed, tier=run.tier, **facts
        )
        spend_for(run, by=by)
    return run


def confirmed_plan(dataset: Dataset) -> Plan:
    """The newest plan that the dataset was minimised by."""
    return dataset.plans.exclude(minimised_sha256="").latest("version")


def cancel_run(run: GenerationRun, *, by: Person) -> None:
    """Cancel a run that is not over; its worker is stopped at the next heartbeat."""
    require_owner(run.dataset, by)
    from synthportal.jobs.queue import cancel

    with transaction.atomic():
        move(run, GenerationRun.Status.CANCELLED, by=by, finished_at=timezone.now())
        own = Job.objects.filter(subject_id=run.pk, state__in=[Job.State.QUEUED, Job.State.RUNNING])
        for job in [*own, *part_jobs(run)]:
            cancel(job, by=by)
    remove_work(run)
