"""What is done by the calendar, by the reaper of the workers: sources are erased on the day that their owner named."""

from __future__ import annotations

from uuid import UUID

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from generation.models import Dataset, ErasureNotice
from generation.permissions import owners_of
from generation.stages.erase import announce_erasure, erase_on_its_day, to_announce, to_erase
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import enqueue
from synthportal.jobs.registry import duty, job
from synthportal.jobs.worker import Worker
from synthportal.people.messages.notices import Event, tell


@duty
def erase_on_the_day() -> str:
    """Tell owners of the day that comes, and queue the erasure of what was announced for today or before."""
    today = timezone.localdate()
    for dataset in to_announce(today):
        with transaction.atomic():
            _tell_before(announce_erasure(dataset, today))
    for notice in to_erase(today):
        enqueue("erase", notice.pk, person_id=notice.dataset.owner_id)
    erased = ErasureNotice.objects.filter(dataset__status=Dataset.Status.ERASED)
    waiting = ErasureNotice.objects.exclude(dataset__status=Dataset.Status.ERASED)
    return f"{waiting.count():,} sources have a day that was told, {erased.count():,} are erased"


@job("erase")
def erase(notice_id: UUID, worker: Worker, report: Report) -> None:
    notice = ErasureNotice.objects.select_related("dataset__owner").get(pk=notice_id)
    if erase_on_its_day(notice, timezone.localdate(), by=worker):
        _tell(notice, f"{notice.dataset.name} was erased, as you had named this day: its key is destroyed.")


def _tell_before(notice: ErasureNotice) -> None:
    day = notice.erased_on.isoformat()
    _tell(notice, f"{notice.dataset.name} is erased on {day}. Name another day on its page to keep it.")


def _tell(notice: ErasureNotice, words: str) -> None:
    dataset = notice.dataset
    path = reverse("dataset", args=[dataset.pk])
    tell(Event.ERASURE, words, path=path, to=owners_of(dataset), subject=dataset.pk, by_id=None)
