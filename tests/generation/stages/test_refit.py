"""The shadow audit as a job: asked for by page and API, shared by workers, killed and gone on with, cancelled."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from generation.engine.evaluation.calibration.shadow import refit
from generation.models import AuditPart, Calibration, GenerationRun
from generation.repositories.audits import audit_line, exposed_rows, rows_near_exposed
from generation.stages.erase import erase_dataset
from generation.stages.measure.calibrate import why_not_calibrate
from generation.stages.measure.refit import plan_refits
from generation.tasks import submit_calibration
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import enqueue
from synthportal.models import Job
from synthportal.storage.local import LocalStore
from synthportal.storage.vault import write_sealed
from tests.generation.door import page
from tests.generation.engine.evaluation.people import people as population

AUDIT = Calibration.Kind.SHADOW_AUDIT
SMALL = {"repeats": 20, "records": 200}


def guessed(group, auc, **more):
    bounds = {"auc_lower": auc - 0.03, "auc_upper": auc + 0.03, "tpr": None, "tpr_lower": None, "tpr_upper": None}
    return {"group": group, "targets": 50, "fits": 300, "auc": auc, "epsilon_at_least": None} | bounds | more


# Hand-made: isolated people are seen, random ones are not.
FOUND = [
    {"group": "cost", "fits": 300, "seconds": 0.4},
    guessed("isolated", 0.575, tpr=0.031, tpr_lower=0.02, tpr_upper=0.05),
    guessed("random", 0.51, tpr=0.012, tpr_lower=0.005, tpr_upper=0.02),
    guessed("best", 0.66, targets=1, fits=150, epsilon_at_least=0.4),
]


@pytest.fixture
def audited(world, people):
    """A finished audit, its figures made by hand, that exposed two records."""
    with write_sealed(world.dataset.key_id) as draft:
        draft.file.write(json.dumps({"exposed": [{"row": 7, "auc": 0.9}, {"row": 3, "auc": 0.8}]}).encode())
    return Calibration.objects.create(
        run=world.run, kind=AUDIT, by=people["ana"], repeats=300, records=1000, result=FOUND, policy_version="2026-11",
        report_sha256=draft.written.sha256, seconds=100, finished_at=timezone.now(),
    )  # fmt: skip


def ask(world, people, **asked):
    return submit_calibration(world.run, AUDIT, by=people["ana"], **(SMALL | asked))


def files_under(settings):
    return {path for path in (settings.DATA_DIR / "vault").rglob("*") if path.is_file()}


def groups_of(calibration):
    calibration.refresh_from_db()
    return calibration.result[1:]


@pytest.mark.slow
def test_an_audit_shared_and_killed_finds_what_one_alone_finds_and_leaves_only_its_report(
    world, people, monkeypatch, settings
):
    before, made = files_under(settings), []
    alone = ask(world, people)
    work_through(alone.pk)
    # The parts of the second one: four by another worker, before the one that was asked dies; the rest when it is back.
    shared = ask(world, people)
    assert shared != alone
    for part in plan_refits(shared.pk)[:4]:
        work_through(enqueue("refit", part, person_id=people["ana"].pk).subject_id)
    assert shared.parts.exclude(sha256="").count() == 4
    original = refit.timed_refit
    monkeypatch.setattr(refit, "timed_refit", lambda *given: made.append(given[2]) or original(*given))
    work_through(shared.pk)
    assert made == list(range(8, 20))
    assert groups_of(shared) == groups_of(alone)
    assert [row["group"] for row in shared.result] == ["cost", "isolated", "random", "best"]
    assert not AuditPart.objects.exists()
    assert len(files_under(settings) - before) == 2  # a sealed report of each


@pytest.mark.slow
def test_a_trial_tells_what_a_refit_costs_and_nothing_else(world, people, client_of):
    url = reverse("run", args=[world.run.pk])
    assert "Try what a refit costs" in page(client_of("ana").get(url))
    trial = ask(world, people, repeats=2)
    work_through(trial.pk)
    trial.refresh_from_db()
    (cost,) = trial.result
    assert (cost["group"], cost["fits"], cost["seconds"] > 0) == ("cost", 2, True)
    shown = page(client_of("ana").get(url))
    assert "One refit on 1,000 records took" in shown
    assert "Audit the synthesizer" in shown  # a trial is no audit
    assert "A refit takes" in page(client_of("ana").get(reverse("calibration", args=[trial.pk])))


def test_cancelling_ends_the_work_on_its_parts_and_removes_them(world, people, client_of, settings):
    audit, before = ask(world, people), files_under(settings)
    parts = plan_refits(audit.pk)
    for part in parts:
        enqueue("refit", part, person_id=people["ana"].pk)
    with write_sealed(world.dataset.key_id) as draft:
        draft.file.write(b"counts of a part that is made")
    AuditPart.objects.filter(pk=parts[0]).update(sha256=draft.written.sha256)
    client_of("ana").post(reverse("calibration_cancel", args=[audit.pk]))
    assert set(Job.objects.filter(subject_id__in=[audit.pk, *parts]).values_list("state", flat=True)) == {"cancelled"}
    assert not AuditPart.objects.exists()
    assert files_under(settings) == before


def test_a_part_of_an_audit_that_nobody_waits_for_is_not_made(world, people):
    audit = ask(world, people)
    part = plan_refits(audit.pk)[0]
    Job.objects.filter(subject_id=audit.pk).update(state="failed")
    work_through(enqueue("refit", part, person_id=people["ana"].pk).subject_id)
    assert AuditPart.objects.get(pk=part).sha256 == ""


def test_erasing_the_dataset_cancels_the_parts_too(world, people, monkeypatch):
    monkeypatch.setattr(LocalStore, "remove", lambda *_: None)  # the world's files serve other tests too
    part = plan_refits(ask(world, people).pk)[0]
    enqueue("refit", part, person_id=people["ana"].pk)
    erase_dataset(world.dataset, by=people["ana"])
    assert Job.objects.get(subject_id=part).state == "cancelled"


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"repeats": "18"}, "even number"),
        ({"repeats": "21"}, "even number"),
        ({"records": "199"}, "200 to 20000 records"),
    ],
)
def test_sizes_that_cannot_be_are_refused_in_words(world, client_of, asked, said):
    response = client_of("ana").post(reverse("run_calibrate", args=[world.run.pk]), {"kind": "shadow_audit"} | asked)
    assert (response.status_code, said in page(response)) == (409, True)


def test_an_audit_needs_no_holdout_but_records_that_stand_for_themselves(world, people):
    run = GenerationRun.objects.get()
    run.dataset.holdout_rows = 0
    assert why_not_calibrate(people["ana"], run, AUDIT) == []
    run.synthesizer = "par"
    assert "whole persons" in why_not_calibrate(people["ana"], run, AUDIT)[0]
    run.synthesizer = "gone"
    assert "no longer installed" in why_not_calibrate(people["ana"], run, AUDIT)[0]


def test_the_page_of_an_audit_shows_the_groups_and_names_nobody(audited, client_of):
    for who in ("ana", "eve"):
        shown = page(client_of(who).get(reverse("calibration", args=[audited.pk])))
        assert "Who was there was guessed better than by chance" in shown
        assert "0.575 (0.545 to 0.605)" in shown
        assert "3.1 % (2.0 % to 5.0 %)" in shown
        assert shown.count("above chance") == 2
        assert "no epsilon under 0.40 allows" in shown
        assert " style=" not in shown
    sentence = "AUC 0.575 [0.545, 0.605] for isolated people, AUC 0.510 [0.480, 0.540] for random ones"
    assert sentence in page(client_of("ana").get(reverse("run", args=[audited.run_id])))


def test_exposed_records_stay_with_the_portal(audited, world, client_of):
    assert exposed_rows(world.run) == [7, 3]
    told = client_of("ana").get(f"/api/v1/calibrations/{audited.pk}/").json()
    assert told["result"] == FOUND
    assert "report_sha256" not in told


def test_the_synthetic_records_nearest_to_exposed_ones_are_found_and_the_line_for_the_card_says_it(audited, world):
    rows = rows_near_exposed(world.run)
    assert len(rows) == 2
    assert all(0 <= row < world.run.artefact_rows for row in rows)
    assert audit_line(world.run).startswith("Audited by 300 refits on 1,000 records at most. Who was there was guessed")


def test_an_audit_counts_for_runs_of_the_same_synthesizer_with_the_same_settings(audited, world):
    run = GenerationRun.objects.get()
    run.parameters = run.parameters | {"k": 99}
    assert exposed_rows(run) == []
    run.refresh_from_db()
    run.synthesizer = "another"
    assert exposed_rows(run) == []


def test_a_program_asks_for_an_audit_and_is_told_what_is_wrong(world, client_of):
    url, ana = f"/api/v1/runs/{world.run.pk}/calibrations/", client_of("ana")
    asked = ana.post(url, {"kind": "shadow_audit"}, "application/json").json()
    assert (asked["repeats"], asked["records"], asked["finished_at"]) == (300, 1000, None)
    wrong = ana.post(url, {"kind": "shadow_audit", "repeats": 3}, "application/json")
    assert (wrong.status_code, "even number" in wrong.content.decode()) == (400, True)
    assert ana.post(url, {"kind": "shadow_audit", "records": 5}, "application/json").status_code == 400


@pytest.fixture
def file(tmp_path):
    population(300, 1)[["age", "job", "town", "left"]].to_csv(tmp_path / "people.csv", index=False)
    return str(tmp_path / "people.csv")


@pytest.mark.slow
def test_the_command_says_the_cost_first_and_then_what_was_guessed(file, capsys):
    given = ("--synthesizer", "copula", "--set", "k=10", "--refits", "20", "--records", "200", "--json", "-")
    call_command("audit", file, "--target", "left", *given)
    shown = capsys.readouterr()
    assert shown.err.startswith("One refit takes")
    assert "is not ruled out: AUC" in shown.err
    found = json.loads(shown.out)
    assert (found["parameters"]["k"], found["records"], found["refits"]) == (10, 200, 20)
    assert [one["group"] for one in found["groups"]] == ["isolated", "random", "best"]
    call_command("audit", file, "--synthesizer", "copula", "--cost", "--json", "-")
    assert "groups" not in json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (("--refits", "7"), "even number"),
        (("--synthesizer", "nobody"), "no synthesizer"),
        (("--set", "k"), "NAME=VALUE"),
        (("--set", "k=1"), "from 2 to 100"),
        (("--records", "50"), "at least 100 records"),
        (("--target", "nothing"), "no column"),
    ],
)
def test_the_command_says_in_one_sentence_what_it_cannot_do(file, given, said):
    with pytest.raises(CommandError, match=said):
        call_command("audit", file, *given)
