"""Conditions, balance and shifts through the public doors: the page, the API, the pipeline."""

from __future__ import annotations

import io
import json
from contextlib import suppress

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from generation.asked import asked_of
from generation.models import GenerationRun
from generation.stages.evaluate import read_artefact, read_report
from synthportal.jobs.here import JobFailed, work_through
from synthportal.models import AuditEvent
from synthportal.storage.sealing import SealBroken
from tests.generation.door import confirm, page, table

pytestmark = pytest.mark.django_db
ROWS = 400


@pytest.fixture
def sales(ana, upload):
    """Minimised: ages 20 to 69, three cities, income high beyond 45."""
    return confirm(ana, upload(table(ROWS), target="income"))


def asked_by_api(ana, dataset, **wanted):
    body = {"synthesizer": "copula", "rows": 300, "seed": 3, "policy": "quick"} | wanted
    return ana.post(f"/api/v1/datasets/{dataset.pk}/runs/", json.dumps(body), "application/json")


def finished(response):
    assert response.status_code == 201, response.content
    return worked(GenerationRun.objects.get(pk=response.json()["id"]))


def worked(run):
    with suppress(JobFailed):  # equal bytes are not sampled for review a second time
        work_through(run.pk)
    run.refresh_from_db()
    assert run.status == "evaluated", run.error
    return run


def labelled(run):
    frame = read_artefact(run)
    labels = {column["name"]: column["label"] for column in run.dataset.schema}
    return frame.rename(columns=labels)


def test_counts_asked_through_the_api_are_in_the_artefact_and_in_the_report(ana, sales):
    wanted = {
        "conditions": [{"where": {"city": "north", "income": "high"}, "rows": 90}],
        "balance": {"shares": {"high": 0.5, "low": 0.5}},
        "shifts": [{"where": {"age": {"over": 60}}, "factor": 1.5}],
    }
    run = finished(asked_by_api(ana, sales, **wanted))
    made = labelled(run)
    real = read_report(run.evaluations.get())["details"]["asked_reached"]["demands"]
    assert len(made) == 300
    assert ((made["city"] == "north") & (made["income"] == "high")).sum() == 90
    assert (made["income"] == "high").sum() == 150
    assert (made["age"] > 60).sum() == round(1.5 * real[-1]["real_share"] * 300)
    assert [line["asked"] for line in real] == [line["reached"] for line in real]
    metrics = {metric["name"]: metric for metric in run.evaluations.get().metrics}
    assert metrics["asked_reached"]["value"] == 1.0
    assert metrics["shift_reached"]["value"] == pytest.approx(1.0, abs=0.02)


def test_the_same_request_gives_the_same_bytes_and_no_request_the_same_as_before(ana, sales):
    wanted = {"conditions": [{"where": {"city": "north"}, "rows": 200}]}
    first, second = (finished(asked_by_api(ana, sales, **wanted)) for _ in range(2))
    assert first.artefact_sha256 == second.artefact_sha256
    assert finished(asked_by_api(ana, sales)).artefact_sha256 != first.artefact_sha256


@pytest.mark.parametrize(
    ("wanted", "says"),
    [
        ({"conditions": [{"where": {"city": "atlantis"}, "rows": 5}]}, "fewer than 5 training records"),
        ({"conditions": [{"where": {"town": "north"}, "rows": 5}]}, "no column called"),
        ({"conditions": [{"where": {"city": "north"}, "rows": 301}]}, "301 of 300"),
        ({"balance": {"shares": {"high": 0.9, "low": 0.9}}}, "sum to 180 %"),
        ({"shifts": [{"where": {"city": "north"}, "factor": 9}]}, "records: ask for fewer"),
        ({"synthesizer": "par", "shifts": [{"where": {"city": "north"}, "factor": 1.1}]}, "draws whole persons"),
    ],
)
def test_what_cannot_be_reached_makes_no_run(ana, sales, wanted, says):
    response = asked_by_api(ana, sales, **wanted)
    assert response.status_code == 409
    assert says in response.content.decode()
    assert not GenerationRun.objects.exists()


def test_values_asked_for_lie_sealed_and_stand_in_no_log_of_the_database(ana, sales):
    run = finished(asked_by_api(ana, sales, conditions=[{"where": {"city": "south"}, "rows": 150}]))
    assert asked_of(run) == {"conditions": [{"where": {"city": "south"}, "rows": 150}]}
    assert b"south" not in bytes(run.asked)
    stored = json.dumps([run.evaluations.get().metrics, list(AuditEvent.objects.values_list("facts", flat=True))])
    assert "south" not in stored


def test_a_run_of_another_dataset_opens_nothing(ana, sales):
    run = finished(asked_by_api(ana, sales, conditions=[{"where": {"city": "south"}, "rows": 150}]))
    other = finished(asked_by_api(ana, sales))
    other.asked = run.asked
    with pytest.raises(SealBroken):
        asked_of(other)


# ---- The page -----------------------------------------------------------------------------------------------------


def posted(**changes):
    return {"synthesizer": "copula", "rows": "300", "seed": "3", "tier": "quick"} | changes


def test_the_form_shows_the_real_shares_and_takes_conditions_balance_and_shifts(ana, sales):
    shown = page(ana.get(reverse("run_new", args=[sales.pk])))
    assert "Asked for" in shown
    assert "city: north" in shown
    columns = {column["label"]: column["name"] for column in sales.schema}
    city, age = columns["city"], columns["age"]
    fields = {
        "condition-0-amount": "120", "condition-0-term-0": json.dumps([city, "north"]),
        "condition-0-term-1": json.dumps([age, None]), "condition-0-from-1": "30", "condition-0-to-1": "50",
        "balance-0": "50", "shift-0-term-0": json.dumps([city, "south"]),
        "shift-0-by": "factor", "shift-0-amount": "1.1",
    }  # fmt: skip
    response = ana.post(reverse("run_new", args=[sales.pk]), posted(**fields))
    assert response.status_code == 302, page(response)
    run = worked(GenerationRun.objects.get())
    made = labelled(run)
    assert ((made["city"] == "north") & made["age"].between(30, 50)).sum() == 120
    assert (made["income"] == "high").sum() == 150
    shown = page(ana.get(reverse("run", args=[run.pk])))
    assert "Asked for, and reached" in shown
    assert "city is north and age is at least 30 and age is at most 50" in shown


def test_yaml_on_the_form_counts_too_and_what_cannot_be_is_told_beside_it(ana, sales):
    yaml = "conditions:\n  - where: {city: atlantis}\n    rows: 5\n"
    response = ana.post(reverse("run_new", args=[sales.pk]), posted(asked=yaml))
    assert response.status_code == 422
    assert "fewer than 5 training records" in page(response)
    assert "atlantis" in page(response)  # what was typed is kept
    response = ana.post(reverse("run_new", args=[sales.pk]), posted(asked=yaml.replace("atlantis", "south")))
    assert response.status_code == 302


def test_one_more_row_is_a_button_that_sends_nothing(ana, sales):
    response = ana.post(reverse("run_new", args=[sales.pk]), posted(more="condition"))
    assert response.status_code == 200
    assert 'name="condition-1-amount"' in page(response)
    assert not GenerationRun.objects.exists()


def test_the_reach_is_told_before_the_run_and_no_value_stands_in_an_address(ana, sales):
    columns = {column["label"]: column["name"] for column in sales.schema}
    fields = {"condition-0-amount": "150", "condition-0-term-0": json.dumps([columns["city"], "north"])}
    url = reverse("run_new", args=[sales.pk])
    shown = page(ana.post(url, posted(**fields), headers={"HX-Request": "true"}))
    assert "Condition 1" in shown
    assert "150 of 300" in shown
    refused = page(ana.post(url, posted(**fields | {"condition-0-amount": "900"}), headers={"HX-Request": "true"}))
    assert "asks for 900 of 300" in refused
    whole = page(ana.get(url))
    assert "hx-post" in whole
    assert "hx-get" not in whole.split('id="estimate"')[1].split(">")[0]


def test_a_run_like_another_is_asked_for_the_same(ana, sales):
    run = finished(asked_by_api(ana, sales, conditions=[{"where": {"city": "south"}, "rows": 150}]))
    shown = page(ana.get(reverse("run_new", args=[sales.pk]), {"like": run.number}))
    assert "rows: 150" in shown


def test_the_form_says_so_while_the_portal_has_not_looked_at_the_values_yet(ana, sales):
    sales.rule_sets.all().delete()
    shown = page(ana.get(reverse("run_new", args=[sales.pk])))
    assert "Asked for" in shown
    assert "condition-0-term-0" not in shown
    assert 'name="asked"' in shown


# ---- The command --------------------------------------------------------------------------------------------------


def piped(tmp_path, conditions, rules=""):
    (tmp_path / "sales.csv").write_bytes(table(ROWS))
    (tmp_path / "conditions.yaml").write_text(conditions)
    (tmp_path / "rules.yaml").write_text(rules)
    said = io.StringIO()
    call_command(
        "pipeline", tmp_path / "sales.csv", purpose="stress_test", synthesizer="copula", rows=300, out=tmp_path,
        target="income", tier="quick", conditions=tmp_path / "conditions.yaml", rules=tmp_path / "rules.yaml",
        json=True, stdout=said,
    )  # fmt: skip
    metrics = json.loads(said.getvalue())["evaluation"]["metrics"]
    return {metric["name"]: metric for metric in metrics}


def test_the_pipeline_takes_conditions_and_rules_as_yaml(tmp_path, db):
    shift = "shifts:\n  - {where: {city: north}, share: 0.6}\n"
    found = piped(tmp_path, shift, "- {kind: range, column: age, from: 25}\n")
    assert found["shift_reached"]["sentence"].endswith("60 % asked for, 60 % of 300 reached.")
    assert (found["declared_rules"]["value"], found["declared_rules"]["n"]) == (1.0, 300)


@pytest.mark.parametrize(
    ("conditions", "says"),
    [
        ("shifts: [", "not YAML"),
        ("shifts:\n  - {where: {city: atlantis}, share: 0.6}\n", "fewer than 5 training records"),
    ],
)
def test_the_pipeline_refuses_in_one_line_what_cannot_be(tmp_path, db, conditions, says):
    with pytest.raises(CommandError, match=says):
        piped(tmp_path, conditions)
