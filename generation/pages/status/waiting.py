"""What is ahead of a job that waits, as far as a person may know of it."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING
from uuid import UUID

from django.db.models import QuerySet

from generation.models import AuditPart, Calibration, GenerationRun, Plan, RunPart, TechnologyMap
from generation.permissions import datasets_for
from synthportal.jobs.lanes import ahead_of, left_seconds, live_jobs
from synthportal.models import Job
from synthportal.templatetags.human import left

if TYPE_CHECKING:
    from synthportal.models import Person

SHOWN = 2


class Waiting:
    """The live jobs as one person may know them, looked up once, and only when a job waits."""

    def __init__(self, person: Person) -> None:
        self._person = person

    def line(self, job: Job) -> str:
        """What is ahead of a job, as in "2 jobs ahead: run 3 of claims, fitting, about 12 min left; a job of another
        dataset"; "" when nothing is, or when it runs.
        """
        ahead = ahead_of(job, self._live) if job.state == Job.State.QUEUED else []
        if not ahead:
            return ""
        more = f"; and {len(ahead) - SHOWN} more" if len(ahead) > SHOWN else ""
        told = "; ".join(self._words(one) for one in ahead[:SHOWN])
        return f"{len(ahead)} job{'' if len(ahead) == 1 else 's'} ahead: {told}{more}"

    @cached_property
    def _live(self) -> list[Job]:
        return live_jobs()

    def _words(self, job: Job) -> str:
        name = self._names.get(job.subject_id)
        doing = (job.phase if job.state == Job.State.RUNNING else "") or job.kind.replace("_", " ")
        parts = [name, "starting" if doing == "starting" else doing] if name else ["a job of another dataset"]
        seconds = left_seconds(job)
        return ", ".join([*parts, *([left(seconds)] if seconds is not None else [])])

    @cached_property
    def _names(self) -> dict[UUID, str]:
        """By subject: what this person may read of it. A subject of another app has no name here."""
        subjects, seen = [job.subject_id for job in self._live], datasets_for(self._person)
        found = {dataset.pk: dataset.name for dataset in seen.filter(pk__in=subjects)}
        for plan in Plan.objects.filter(pk__in=subjects, dataset__in=seen).select_related("dataset"):
            found[plan.pk] = plan.dataset.name
        for one in TechnologyMap.objects.filter(pk__in=subjects, dataset__in=seen).select_related("dataset"):
            found[one.pk] = one.dataset.name
        runs = GenerationRun.objects.filter(dataset__in=seen).select_related("dataset")
        found |= {run.pk: _name(run) for run in runs.filter(pk__in=subjects)}
        found |= {part.pk: _name(part.run) for part in _parts(subjects, runs)}
        checks = Calibration.objects.filter(pk__in=subjects, run__in=runs).select_related("run__dataset")
        found |= {check.pk: _name(check.run) for check in checks}
        refits = AuditPart.objects.filter(pk__in=subjects, calibration__run__in=runs)
        return found | {
            part.pk: _name(part.calibration.run) for part in refits.select_related("calibration__run__dataset")
        }


def _parts(subjects: list[UUID], runs: QuerySet[GenerationRun]) -> QuerySet[RunPart]:
    return RunPart.objects.filter(pk__in=subjects, run__in=runs).select_related("run__dataset")


def _name(run: GenerationRun) -> str:
    return f"run {run.number} of {run.dataset.name}"
