"""weigh, a part of evaluate: technologies beside each other for a dataset's purpose, on one map.

Measured only. The generalised records, those with surrogates and the differentially private ones are made in the memory
of the job, measured against people of the training table and of the holdout, and gone with it: only figures are kept.
No epsilon is taken from the source's budget, for nothing that was fitted leaves; but the figures come from the real
records without noise, as those of every evaluation do, so they are for the people who decide and not for release.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from generation.engine.comparison.technologies.settings import EPSILONS, KS, MOST_RUNS
from generation.engine.evaluation.metric import NotAssessable
from generation.engine.schema import ColumnRole
from generation.models import Dataset, GenerationRun, Plan, TechnologyMap
from generation.permissions import owns
from generation.repositories.bake_offs import run_name
from generation.repositories.judged.limits import policy_for
from generation.repositories.plans import profile_of
from generation.repositories.tables import person_column_of, read_sealed, schema_from_json
from generation.stages.evaluate import EVALUATION_SEED, read_artefact
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import cancel
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Person
from synthportal.roles import Role, has_role
from synthportal.trail.audit import record

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    from generation.engine.comparison.technologies.offer import Offer
    from generation.engine.comparison.technologies.weighing import Candidate

_LIVE = (Job.State.QUEUED, Job.State.RUNNING)


def why_not_weigh(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot ask for a technology map of a dataset; empty when they can."""
    if not _may_ask(person, dataset):
        return ["Only the owner of this dataset and stewards can ask for it."]
    if dataset.status == Dataset.Status.ERASED:
        return ["The dataset is erased: its records can never be read again."]
    plan = applied_plan(dataset)
    if plan is None:
        return ["The records must be minimised first."]
    reasons = []
    if not dataset.holdout_rows:
        reasons.append("There is no holdout: nothing tells what a table gives away from what is true of everybody.")
    if not any(column["role"] == ColumnRole.TARGET for column in plan.schema):
        reasons.append("No target column was named: nothing measures use alike for all technologies.")
    return reasons


def applied_plan(dataset: Dataset) -> Plan | None:
    """The newest plan that the records were minimised by."""
    return dataset.plans.exclude(minimised_sha256="").order_by("-version").first()


def _may_ask(person: Person, dataset: Dataset) -> bool:
    is_owner = has_role(person, Role.OWNER) and owns(person, dataset)
    return is_owner or has_role(person, Role.STEWARD)


def request_map(dataset: Dataset, *, by: Person) -> TechnologyMap:
    """Ask for a map; the caller queues the job. One at work is given back. Raises NotPermitted, or Conflict."""
    if reasons := why_not_weigh(by, dataset):
        raise Conflict(*reasons) if _may_ask(by, dataset) else NotPermitted(*reasons)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        if at_work := map_at_work(dataset):
            return at_work
        plan = applied_plan(dataset)
        assert plan is not None  # noqa: S101 - the reasons above have said so
        asked = TechnologyMap.objects.create(dataset=dataset, plan=plan, by=by)
        record("requested", asked, by=by, dataset=str(dataset.pk), plan=str(asked.plan_id))
    return asked


def map_at_work(dataset: Dataset) -> TechnologyMap | None:
    """The map whose job waits or runs."""
    live = Job.objects.filter(kind="weigh", state__in=_LIVE).values("subject_id")
    return dataset.technology_maps.filter(finished_at=None, pk__in=live).first()


def weigh_technologies(map_id: UUID, *, by: Worker, report: Report) -> None:
    """Weigh them, and keep the figures. A map that is finished stays as it is."""
    asked = TechnologyMap.objects.select_related("dataset", "plan").get(pk=map_id)
    if asked.finished_at:
        return
    started, version = time.monotonic(), policy_for(asked.dataset).version
    report("reading the records", 0, 0)
    rows = _weighed(asked, report)
    with transaction.atomic():
        by.hold()
        asked.result, asked.policy_version = rows, version
        asked.seconds, asked.finished_at = time.monotonic() - started, timezone.now()
        asked.save(update_fields=["result", "policy_version", "seconds", "finished_at"])
        record("weighed", asked, by=by, technologies=len(rows))


def _weighed(asked: TechnologyMap, report: Report) -> list[dict[str, Any]]:
    from generation.engine.comparison.technologies.weighing import weigh

    real, candidates = _candidates(asked)
    declared = {column.role for column in profile_of(asked.plan).columns}
    try:
        return weigh(
            candidates,
            real,
            policy_for(asked.dataset),
            knows_all=ColumnRole.QUASI not in declared,
            seed=EVALUATION_SEED,
            progress=report,
        )
    except NotAssessable as refusal:
        raise Conflict(refusal.reason) from refusal


def _candidates(asked: TechnologyMap) -> tuple[Offer, list[Candidate]]:
    """The minimised records, and what is weighed beside them, each to be made when its turn comes."""
    from generation.engine.comparison.technologies import offers
    from generation.engine.comparison.technologies.offer import Technology
    from generation.engine.comparison.technologies.weighing import Candidate

    key_id, plan = asked.dataset.key_id, asked.plan
    training, holdout = (read_sealed(key_id, sha) for sha in (plan.minimised_sha256, plan.minimised_holdout_sha256))
    places = tuple(offers.some_rows(len(table), EVALUATION_SEED) for table in (training, holdout))
    training, holdout = training.iloc[places[0]], holdout.iloc[places[1]]
    real, persons = offers.minimised(training, holdout, schema_from_json(plan.schema)), _persons(asked, places[0])
    found = [
        Candidate(Technology.SURROGATES, "", partial(_with_surrogates, asked, real, places), {}),
        Candidate(Technology.MINIMISED, "", lambda: real, {}),
    ]
    for k in KS:
        made = partial(offers.generalised, real, k, persons=persons)
        found.append(Candidate(Technology.GENERALISED, f"k = {k}", made, {"k": k}))
    for epsilon in EPSILONS:
        made = partial(offers.private, real, epsilon, EVALUATION_SEED, persons=persons)
        found.append(Candidate(Technology.PRIVATE, f"epsilon {epsilon:g}", made, {"epsilon": epsilon}))
    for run in runs_weighed(asked.plan):
        made = partial(_synthetic, real, run)
        found.append(Candidate(Technology.SYNTHETIC, run_name(run), made, {"run": str(run.pk)}))
    return real, found


def runs_weighed(plan: Plan) -> Iterator[GenerationRun]:
    """The newest evaluated runs of a plan, in their order."""
    alike = plan.dataset.runs.filter(status=GenerationRun.Status.EVALUATED)
    same = [run for run in alike.select_related("dataset", "plan").order_by("-number") if _is_alike(run, plan)]
    yield from reversed(same[:MOST_RUNS])


def _is_alike(run: GenerationRun, plan: Plan) -> bool:
    return run.plan.minimised_sha256 == plan.minimised_sha256


def _persons(asked: TechnologyMap, places: npt.NDArray[np.intp]) -> npt.NDArray[np.int64] | None:
    """The number of each record's person, where the source names persons; k and epsilon then hold for persons."""
    column = person_column_of(asked.dataset)
    if column is None:
        return None
    from generation.engine.tables.cut.persons import numbered

    numbers = numbered(read_sealed(asked.dataset.key_id, asked.dataset.training_sha256)[column].iloc[places])
    return numbers.to_numpy()


def _with_surrogates(asked: TechnologyMap, real: Offer, places: tuple[npt.NDArray[np.intp], ...]) -> Offer:
    from generation.engine.comparison.technologies import offers

    key_id, shas = asked.dataset.key_id, (asked.dataset.training_sha256, asked.dataset.holdout_sha256)
    source = [read_sealed(key_id, sha).iloc[rows] for sha, rows in zip(shas, places, strict=True)]
    return offers.with_surrogates(real, source[0], source[1], profile_of(asked.plan).schema)


def _synthetic(real: Offer, run: GenerationRun) -> Offer:
    from generation.engine.comparison.technologies import offers

    return offers.synthetic(real, read_artefact(run), run_name(run))


def cancel_map(asked: TechnologyMap, *, by: Person) -> None:
    """Stop one that is at work. Raises NotPermitted, or Conflict when it is over."""
    if not _may_ask(by, asked.dataset):
        raise NotPermitted("Only the owner of this dataset and stewards can cancel it.")
    with transaction.atomic():
        job = Job.objects.filter(subject_id=asked.pk, state__in=_LIVE).first()
        if job is None:
            raise Conflict("It is already over.")
        cancel(job, by=by)
