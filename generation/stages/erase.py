"""erase: a source's key is destroyed, and nobody reads it again; by its owner, or on the day that its owner named."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F, QuerySet

from generation.models import AuditPart, Calibration, Dataset, ErasureNotice
from generation.permissions import owns
from synthportal.errors import Conflict
from synthportal.jobs.queue import cancel
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Person
from synthportal.roles import Actor, Operator
from synthportal.storage.keys import destroy_key
from synthportal.storage.vault import erase
from synthportal.trail.audit import record
from synthportal.transitions import move

# So long before its day the owner of a source is told; for a day that is past when they are told, so long after.
NOTICE_DAYS = 14


def why_not_erase(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot erase this dataset; empty when they can."""
    if not owns(person, dataset):
        return ["Only the owner of this dataset can erase it."]
    if dataset.status == Dataset.Status.ERASED:
        return ["This dataset is erased already."]
    return []


def erase_dataset(dataset: Dataset, *, by: Person) -> None:
    """Destroy the dataset's key: source, models and unreleased artefacts can never be read again. Releases stay."""
    if reasons := why_not_erase(by, dataset):
        raise Conflict(*reasons)
    _erase(dataset, by=by)


def note_erased(keys: Iterable[UUID]) -> int:
    """Erase the datasets of these keys, whose shares are gone: so they were erased after a backup was made."""
    datasets = Dataset.objects.filter(key__in=list(keys)).exclude(status=Dataset.Status.ERASED)
    for dataset in datasets:
        _erase(dataset, by=Operator())
    return len(datasets)


def to_announce(today: date) -> QuerySet[Dataset]:
    """Sources whose day comes soon or is past, and whose owners were not told of that day."""
    near = Dataset.objects.filter(retain_until__lte=today + timedelta(days=NOTICE_DAYS))
    told = ErasureNotice.objects.filter(due=F("dataset__retain_until")).values("dataset")
    return near.exclude(status=Dataset.Status.ERASED).exclude(pk__in=told).select_related("owner")


def announce_erasure(dataset: Dataset, today: date) -> ErasureNotice:
    """Keep that a source will be erased: on its day, but after a day that is past not before the owner could object."""
    due = dataset.retain_until
    if due is None:
        raise Conflict("No day was named on which this source is to be erased.")
    with transaction.atomic():
        on = due if due > today else today + timedelta(days=NOTICE_DAYS)
        notice = ErasureNotice.objects.create(dataset=dataset, due=due, erased_on=on)
        record("announced", dataset, by=Operator(), due=due.isoformat(), erased_on=on.isoformat())
    return notice


def to_erase(today: date) -> QuerySet[ErasureNotice]:
    """What was announced and whose day has come, less what was erased or given another day meanwhile."""
    come = ErasureNotice.objects.filter(erased_on__lte=today, due=F("dataset__retain_until"))
    return come.exclude(dataset__status=Dataset.Status.ERASED).select_related("dataset")


def erase_on_its_day(notice: ErasureNotice, today: date, *, by: Worker) -> bool:
    """Erase the source of a notice; False when its owner gave it another day, or erased it, meanwhile."""
    with transaction.atomic():
        dataset = Dataset.objects.select_for_update().get(pk=notice.dataset_id)
        if not to_erase(today).filter(pk=notice.pk).exists():
            return False
        _close(dataset, by=by)
    erase(dataset.key_id)
    return True


def _erase(dataset: Dataset, *, by: Actor) -> None:
    with transaction.atomic():
        _close(dataset, by=by)
    erase(dataset.key_id)


def _close(dataset: Dataset, *, by: Actor) -> None:
    """End what is at work on a source, and destroy its key, in the caller's transaction."""
    subjects = [dataset.pk]
    calibrations = Calibration.objects.filter(run__dataset=dataset)
    parts = AuditPart.objects.filter(calibration__in=calibrations)
    for about_it in (dataset.runs, dataset.plans, dataset.technology_maps, calibrations, parts):
        subjects += about_it.values_list("pk", flat=True)
    for job in Job.objects.filter(subject_id__in=subjects, state__in=[Job.State.QUEUED, Job.State.RUNNING]):
        cancel(job, by=by)
    move(dataset, Dataset.Status.ERASED, by=by)
    destroy_key(dataset.key_id)
