"""retry: the job that failed and that a dataset still waits for is queued once more; nothing that is there is lost."""

from __future__ import annotations

from django.db import transaction

from generation.models import Dataset
from generation.permissions import require_owner
from generation.stages.minimise import PLANNABLE
from synthportal.errors import Conflict
from synthportal.jobs.queue import enqueue
from synthportal.models import Job, Person
from synthportal.trail.audit import record

_WAITS_FOR = {
    "ingest": (Dataset.Status.UPLOADED,),
    "profile": (Dataset.Status.INGESTED,),
    "minimise": PLANNABLE,
    "preview": PLANNABLE,
    "reread": PLANNABLE,
    "reprofile": PLANNABLE,
    "propose": (Dataset.Status.MINIMISED,),
}


def failed_job(dataset: Dataset) -> Job | None:
    """The job that failed and that the dataset still waits for: its own, or the preview of its open plan."""
    plan = dataset.plans.filter(confirmed_at=None).order_by("-version").first()
    for subject in filter(None, (plan, dataset)):
        last = Job.objects.filter(subject_id=subject.pk).order_by("-created_at").first()
        if last and last.state == Job.State.FAILED and dataset.status in _WAITS_FOR.get(last.kind, ()):
            return last
    return None


def may_correct_names(dataset: Dataset, job: Job) -> bool:
    """Whether the names of target and person column can still be corrected before this job is tried again."""
    return job.kind == "ingest" and dataset.status == Dataset.Status.UPLOADED


def try_again(dataset: Dataset, *, by: Person, target: str | None = None, person_column: str | None = None) -> Job:
    """Queue the job that failed once more; before the file is split, with other names of columns if any are given.

    Raises NotPermitted for anybody but the owner, Conflict when nothing has failed.
    """
    require_owner(dataset, by)
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=dataset.pk)
        failed = failed_job(dataset)
        if failed is None:
            raise Conflict("Nothing is left to try again: look at the dataset, its work goes on or is done.")
        given = {"target": target, "person_column": person_column}
        changes = {name: label.strip() for name, label in given.items() if label is not None}
        if changes and may_correct_names(dataset, failed):
            Dataset.objects.filter(pk=dataset.pk).update(**changes)
        record("retried", dataset, by=by, job=failed.kind, renamed=sorted(changes))
        return enqueue(failed.kind, failed.subject_id, person_id=by.pk)
