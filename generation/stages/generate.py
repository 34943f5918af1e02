"""generate: fit a synthesizer on the minimised training records and sample the artefact, shard by shard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.utils import timezone

from generation.engine.synthesizers.catalogue import load
from generation.models import GenerationRun
from generation.repositories.budget import price_of
from generation.repositories.compositions import notes_on_recipe
from generation.repositories.fitted import has_model, keep_model, remove_model
from generation.repositories.persons import bounded, notes_on_persons
from generation.repositories.rules.policy import parameters_of
from generation.repositories.tables import kept_schema, origin_of, read_sealed, schema_from_json
from generation.stages.sampling.ask import connect
from generation.stages.sampling.draw import DistantModel
from generation.stages.sampling.shard import frames_of, open_parts, plan_parts, remove_parts, sample_parts
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.storage.vault import open_sealed, write_sealed
from synthportal.trail.content import made_of
from synthportal.transitions import move

if TYPE_CHECKING:
    from generation.engine.schema import Schema


def fit_run(run_id: UUID, *, by: Worker, report: Report) -> list[UUID]:
    """Fit, unless a killed attempt left its model; the parts that any worker may sample now, if there are several."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if run.status == GenerationRun.Status.QUEUED:
        move(run, GenerationRun.Status.RUNNING, by=by)
    if run.status != GenerationRun.Status.RUNNING:
        return []
    if not has_model(run):
        _fit(run, by, report)
    return [part.pk for part in plan_parts(run) if not part.sha256]


def generate_run(run_id: UUID, *, by: Worker, report: Report) -> None:
    """Sample every shard with the fitted model, alone or with others, and seal the artefact under its digest."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if run.status == GenerationRun.Status.RUNNING:
        _generate(run, by, report)
    # Also for a run that is generated already: its worker may have been killed before this.
    remove_work(run)


def _generate(run: GenerationRun, by: Worker, report: Report) -> None:
    from generation.engine.synthesizers.bytes.artefact import join_artefacts, write_artefact
    from generation.engine.synthesizers.bytes.sampling import shard_plan

    if not has_model(run):
        _fit(run, by, report)
    # Sampling always starts from the kept bytes, so that a resumed run cannot differ from one that was never killed.
    with DistantModel(run) as model, write_sealed(run.dataset.key_id) as draft:
        connect(run, model, by=by, progress=report)
        kept = kept_schema(run, model.left_out)
        if run.parts.exists():
            sample_parts(run, model, by=by, report=report)
            report("putting the parts together", 0, 0)
            facts = join_artefacts(open_parts(run), draft.file)
        else:
            frames = frames_of(run, model, shard_plan(run.rows), report)
            facts = write_artefact(frames, kept, draft.file, origin=origin_of(run))
    artefact = draft.written
    changes: dict[str, Any] = {
        "artefact_sha256": artefact.sha256,
        "artefact_size": artefact.size,
        "artefact_rows": facts.rows,
        "columns": [spec.name for spec in kept],
        "notes": [*_notes(run, model), *_notes_on_formats(run, artefact.sha256, kept)],
    }
    told = {"sha256": artefact.sha256, "rows": facts.rows, "made": made_of(run, **changes)}
    move(run, GenerationRun.Status.GENERATED, by=by, facts=told, **changes)


def _notes_on_formats(run: GenerationRun, sha256: str, kept: Schema) -> list[str]:
    """Which columns could not be written as the source writes them, and what its formats say otherwise."""
    from generation.engine.tables.logical import plain_fields
    from generation.engine.tables.rendering import formats_differ

    with open_sealed(run.dataset.key_id, sha256) as artefact:
        plain = plain_fields(artefact)
        artefact.seek(0)
        differing = formats_differ(artefact)
    known = {column["name"] for column in run.plan.schema if "spelling" in column}
    lost = [spec.label for at, spec in enumerate(kept) if at in plain and spec.name in known]
    other_kind = f"{', '.join(lost)}: the values are of another kind than the source's, so its format is not kept."
    return [*([other_kind] if lost else []), *differing]


def remove_work(run: GenerationRun) -> None:
    """What the run made on its way, and nobody needs any more: its parts and its model."""
    remove_parts(run)
    remove_model(run)


def _notes(run: GenerationRun, model: DistantModel) -> list[str]:
    labels = {spec.name: spec.label for spec in schema_from_json(run.plan.schema)}
    left_out = {column.name: column.reason for column in model.left_out}
    told = [f"{labels[name]} is left out. {reason}" for name, reason in left_out.items()]
    return [*model.notes, *notes_on_persons(run), *told, *notes_on_recipe(run, left_out)]


def _fit(run: GenerationRun, by: Worker, report: Report) -> None:
    if run.model_sha256 and price_of(run.synthesizer, run.parameters):
        raise Conflict("The fitted model of this run is gone, and its budget paid for one fit. Start a new run.")
    report("reading the records", 0, 0)
    training = bounded(run, read_sealed(run.dataset.key_id, run.plan.minimised_sha256))
    schema = schema_from_json(run.plan.schema)
    payload = load(run.synthesizer).fit(training, schema, parameters_of(run), run.seed, report).dump()
    keep_model(run, payload, by=by)


def run_failed(run_id: UUID, *, by: Worker, reason: str) -> None:
    """The run cannot be finished: keep the reason, remove the model."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if GenerationRun.Status.FAILED in GenerationRun.TRANSITIONS[run.status]:
        move(run, GenerationRun.Status.FAILED, by=by, error=reason, finished_at=timezone.now())
        remove_work(run)
