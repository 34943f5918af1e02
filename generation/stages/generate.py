"""generate: fit a synthesizer on the minimised training records and sample the artefact, shard by shard."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import UUID, uuid4

from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from generation.asked import notes_on_order, plan_asked, seal_demands
from generation.engine.errors import EngineError
from generation.engine.synthesizers.catalogue import cards, load, validated
from generation.fitted import keep_model, load_model, remove_model
from generation.ledger import bounded, lock_source, notes_on_persons, price_of, spend_for
from generation.models import Dataset, GenerationRun, Plan
from generation.permissions import require_owner
from generation.rule_sets import in_force
from generation.stages.parts import frames_of, open_parts, part_jobs, plan_parts, remove_parts, sample_parts
from generation.tables import kept_schema, read_sealed, schema_from_json
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Person
from synthportal.roles import Role, require
from synthportal.storage.vault import write_sealed
from synthportal.transitions import move

if TYPE_CHECKING:
    from generation.engine.synthesizers.protocol import Synthesizer

SEED_BITS = 48
MOST_ROWS = 100_000_000
TIERS = ("quick", "standard", "strict")
AT_WORK = (GenerationRun.Status.QUEUED, GenerationRun.Status.RUNNING, GenerationRun.Status.GENERATED)


def why_not_run(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot ask for a run on this dataset now; empty when they can."""
    reasons = []
    if dataset.owner_id != person.pk:
        reasons.append("Only the owner of this dataset can ask for a run.")
    if dataset.status != Dataset.Status.MINIMISED:
        reasons.append("Confirm the minimisation plan first: a run starts from the minimised records.")
    return reasons


@dataclass(frozen=True, slots=True)
class RunRequest:
    """What a run shall make; without rows as many as the training has, without a seed a random one, recorded.

    `id` becomes the run's own: asking a second time under the same one makes no second run. `asked` is the plain form
    of conditions, balance and shifts (engine/conditions/asked.py).
    """

    synthesizer: str
    rows: int | None = None
    parameters: Mapping[str, object] = field(default_factory=dict)
    tier: str = "standard"
    seed: int | None = None
    id: UUID = field(default_factory=uuid4)
    asked: Mapping[str, object] = field(default_factory=dict)

    def faults(self) -> list[str]:
        """What cannot be as asked, as sentences."""
        wrong = []
        if self.synthesizer not in cards():
            wrong.append(f"There is no synthesizer of that name. Choose one of: {', '.join(cards())}.")
        if self.rows is not None and not 1 <= self.rows <= MOST_ROWS:
            wrong.append(f"Ask for 1 to {MOST_ROWS:,} rows.")
        if self.tier not in TIERS:
            wrong.append(f"The policy is one of: {', '.join(TIERS)}.")
        if self.seed is not None and not 0 <= self.seed < 2**63:
            wrong.append("A seed is a whole number from 0 to 2^63 - 1.")
        return wrong


def request_run(dataset: Dataset, wanted: RunRequest, *, by: Person) -> GenerationRun:
    """Ask for a run; the caller queues the job.

    Raises NotPermitted for anybody but the owner, Conflict with every reason why the run cannot be as asked.
    """
    require(by, Role.OWNER)
    require_owner(dataset, by)
    if reasons := [*why_not_run(by, dataset), *wanted.faults()]:
        raise Conflict(*reasons)
    try:
        parameters = validated(cards()[wanted.synthesizer], wanted.parameters)
    except EngineError as error:
        raise Conflict(error.sentence) from error
    rows = wanted.rows or dataset.training_rows or 0
    demands = plan_asked(dataset, wanted.asked, rows, cards()[wanted.synthesizer], parameters)
    with transaction.atomic():
        lock_source(dataset)
        run = GenerationRun.objects.create(
            id=wanted.id,
            dataset=dataset,
            plan=confirmed_plan(dataset),
            number=(dataset.runs.aggregate(last=Max("number"))["last"] or 0) + 1,
            requested_by=by,
            synthesizer=wanted.synthesizer,
            parameters=parameters,
            rules=in_force(dataset),
            asked=seal_demands(dataset, wanted.id, wanted.asked, demands),
            rows=rows,
            tier=wanted.tier,
            seed=secrets.randbits(SEED_BITS) if wanted.seed is None else wanted.seed,
        )
        record("requested", run, by=by, synthesizer=run.synthesizer, rows=run.rows, seed=run.seed, tier=run.tier)
        spend_for(run, by=by)
    return run


def confirmed_plan(dataset: Dataset) -> Plan:
    """The plan the dataset was minimised by."""
    return dataset.plans.filter(confirmed_at__isnull=False).latest("version")


def fit_run(run_id: UUID, *, by: Worker, report: Report) -> list[UUID]:
    """Fit, unless a killed attempt left its model; the parts that any worker may sample now, if there are several."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if run.status == GenerationRun.Status.QUEUED:
        move(run, GenerationRun.Status.RUNNING, by=by)
    if run.status != GenerationRun.Status.RUNNING:
        return []
    load_model(run) or _fit(run, by, report)
    return [part.pk for part in plan_parts(run) if not part.sha256]


def generate_run(run_id: UUID, *, by: Worker, report: Report) -> None:
    """Sample every shard with the fitted model, alone or with others, and seal the artefact under its digest."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if run.status == GenerationRun.Status.RUNNING:
        _generate(run, by, report)
    # Also for a run that is generated already: its worker may have been killed before this.
    remove_work(run)


def _generate(run: GenerationRun, by: Worker, report: Report) -> None:
    from generation.engine.synthesizers.artefact import join_artefacts, write_artefact
    from generation.engine.synthesizers.sampling import shard_plan

    model = load_model(run) or _fit(run, by, report)
    kept = kept_schema(run, model)
    if run.shards.exists():
        sample_parts(run, model, by=by, report=report)
    with write_sealed(run.dataset.key_id) as draft:
        if run.shards.exists():
            report("putting the parts together", 0, 0)
            facts = join_artefacts(open_parts(run), draft.file)
        else:
            facts = write_artefact(frames_of(run, model, shard_plan(run.rows), report), kept, draft.file)
    artefact = draft.written
    move(
        run,
        GenerationRun.Status.GENERATED,
        by=by,
        facts={"sha256": artefact.sha256, "rows": facts.rows},
        artefact_sha256=artefact.sha256,
        artefact_size=artefact.size,
        artefact_rows=facts.rows,
        columns=[spec.name for spec in kept],
        notes=_notes(run, model),
    )


def remove_work(run: GenerationRun) -> None:
    """What the run made on its way, and nobody needs any more: its parts and its model."""
    remove_parts(run)
    remove_model(run)


def _notes(run: GenerationRun, model: Synthesizer) -> list[str]:
    labels = {spec.name: spec.label for spec in schema_from_json(run.dataset.schema)}
    left_out = {column.name: column.reason for column in model.left_out}
    told = [f"{labels[name]} is left out. {reason}" for name, reason in left_out.items()]
    return [*model.notes, *notes_on_persons(run), *told, *notes_on_order(run, left_out)]


def _fit(run: GenerationRun, by: Worker, report: Report) -> Synthesizer:
    if run.model_sha256 and price_of(run.synthesizer, run.parameters):
        raise Conflict("The fitted model of this run is gone, and its budget paid for one fit. Start a new run.")
    report("reading the records", 0, 0)
    training = bounded(run, read_sealed(run.dataset.key_id, run.dataset.minimised_sha256))
    schema = schema_from_json(run.dataset.schema)
    synthesizer = load(run.synthesizer)
    payload = synthesizer.fit(training, schema, run.parameters, run.seed, report).dump()
    keep_model(run, payload, by=by)
    # Sampling always starts from the kept bytes, so that a resumed run cannot differ from one that was never killed.
    return synthesizer.load(payload)


def run_failed(run_id: UUID, *, by: Worker, reason: str) -> None:
    """The run cannot be finished: keep the reason, remove the model."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if GenerationRun.Status.FAILED in GenerationRun.TRANSITIONS[run.status]:
        move(run, GenerationRun.Status.FAILED, by=by, error=reason, finished_at=timezone.now())
        remove_work(run)


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
