"""Conditions, balance and shifts through the public doors: the page, the API, the pipeline."""

from __future__ import annotations

import io
import json
from contextlib import suppress
from dataclasses import replace

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from generation.engine.composition.composition import parse_composition
from generation.models import Dataset, GenerationRun
from generation.repositories import compositions
from generation.repositories.compositions import composition_of
from generation.repositories.evaluations import read_report
from generation.stages.evaluate import read_artefact
from generation.stages.request import RunRequest, cancel_run, plan_run, request_run, why_not_run
from generation.tasks import submit_run
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import JobFailed, work_through
from synthportal.models import AuditEvent, Job
from synthportal.storage.sealing import SealBroken
from tests.cast import made_once
from tests.generation.door import confirm, page, table

pytestmark = pytest.mark.django_db
ROWS = 400


@pytest.fixture
def sales(ana, upload):
    """Minimised: ages 20 to 69, three cities, income high beyond 45."""
    made_once("sales", lambda: confirm(ana, upload(table(ROWS), target="income")))
    return Dataset.objects.get()


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
        ({"shifts": [{"where": {"city": "north"}, "factor": 9}]}, "times the real share"),
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
    assert composition_of(run) == {"conditions": [{"where": {"city": "south"}, "rows": 150}]}
    assert b"south" not in bytes(run.asked)
    stored = json.dumps([run.evaluations.get().metrics, list(AuditEvent.objects.values_list("facts", flat=True))])
    assert "south" not in stored


def test_a_run_of_another_dataset_opens_nothing(ana, sales):
    run = finished(asked_by_api(ana, sales, conditions=[{"where": {"city": "south"}, "rows": 150}]))
    other = finished(asked_by_api(ana, sales))
    other.asked = run.asked
    with pytest.raises(SealBroken):
        composition_of(other)


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


@pytest.mark.parametrize("form", ["a run", "a bake-off"])
def test_a_composition_is_read_once_from_the_form_to_the_row(ana, sales, monkeypatch, form):
    read = []
    monkeypatch.setattr(compositions, "parse_composition", lambda *a, **b: read.append(a) or parse_composition(*a, **b))
    yaml = "conditions: [{where: {city: south}, rows: 5}]"
    if form == "a run":
        response = ana.post(reverse("run_new", args=[sales.pk]), posted(asked=yaml))
    else:
        names = ["copula", "trees"]
        response = ana.post(reverse("bake_off_new", args=[sales.pk]), posted(asked=yaml, synthesizers=names))
    assert response.status_code == 302, page(response)
    assert len(read) == 1


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


# ---- The verb: what it refuses, and what it records -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("wanted", "reasons"),
    [
        (RunRequest("no such"), ["There is no synthesizer of that name"]),
        (RunRequest("copula", rows=0), ["Ask for 1 to 100,000,000 rows."]),
        (RunRequest("copula", rows=100_000_001), ["Ask for 1 to 100,000,000 rows."]),
        (RunRequest("copula", tier="lenient"), ["The policy is one of: quick, standard, strict."]),
        (RunRequest("copula", seed=-1), ["A seed is a whole number from 0 to 2^63 - 1."]),
        (RunRequest("copula", seed=2**63), ["A seed is a whole number from 0 to 2^63 - 1."]),
        (RunRequest("ctgan", parameters={"epochs": 0}), ["must be a whole number from 1 to 5000"]),
        (RunRequest("copula", rows=0, tier="lenient", seed=-1), ["Ask for 1", "The policy is", "A seed is"]),
    ],
)
def test_a_request_that_cannot_be_is_refused_with_every_reason_at_once(world, people, wanted, reasons):
    with pytest.raises(Conflict) as refused:
        plan_run(world.dataset, wanted, by=people["ana"])
    assert all(reason in str(refused.value) for reason in reasons)
    assert GenerationRun.objects.count() == 1
    assert AuditEvent.objects.filter(action="requested").count() == 1


@pytest.mark.parametrize("who", ["cleo", "dan", "nobody", "root"])
def test_nobody_but_the_owner_requests_or_cancels(world, people, who):
    with pytest.raises(NotPermitted):
        plan_run(world.dataset, RunRequest("copula"), by=people[who])
    planned = plan_run(world.dataset, RunRequest("copula"), by=people["ana"])
    with pytest.raises(NotPermitted):
        request_run(planned, by=people[who])
    with pytest.raises(NotPermitted):
        cancel_run(world.run, by=people[who])
    assert GenerationRun.objects.count() == 1


def test_a_run_starts_from_minimised_records_alone(world, people):
    world.dataset.status = "profiled"
    with pytest.raises(Conflict, match="Confirm the minimisation plan first"):
        plan_run(world.dataset, RunRequest("copula"), by=people["ana"])
    assert why_not_run(people["cleo"], world.dataset) == [
        "Only the owner of this dataset can ask for a run.",
        "Confirm the minimisation plan first: a run starts from the minimised records.",
    ]


def test_what_was_asked_is_recorded_and_what_was_not_is_filled_in(world, people):
    """Without rows as many as the training has, without a tier the standard one; a seed of 48 bits is drawn."""
    planned = plan_run(world.dataset, RunRequest("copula"), by=people["ana"])
    run = request_run(planned, by=people["ana"])
    assert (run.number, run.status, run.tier, run.rows) == (2, "queued", "standard", world.dataset.training_rows)
    assert 0 <= run.seed < 2**48
    assert run.plan == world.run.plan
    facts = AuditEvent.objects.filter(action="requested").latest("seq").facts
    assert facts == {"synthesizer": "copula", "rows": run.rows, "seed": run.seed, "tier": "standard"}
    assert request_run(replace(planned, request=RunRequest("copula")), by=people["ana"]).seed != run.seed


def test_a_cancelled_run_ends_with_its_jobs_and_cannot_be_cancelled_again(world, people):
    run = submit_run(world.dataset, RunRequest("copula", rows=50), by=people["ana"])
    cancel_run(run, by=people["ana"])
    assert (run.status, Job.objects.get(subject_id=run.pk).state) == ("cancelled", "cancelled")
    assert run.finished_at is not None
    event = AuditEvent.objects.filter(action="cancelled", subject_id=str(run.pk)).get()
    assert event.facts == {"came_from": "queued"}
    with pytest.raises(Conflict, match="that is cancelled cannot become cancelled"):
        cancel_run(run, by=people["ana"])


def test_asking_twice_under_one_id_makes_one_run(world, people):
    wanted = RunRequest("copula", rows=50)
    first, second = (submit_run(world.dataset, wanted, by=people["ana"]) for _ in range(2))
    assert first == second
    assert GenerationRun.objects.count() == 2
    assert Job.objects.filter(kind="generate", subject_id=first.pk).count() == 1
