"""A source is erased by its owner, or on the day that they named; before that they are told, and can name another."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.utils import timezone

from generation.models import ErasureNotice
from generation.schedule import erase_on_the_day
from generation.stages.changes.describe import Description, describe_dataset
from generation.stages.erase import NOTICE_DAYS, erase_dataset, why_not_erase
from synthportal.errors import Conflict
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import enqueue, reap
from synthportal.models import AuditEvent, DataKey, Job, Notice, Sighting
from synthportal.people.messages.notices import Event
from tests.generation.stages.test_ingest import received

pytestmark = pytest.mark.django_db
TODAY = date(2026, 5, 20)


@pytest.fixture
def on(monkeypatch):
    """The calendar turned to a day: what the reaper does on it, and the jobs that follow."""

    def turn_to(day: date) -> None:
        monkeypatch.setattr(timezone, "localdate", lambda *_: day)
        erase_on_the_day()
        work_through(*ErasureNotice.objects.values_list("pk", flat=True))

    return turn_to


def retained(person, until):
    return received(person, retain_until=until)


def words_to(person) -> list[str]:
    return [one.words for one in Notice.objects.filter(person=person, event=Event.ERASURE).order_by("at")]


def status_of(dataset) -> str:
    dataset.refresh_from_db()
    return dataset.status


def test_only_its_owner_erases_a_dataset_and_only_once(people):
    dataset = received(people["ana"])
    assert why_not_erase(people["cleo"], dataset) == ["Only the owner of this dataset can erase it."]
    with pytest.raises(Conflict, match="Only the owner"):
        erase_dataset(dataset, by=people["cleo"])
    enqueue("ingest", dataset.pk, person_id=people["ana"].pk)
    erase_dataset(dataset, by=people["ana"])
    assert (dataset.status, Job.objects.get().state) == ("erased", "cancelled")
    assert DataKey.objects.get(pk=dataset.key_id).wrapped is None
    assert AuditEvent.objects.filter(action="erased", subject_id=str(dataset.pk)).count() == 1
    with pytest.raises(Conflict, match="erased already"):
        erase_dataset(dataset, by=people["ana"])


def test_it_is_erased_on_its_day_and_its_owner_was_told_two_weeks_before(people, on):
    dataset = retained(people["ana"], TODAY)
    on(TODAY - timedelta(days=NOTICE_DAYS + 1))
    assert words_to(people["ana"]) == []
    on(TODAY - timedelta(days=NOTICE_DAYS))
    assert words_to(people["ana"]) == ["claims is erased on 2026-05-20. Name another day on its page to keep it."]
    on(TODAY - timedelta(days=1))
    assert status_of(dataset) == "uploaded"
    on(TODAY)
    assert status_of(dataset) == "erased"
    assert DataKey.objects.get(pk=dataset.key_id).wrapped is None
    assert words_to(people["ana"])[1:] == ["claims was erased, as you had named this day: its key is destroyed."]


def test_work_on_it_ends_with_it(people, on):
    dataset = retained(people["ana"], TODAY)
    enqueue("ingest", dataset.pk, person_id=people["ana"].pk)
    on(TODAY - timedelta(days=1))
    on(TODAY)
    assert Job.objects.get(kind="ingest").state == Job.State.CANCELLED
    assert Job.objects.get(kind="erase").state == Job.State.DONE


def test_a_day_that_is_past_when_its_owner_is_told_comes_two_weeks_later(people, on):
    """As after an upgrade from a version that erased nothing by itself."""
    dataset = retained(people["ana"], TODAY - timedelta(days=200))
    on(TODAY)
    assert words_to(people["ana"]) == ["claims is erased on 2026-06-03. Name another day on its page to keep it."]
    on(TODAY + timedelta(days=NOTICE_DAYS - 1))
    assert status_of(dataset) == "uploaded"
    on(TODAY + timedelta(days=NOTICE_DAYS))
    assert status_of(dataset) == "erased"


@pytest.mark.parametrize("until", [None, TODAY + timedelta(days=400)])
def test_an_owner_who_names_another_day_or_none_keeps_it(people, on, until):
    dataset = retained(people["ana"], TODAY)
    on(TODAY - timedelta(days=2))
    describe_dataset(dataset, Description("claims", "", dataset.prohibited_uses, until), by=people["ana"])
    on(TODAY)
    on(TODAY + timedelta(days=NOTICE_DAYS))
    assert status_of(dataset) == "uploaded"


def test_a_day_that_is_named_again_is_told_again(people, on):
    dataset = retained(people["ana"], TODAY)
    on(TODAY - timedelta(days=2))
    later = TODAY + timedelta(days=10)
    describe_dataset(dataset, Description("claims", "", dataset.prohibited_uses, later), by=people["ana"])
    on(TODAY)
    on(TODAY)
    assert [words[:32] for words in words_to(people["ana"])] == [
        "claims is erased on 2026-05-20. ", "claims is erased on 2026-05-30. ",
    ]  # fmt: skip
    on(later)
    assert status_of(dataset) == "erased"


def test_what_was_queued_for_a_day_that_is_not_its_day_any_more_erases_nothing(people, on):
    dataset = retained(people["ana"], TODAY)
    on(TODAY - timedelta(days=2))
    notice = ErasureNotice.objects.get()
    enqueue("erase", notice.pk, person_id=people["ana"].pk)
    work_through(notice.pk)
    assert status_of(dataset) == "uploaded"


def test_the_trail_says_that_it_was_announced_and_erased_by_the_portal(people, on):
    dataset = retained(people["ana"], TODAY)
    on(TODAY - timedelta(days=2))
    on(TODAY)
    kept = {one.action: one for one in AuditEvent.objects.filter(subject_id=str(dataset.pk))}
    assert kept["announced"].facts["erased_on"] == "2026-05-20"
    assert kept["erased"].actor != "ana"


def test_the_system_page_is_told_how_many_days_wait_and_how_many_came(people, on):
    retained(people["ana"], TODAY)
    retained(people["ana"], TODAY + timedelta(days=3))
    on(TODAY - timedelta(days=1))
    on(TODAY)
    reap()
    found = Sighting.objects.get(name="erase_on_the_day").found
    assert found == "1 sources have a day that was told, 1 are erased"
