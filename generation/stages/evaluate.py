"""evaluate: measure one artefact against training and holdout, and keep the evidence."""

from __future__ import annotations

import json
import time
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Max
from django.utils import timezone

from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.kinds.catalogue import kind_of
from generation.engine.kinds.kind import MadeSet
from generation.engine.parameters import load_named
from generation.engine.schema import ColumnRole, Schema
from generation.models import Evaluation, GenerationRun, Recomputation
from generation.repositories.compositions import recipe_of
from generation.repositories.evaluations import digest_of, said_of
from generation.repositories.judged.contamination import items_apart_from, real_texts, texts_apart_from
from generation.repositories.tables import read_sealed, schema_from_json, schema_of_records
from synthportal.errors import Conflict
from synthportal.jobs.identity import sign
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.storage.vault import write_sealed
from synthportal.trail.audit import record
from synthportal.transitions import move

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.evaluation.suite import EvaluationResult

from generation.repositories.judged.limits import policy_for, policy_of

EVALUATION_SEED = 20261123


def evaluate_run(run_id: UUID, *, by: Worker, report: Report) -> None:
    """Evaluate the run's artefact; a run that was evaluated before gets one more evaluation, and that one counts."""
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if run.status not in {GenerationRun.Status.GENERATED, GenerationRun.Status.EVALUATED}:
        return
    started, policy = time.monotonic(), policy_for(run.dataset)
    result = _evaluate(run, policy, report, timezone.now())
    metrics = _metrics_of(result)
    sealed = _seal_report(run, result)
    with transaction.atomic():
        by.hold()
        evaluation = Evaluation.objects.create(
            run=run,
            number=(run.evaluations.aggregate(last=Max("number"))["last"] or 0) + 1,
            artefact_sha256=run.artefact_sha256,
            metrics=metrics,
            digest=digest_of(run, metrics, policy.version),
            report_sha256=sealed,
            policy_version=policy.version,
            seconds=time.monotonic() - started,
        )
        named = {"worker": settings.WORKER_NAME} if settings.WORKER_NAME else {}
        record("measured", evaluation, by=by, run=str(run.pk), evaluation=evaluation.digest, **named)
        if run.status == GenerationRun.Status.GENERATED:
            move(run, GenerationRun.Status.EVALUATED, by=by, facts={"evaluation": evaluation.digest},
                 finished_at=timezone.now())  # fmt: skip
        else:
            record("evaluated", run, by=by, evaluation=evaluation.digest)


def recompute_evaluation(evaluation_id: UUID, *, by: Worker, report: Report) -> None:
    """Measure again what an evaluation measured, with the same seed and by the same limits, and keep what came out,
    signed by this worker. It changes nothing of the evaluation: the gate compares the two.
    """
    evaluation = Evaluation.objects.select_related("run__dataset", "run__plan").get(pk=evaluation_id)
    if evaluation.recomputations.filter(worker=settings.WORKER_NAME).exists():
        return
    run, started = evaluation.run, time.monotonic()
    began = evaluation.created_at - timedelta(seconds=evaluation.seconds)
    metrics = _metrics_of(_evaluate(run, policy_of(evaluation), report, began))
    digest = digest_of(run, metrics, evaluation.policy_version)
    with transaction.atomic():
        by.hold()
        again = Recomputation.objects.create(
            evaluation=evaluation,
            worker=settings.WORKER_NAME,
            digest=digest,
            signature=sign(said_of(evaluation, digest)),
            seconds=time.monotonic() - started,
        )
        record("measured again", again, by=by, run=str(run.pk), evaluation=evaluation.digest, worker=again.worker)


def why_not_evaluate(person: Person, run: GenerationRun) -> list[str]:
    """Why this person cannot ask for one more evaluation of this run."""
    if run.status != GenerationRun.Status.EVALUATED:
        return ["Only a run that has been evaluated can be evaluated again."]
    return []


def request_evaluation(run: GenerationRun, *, by: Person) -> None:
    """Ask for one more evaluation; it voids every approval of the evidence before it. The caller queues the job."""
    require(by, Role.OWNER, Role.STEWARD)
    if reasons := why_not_evaluate(by, run):
        raise Conflict(*reasons)
    with transaction.atomic():
        record("evaluation requested", run, by=by)


def read_artefact(run: GenerationRun) -> pd.DataFrame:
    """The artefact with its columns under their internal names."""
    table = read_sealed(run.dataset.key_id, run.artefact_sha256)
    table.columns = run.columns
    return table


def _evaluate(run: GenerationRun, policy: EvaluationPolicy, report: Report, at: datetime) -> EvaluationResult:
    """Measure an artefact beside what else the portal had made `at` that time."""
    from generation.engine.evaluation.suite import evaluate_tables

    dataset = run.dataset
    if made := kind_of(dataset.kind).makes:
        return _evaluate_set(run, made, policy, report, at)
    report("reading the records", 0, 0)
    schema = schema_in(run)
    training, holdout = real_records(run, schema)
    return evaluate_tables(
        training,
        holdout if dataset.holdout_rows else None,
        read_artefact(run)[[spec.name for spec in schema]],
        schema,
        target=target_in(schema),
        purpose=dataset.purpose,
        policy=policy,
        seed=EVALUATION_SEED,
        progress=report,
        recipe=recipe_of(run),
        only=kind_of(dataset.kind).checks,
        apart=items_apart_from(run, at),
    )


def real_records(run: GenerationRun, schema: Schema) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The minimised records of training and holdout in the columns of a schema, and whose each is if that is known."""
    from generation.engine.tables.cut.persons import and_person

    names, plan = [spec.name for spec in schema], run.plan
    both = [read_sealed(run.dataset.key_id, sha) for sha in (plan.minimised_sha256, plan.minimised_holdout_sha256)]
    training, holdout = (table[and_person(names, table)] for table in both)
    return training, holdout


def _evaluate_set(
    run: GenerationRun, made: MadeSet, policy: EvaluationPolicy, report: Report, at: datetime
) -> EvaluationResult:
    """Measure a set on the source that it was made from, and against what it must be apart from."""
    from generation.engine.evaluation.llm.sets.portal import SetStudy
    from generation.engine.evaluation.suite import result_of_set

    began = time.monotonic()
    report("reading the records", 0, 0)
    source = read_sealed(run.dataset.key_id, run.plan.minimised_sha256)
    source = source.rename(columns={spec.name: spec.label for spec in schema_from_json(run.plan.schema)})
    apart, real = texts_apart_from(run, at), real_texts(run.dataset)
    study = SetStudy(source, read_artefact(run), run.parameters, report, apart, real)
    sizes = {"training": len(study.source), "synthetic": len(study.made)}
    return result_of_set(load_named(made.evidence)(study), policy, time.monotonic() - began, sizes)


def _metrics_of(result: EvaluationResult) -> list[dict[str, Any]]:
    return [_without_details(metric.as_json()) for metric in result.metrics]


def _without_details(metric: dict[str, Any]) -> dict[str, Any]:
    """Details may name categories, so they are sealed with the plots; the database holds figures and sentences."""
    kept = {name: value for name, value in metric.items() if name != "details"}
    # Zero has one sign: PostgreSQL keeps no other, and the digest has to come out again.
    return {name: value + 0.0 if isinstance(value, float) else value for name, value in kept.items()}


def schema_in(run: GenerationRun) -> Schema:
    """The columns that the artefact has."""
    return tuple(spec for spec in schema_of_records(run) if spec.name in run.columns)


def target_in(schema: Schema) -> str | None:
    """The name of the column that a model shall predict, if there is one."""
    return next((spec.name for spec in schema if spec.role is ColumnRole.TARGET), None)


def _seal_report(run: GenerationRun, result: EvaluationResult) -> str:
    named = [{"row": record.row, "reason": record.reason, "score": record.score} for record in result.named]
    details = {metric.name: metric.details for metric in result.metrics}
    with write_sealed(run.dataset.key_id) as draft:
        draft.file.write(
            json.dumps({"plots": result.plots, "named": named, "details": details}, sort_keys=True).encode()
        )
    return draft.written.sha256
