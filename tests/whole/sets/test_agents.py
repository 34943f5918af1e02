"""Agent tasks: rules confirmed one by one beside their sentences, a synthetic world, and a folder for tau2-bench."""

from __future__ import annotations

import io
import json
import zipfile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from reviews.models import Review
from reviews.tasks import submit_attestation
from synthportal.errors import DomainError
from synthportal.jobs.here import work_through
from synthportal.storage.shelf import open_released
from tests.cast import made_once
from tests.generation.door import confirm, page, start_run
from tests.reviews.pages.door import text
from tests.whole.sets.worlds import lending_archive, released

pytestmark = pytest.mark.django_db
RULES = ("who", "confirm", "open", "once", "fees", "due", "price", "deny", "colleague")


def make_domain(ana):
    """The example's domain, uploaded by ana on the page, its plan confirmed."""

    def build():
        stated = {"purpose": "evaluation", "kind": "agents", "name": "lending", "prohibited_uses": "None."}
        file = SimpleUploadedFile("lending.zip", lending_archive())
        assert ana.post(reverse("dataset_new"), stated | {"file": file}).status_code == 302
        confirm(ana, Dataset.objects.get())

    made_once("domain", build)
    return Dataset.objects.get()


def confirm_rules(ana, dataset, rules=RULES):
    for rule in rules:
        ana.post(reverse("policy", args=[dataset.pk]), {"rule": rule, "is_confirmed": "yes"})


def test_no_agent_task_is_made_before_a_rule_is_confirmed_beside_its_sentence(client_of):
    ana = client_of("ana")
    dataset = make_domain(ana)
    assert dataset.status == "minimised", dataset.error
    wish = {"synthesizer": "agent_tasks", "rows": "10", "tier": "quick"}
    refused = ana.post(reverse("run_new", args=[dataset.pk]), wish)
    assert refused.status_code == 422
    assert "No rule of the policy is confirmed" in page(refused)
    confirm_rules(ana, dataset, ["open"])
    shown = text(ana.get(reverse("policy", args=[dataset.pk])))
    assert "1 of 10 rules confirmed" in shown
    assert "A loan can only be extended if it is open." in shown
    assert "Allowed only if loan.state is open." in shown
    ana.post(reverse("policy", args=[dataset.pk]), {"rule": "open", "is_confirmed": "no"})
    assert "0 of 10 rules confirmed" in text(ana.get(reverse("policy", args=[dataset.pk])))


def test_a_rule_that_nothing_can_check_is_not_confirmed(client_of):
    ana = client_of("ana")
    dataset = make_domain(ana)

    refused = ana.post(reverse("policy", args=[dataset.pk]), {"rule": "friendly", "is_confirmed": "yes"})

    assert refused.status_code == 409
    assert "The rule says nothing yet: fill in one of its parts." in text(refused)
    shown = ana.get(reverse("policy", args=[dataset.pk]))
    assert "0 of 10 rules confirmed" in text(shown)
    assert "The rule says nothing yet: fill in one of its parts." in text(shown)
    assert 'aria-label="Confirm the rule open"' in page(shown)
    assert 'aria-label="Confirm the rule friendly"' not in page(shown)
    assert 'aria-label="Change the rule friendly"' in page(shown)


def test_agent_tasks_are_proved_by_three_agents_reviewed_and_released_as_a_folder(client_of, people):
    ana = client_of("ana")
    dataset = make_domain(ana)
    confirm_rules(ana, dataset)
    run = start_run(ana, dataset, synthesizer="agent_tasks", rows="60")
    work_through(run.pk)
    run.refresh_from_db()
    assert run.status == GenerationRun.Status.EVALUATED, run.error
    found = {metric["name"]: metric["value"] for metric in run.evaluations.get().metrics}
    assert (found["reference_passes"], found["nothing_passes"], found["breaker_passes"]) == (1, 0, 0)
    assert any("Be friendly" in note for note in run.notes)
    desk = client_of("ben").get(reverse("desk", args=[Review.objects.get(run=run).pk])).content.decode()
    assert "record--agent" in desk
    assert "expected_change" in text(desk)
    release = released(run, people)
    with pytest.raises(DomainError, match="cannot be split"):
        submit_attestation(release, by=people["cleo"], test_share=0.3)
    with open_released(release.files.get(format="tools").sha256) as file:
        packed = io.BytesIO(file.read())
    with zipfile.ZipFile(packed) as zipped:
        tasks = json.loads(zipped.read("tau2/tasks.json"))
        database = json.loads(zipped.read("tau2/db.json"))
    assert len(tasks) == run.artefact_rows
    assert len(database["loans"]) == 80
