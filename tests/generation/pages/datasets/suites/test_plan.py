"""A plan of evaluation tasks is written in a form: what YAML can say, the form says, and the matrix is counted."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.urls import reverse

from generation.engine.llm.suites.plan import read_plan
from generation.engine.rules.yaml_text import read_yaml
from generation.models import Dataset, GenerationRun
from generation.pages.datasets.suites.page import read_typed
from generation.pages.datasets.suites.plan import typed_plan
from synthportal.jobs.here import work_through
from tests.generation.door import confirm, page, start_run
from tests.reviews.pages.door import text

EXAMPLE = Path("docs/examples/support-suite.yaml").read_text(encoding="utf-8")
SMALL = {
    "name": "small", "dimension0-name": "channel", "dimension0-values": "chat\nmail",
    "dimension1-name": "language", "dimension1-values": "English\nFrench",
    "input0-text": "[{{channel}}] {{language}}, number {{number}}", "slot0-name": "number", "slot0-says": "###",
    "expected0-kind": "exact", "expected0-value": "done",
}  # fmt: skip
CIRCLE = {
    "rule0-when": '["channel", "chat"]', "rule0-then": '["language", "French"]',
    "rule1-when": '["language", "French"]', "rule1-then": '["channel", "mail"]',
}  # fmt: skip
FORBIDDEN = {"rule0-when": ['["channel", "chat"]'], "rule1-when": ['["channel", "mail"]']}


def test_the_example_can_be_written_in_the_form_and_reads_the_same():
    plan, _ = read_typed(typed_plan(read_yaml(EXAMPLE)))
    assert plan == read_plan(EXAMPLE)


@pytest.mark.django_db
def test_a_plan_from_the_form_becomes_a_dataset_and_tasks(client_of, people):
    ana = client_of("ana")
    made = ana.post(reverse("suite_plan"), SMALL | {"do": "make"})
    dataset = Dataset.objects.get()
    assert made["Location"] == reverse("dataset", args=[dataset.pk])
    assert (dataset.name, dataset.kind, dataset.purpose) == ("small", "tasks", "evaluation")
    run = start_run(ana, confirm(ana, dataset), synthesizer="scenario_tasks", rows="12")
    work_through(run.pk)
    run.refresh_from_db()
    assert (run.status, run.artefact_rows) == (GenerationRun.Status.EVALUATED, 12), run.error
    again = page(ana.get(f"{reverse('suite_plan')}?like={dataset.pk}"))
    assert 'value="channel"' in again
    assert "English" in again


@pytest.mark.django_db
def test_the_matrix_is_counted_while_the_plan_is_written(client_of):
    shown = client_of("ana").post(reverse("suite_plan"), SMALL, headers={"HX-Request": "true"})
    assert "Cells that the constraints allow 4 of 4" in text(shown)
    assert "Every pair about 4 tasks" in text(shown)
    assert "<html" not in page(shown)


@pytest.mark.django_db
def test_the_matrix_is_counted_before_any_wording_is_written(client_of):
    only = {name: said for name, said in SMALL.items() if name.startswith("dimension")}
    shown = text(client_of("ana").post(reverse("suite_plan"), only, headers={"HX-Request": "true"}))
    assert "4 of 4" in shown
    assert "lacks inputs and expected" in shown


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("more", "told"),
    [
        (CIRCLE, "The rules go in a circle: channel chat needs language French, which needs channel mail."),
        (FORBIDDEN, "The rules contradict each other: no scenario keeps all of them."),
        ({"rule0-when": '["channel", "fax"]'}, "A rule names the value fax of channel, which is not in the matrix."),
        ({"expected0-kind": "state", "expected0-value": "{half"}, "must be JSON"),
        ({"input0-text": "{{nothing}}"}, "nothing"),
    ],
)
def test_what_cannot_be_is_told_in_a_sentence_and_every_answer_stays(client_of, more, told):
    refused = client_of("ana").post(reverse("suite_plan"), SMALL | more | {"do": "make"})
    assert refused.status_code == 422
    assert told in text(refused)
    assert 'value="channel"' in page(refused)
    assert not Dataset.objects.exists()


@pytest.mark.django_db
def test_without_javascript_a_button_gives_more_lines(client_of):
    shown = page(client_of("ana").post(reverse("suite_plan"), SMALL | {"do": "more"}))
    assert 'name="dimension3-name"' in shown
    assert 'name="rule0-when"' in shown
