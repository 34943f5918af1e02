"""Ordinary runs of texts and conversations stay apart from the portal's sets to test with."""

from __future__ import annotations

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from generation.models import Dataset, GenerationRun
from generation.repositories.judged.contamination import items_apart_from
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import enqueue
from tests.generation.door import page, start_run
from tests.generation.engine.llm.messages import messages
from tests.generation.engine.llm.talks import talks
from tests.reviews.repositories.test_second_worker import KEY, public
from tests.whole.sets.test_planted import ask, make_handbook, plant, send
from tests.whole.sets.worlds import make_suite, plan_tasks

pytestmark = pytest.mark.django_db
TOLD = "Which form does somebody send in who wants to be paid back for a hotel in another city?"


def measured(run):
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    return {metric["name"]: metric for metric in run.evaluations.latest("number").metrics}


def write(ana, rows="100", seed=4, purpose="fine_tuning"):
    """Texts to train with, of lines that anybody may have written."""
    lines = "\n".join(messages(900, seed).texts).encode()
    texts = send(ana, "messages.txt", lines, kind="text", purpose=purpose)
    return start_run(ana, texts, synthesizer="phrase_grammar", rows=rows)


def first_is(told):
    def change(made):
        made.iloc[0, 0] = told
        return made

    return change


def test_texts_that_hold_an_item_to_test_with_are_told_on_the_page_of_their_run(client_of, monkeypatch):
    ana = client_of("ana")
    plant(monkeypatch, first_is(TOLD))
    measured(ask(ana, make_handbook(ana)))
    run = write(ana)
    found = measured(run)["tests_apart"]
    assert (found["value"], found["status"], found["group"]) == (0.01, "review", "utility")
    assert "Apart from test sets" in page(ana.get(reverse("run", args=[run.pk])))


def test_without_a_test_set_nothing_is_compared_nor_when_measured_again_after_one_came(client_of, people, settings):
    run = write(client_of("ana"))
    found = measured(run)["tests_apart"]
    assert (found["status"], found["value"]) == ("not computed", None)
    assert "no set to test with" in found["reason"]
    plan_tasks(people["ana"])
    assert items_apart_from(run, timezone.now())
    settings.SECOND_WORKERS = {"checker": public(KEY)}
    settings.WORKER_NAME, settings.WORKER_KEY = "checker", KEY
    evaluation = run.evaluations.get()
    enqueue("recompute", evaluation.pk, person_id=run.requested_by_id)
    work_through(evaluation.pk)
    assert evaluation.recomputations.get().digest == evaluation.digest


def test_only_items_count_and_what_was_evaluated_by_then(people):
    suite = make_suite(people)
    run = GenerationRun(dataset=Dataset(kind="chat", purpose="fine_tuning"))
    items = items_apart_from(run, timezone.now())
    assert 0 < len(items) <= suite.artefact_rows
    assert not any("channel:" in item for item in items)
    assert items_apart_from(run, suite.created_at) == []
    run.dataset.purpose = "testing"
    assert items_apart_from(run, timezone.now()) == []


def test_texts_to_test_with_are_held_against_those_to_train_with(client_of, monkeypatch):
    ana = client_of("ana")
    plant(monkeypatch, first_is(TOLD))
    measured(write(ana))
    found = measured(write(ana, rows="50", seed=5, purpose="evaluation"))["tests_apart"]
    assert found["sentence"].endswith("texts of the portal's sets to train with.")
    assert found["value"] >= 1 / 50


def test_conversations_are_held_against_tasks(people, client_of, monkeypatch):
    make_suite(people)
    ana = client_of("ana")
    item = items_apart_from(GenerationRun(dataset=Dataset(kind="chat", purpose="fine_tuning")), timezone.now())[0]
    told = [{"role": "user", "content": item}, {"role": "assistant", "content": "Hm."}]
    plant(monkeypatch, first_is(json.dumps(told)))
    lines = "".join(
        json.dumps({"messages": [{"role": turn.role, "content": turn.text} for turn in one.turns]}) + "\n"
        for one in talks(900, 1)
    ).encode()
    chats = send(ana, "talks.jsonl", lines, kind="chat", purpose="fine_tuning")
    found = measured(start_run(ana, chats, synthesizer="agenda_simulator", rows="100"))["tests_apart"]
    assert found["value"] == 0.01
