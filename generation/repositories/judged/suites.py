"""The tasks of a run and the plan they are made by, read for whoever may see them."""

from __future__ import annotations

from generation.engine.kinds.tasks import PLAN, TASKS
from generation.engine.llm.suites.records import suite_from
from generation.engine.llm.suites.task import Suite
from generation.models import Dataset, GenerationRun
from synthportal.errors import Conflict
from synthportal.storage.vault import open_sealed


def suite_of(run: GenerationRun) -> Suite:
    """The suite that the run made. Raises Conflict once it is erased."""
    import pyarrow.parquet as pq

    with open_sealed(run.dataset.key_id, run.artefact_sha256) as artefact:
        return suite_from(pq.read_table(artefact, use_threads=False).to_pylist(), str(run))


def holds_suite(run: GenerationRun) -> bool:
    """Whether the run made evaluation tasks that can be read."""
    return run.dataset.kind == TASKS.name and run.status == GenerationRun.Status.EVALUATED


def earlier_suites(run: GenerationRun) -> list[GenerationRun]:
    """Suites that this one can be held against, the newest of those before it first; those of the same plan before all.

    The caller keeps those that the person sees.
    """
    others = GenerationRun.objects.filter(dataset__kind=TASKS.name, status=GenerationRun.Status.EVALUATED)
    found = others.exclude(pk=run.pk).select_related("dataset").order_by("-created_at")
    return sorted(found, key=lambda one: (one.dataset_id != run.dataset_id, one.created_at > run.created_at))


def plan_text(dataset: Dataset) -> str:
    """The plan of evaluation tasks as it was written. Raises Conflict before it is read, and for what is none."""
    import pyarrow.parquet as pq

    if not dataset.training_sha256:
        raise Conflict("The plan has not been read yet.")
    with open_sealed(dataset.key_id, dataset.training_sha256) as source:
        rows = pq.read_table(source, columns=["c0", "c2"], use_threads=False).slice(0, 1).to_pylist()
    if not rows or rows[0]["c0"] != PLAN:
        raise Conflict("This source is no plan of evaluation tasks.")
    return str(rows[0]["c2"])
