"""Two versions of a suite beside each other, on the page and by the API."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse

from generation.models import GenerationRun
from generation.repositories.judged.suites import suite_of
from synthportal.jobs.here import work_through
from tests.reviews.pages.door import text
from tests.whole.sets.worlds import make_suite

pytestmark = pytest.mark.django_db
FAILED = {"channel": "chat", "language": "German", "intent": "complaint", "status": "delivered", "tone": "angry"}


def next_suite(ana, run, more=10):
    """The same tasks and new ones in one cell, as the page of results makes it."""
    cell = {**FAILED, "customer": "private"}
    answer = ana.post(reverse("run_results", args=[run.pk]), {"failed": json.dumps([cell]), "more": str(more)})
    second = GenerationRun.objects.get(pk=answer["Location"].split("/")[-2])
    work_through(second.pk)
    return GenerationRun.objects.select_related("dataset").get(pk=second.pk)


def test_the_next_suite_is_the_same_tasks_and_ten_more_in_the_cell_that_failed(people, client_of):
    run, ana = make_suite(people), client_of("ana")
    address = reverse("run_changes", args=[run.pk])
    assert "There is no other version yet" in text(ana.get(address))
    assert ana.get(f"/api/v1/runs/{run.pk}/changes/").status_code == 404
    second = next_suite(ana, run)

    shown = text(ana.get(reverse("run_changes", args=[second.pk])))
    assert "10 added, 0 gone, 0 changed, 120 the same" in shown
    found = ana.get(f"/api/v1/runs/{second.pk}/changes/").json()
    assert found["since"] == str(run.pk)
    assert (len(found["added"]), found["gone"], found["changed"], found["same"]) == (10, [], [], 120)
    (cell,) = found["cells"]
    assert (cell["after"] - cell["before"], "tone=angry" in cell["name"]) == (10, True)
    german = next(tag for tag in found["tags"] if tag["name"] == "language:German")
    before = sum(task.cell["language"] == "German" for task in suite_of(run).tasks)
    assert (german["before"], german["after"]) == (before, before + 10)
    assert german["share_after"] == pytest.approx((before + 10) / 130)

    back = ana.get(f"/api/v1/runs/{run.pk}/changes/?since={second.pk}").json()
    assert (len(back["gone"]), back["added"]) == (10, [])
    assert "0 added, 10 gone" in text(ana.get(f"{address}?since={second.pk}"))


def test_a_suite_goes_on_round_after_round(people, client_of):
    run, ana = make_suite(people), client_of("ana")
    second = next_suite(ana, run)

    third = next_suite(ana, second, more=5)

    tasks = [[task.input for task in suite_of(one).tasks] for one in (run, second, third)]
    assert list(map(len, tasks)) == [120, 130, 135]
    assert tasks[1][:120] == tasks[0]
    assert tasks[2][:130] == tasks[1]
    assert len(set(tasks[2])) == 135


@pytest.mark.parametrize(
    ("failed", "words"),
    [
        ('"abc"', "are not all scenarios of this plan"),
        ("5", "are not all scenarios of this plan"),
        ('{"channel": "chat"}', "are not all scenarios of this plan"),
        ('["channel"]', "are not all scenarios of this plan"),
        ('[{"channel": "chat"}]', "are not all scenarios of this plan"),
        (json.dumps([{**FAILED, "customer": "nobody"}]), "are not all scenarios of this plan"),
        (json.dumps([{**FAILED, "customer": ["private"]}]), "are not all scenarios of this plan"),
        ("[]", "No task failed"),
        ("abc", "cannot be read"),
        ("[" * 100_000, "cannot be read"),
    ],
)
def test_cells_that_are_none_of_the_plan_get_one_sentence(people, client_of, failed, words):
    run = make_suite(people)

    refused = client_of("ana").post(reverse("run_results", args=[run.pk]), {"failed": failed, "more": "5"})

    assert refused.status_code == 409
    assert words in text(refused)
    assert GenerationRun.objects.count() == 1


def test_the_words_of_a_task_that_is_not_released_do_not_leave_by_this_page(people, client_of):
    run, ana = make_suite(people), client_of("ana")
    second = next_suite(ana, run, more=3)
    told = ana.get(reverse("run_changes", args=[second.pk])).content.decode()
    told += ana.get(f"/api/v1/runs/{second.pk}/changes/").content.decode()
    assert not [task.input for task in suite_of(second).tasks if task.input in told]


def test_a_run_that_is_not_seen_or_is_no_suite_is_not_compared(people, client_of):
    run = make_suite(people)
    assert client_of("nobody").get(reverse("run_changes", args=[run.pk])).status_code == 404
    for since in ("nonsense", str(run.pk)):
        assert client_of("ana").get(f"/api/v1/runs/{run.pk}/changes/?since={since}").status_code == 404
        assert client_of("ana").get(f"{reverse('run_changes', args=[run.pk])}?since={since}").status_code == 404
