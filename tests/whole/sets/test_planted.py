"""Sets that are not sound keep the gate shut, whatever made them: faults are planted in what a generator gives."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from generation.stages.sampling.draw import DistantModel
from reviews.repositories.gate.dossier import collect
from synthportal.jobs.here import work_through
from tests.cast import made_once
from tests.generation.door import confirm, start_run
from tests.generation.engine.llm.messages import messages
from tests.whole.sets.test_agents import RULES, confirm_rules, make_domain
from tests.whole.sets.worlds import EXAMPLES

pytestmark = pytest.mark.django_db
DRAWN = DistantModel.sample
OWN = "How long does it take until the accounts team pays what I have handed in?"


def make_handbook(ana):
    """The example's handbook and a real question of its owner, uploaded by ana, its plan confirmed."""

    def build():
        packed = io.BytesIO()
        with zipfile.ZipFile(packed, "w") as archive:
            archive.write(EXAMPLES / "travel-handbook.html", "travel-handbook.html")
            archive.writestr("own-questions.txt", OWN)
        send(ana, "handbook.zip", packed.getvalue(), kind="documents", purpose="knowledge_testing")

    made_once("handbook with a question", build)
    return Dataset.objects.get()


def send(ana, name, data, **stated):
    stated |= {"name": name, "prohibited_uses": "None.", "file": SimpleUploadedFile(name, data)}
    assert ana.post(reverse("dataset_new"), stated).status_code == 302
    return confirm(ana, Dataset.objects.latest("created_at"))


def plant(monkeypatch, change):
    """Whatever a model draws from now on is changed so."""

    def sample(self, rows, seed, *, first_row=0):
        return change(DRAWN(self, rows, seed, first_row=first_row))

    monkeypatch.setattr(DistantModel, "sample", sample)


def failing(run):
    """The metrics that block, once the run is evaluated; and the gate's groups that are shut."""
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    blocked = {one["name"] for one in run.evaluations.latest("number").metrics if one["status"] == "block"}
    return blocked, {line.name for line in collect(run).conditions if not line.met} & {"privacy", "sets"}


def ask(ana, dataset):
    return start_run(ana, dataset, synthesizer="questions", rows="40", **{"questions-may_leave": "on"})


def wrong_answers(made):
    """One answer in twenty is another than the passage gives."""
    made.loc[made.index[::20], "answer"] = "forty-two lighthouses"
    return made


def repeated(made):
    made.iloc[-1] = made.iloc[0]
    return made


def copied(made):
    made.loc[made.index[0], "question"] = OWN
    return made


@pytest.mark.parametrize(
    ("change", "check", "group"),
    [
        (wrong_answers, "grounded", "sets"),
        (repeated, "repeated_questions", "sets"),
        (copied, "copied_questions", "privacy"),
    ],
)
def test_questions_with_a_planted_fault_are_held_back(change, check, group, client_of, monkeypatch):
    ana = client_of("ana")
    dataset = make_handbook(ana)
    plant(monkeypatch, change)
    blocked, shut = failing(ask(ana, dataset))
    assert check in blocked
    assert group in shut


def test_questions_without_a_planted_fault_shut_nothing(client_of):
    ana = client_of("ana")
    assert failing(ask(ana, make_handbook(ana))) == (set(), set())


def test_agent_tasks_that_doing_nothing_solves_are_held_back(client_of, monkeypatch):
    ana = client_of("ana")
    dataset = make_domain(ana)
    # Without the rules on the order of calls, which nobody keeps who does nothing.
    confirm_rules(ana, dataset, RULES[2:])

    def idle(made):
        """A task whose request is against the policy no longer says that it must be denied."""
        at = made.index[made["outcome"] == "denied"][0]
        task = json.loads(made.loc[at, "task"])
        made.loc[at, "task"] = json.dumps(task | {"denies": [], "communicate": [], "wanted": []})
        return made

    plant(monkeypatch, idle)
    blocked, shut = failing(start_run(ana, dataset, synthesizer="agent_tasks", rows="20"))
    assert "nothing_passes" in blocked
    assert "sets" in shut


def test_a_question_that_a_model_was_trained_on_is_held_back(client_of, monkeypatch):
    ana = client_of("ana")
    told = "Which form does somebody send in who wants to be paid back for a hotel in another city?"

    def learned(made):
        made.iloc[0, 0] = told
        return made

    def asked(made):
        made.loc[made.index[0], "question"] = told
        return made

    lines = "\n".join(messages(900, 4).texts).encode()
    texts = send(ana, "messages.txt", lines, kind="text", purpose="fine_tuning")
    plant(monkeypatch, learned)
    failing(start_run(ana, texts, synthesizer="phrase_grammar", rows="100"))
    handbook = send(
        ana,
        "travel-handbook.html",
        (EXAMPLES / "travel-handbook.html").read_bytes(),
        kind="documents",
        purpose="knowledge_testing",
    )
    plant(monkeypatch, asked)
    blocked, shut = failing(ask(ana, handbook))
    assert "contamination" in blocked
    assert "sets" in shut
