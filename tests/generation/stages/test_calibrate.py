"""Null runs and planted-leak runs: asked for from the page and the API, done as jobs, and as commands on files."""

import json

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.urls import reverse
from django.utils import timezone

from generation.engine.evaluation.calibration import planted_leaks
from generation.models import Calibration, Dataset
from generation.pages.evidence.worth import catches, null_run_sentence, planted_sentence, worth_of
from generation.stages.erase import erase_dataset
from generation.stages.measure.calibrate import request_calibration
from generation.tasks import submit_calibration
from synthportal.errors import Conflict, NotPermitted
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, Job
from synthportal.storage.local import LocalStore
from tests.generation.door import page
from tests.generation.engine.evaluation.people import people as population

NULL, PLANTED = Calibration.Kind.NULL_RUN, Calibration.Kind.PLANTED_LEAKS


@pytest.fixture
def false_alarms(world, people):
    """A finished null run, its counts made by hand: exact copies never alarm, inference always."""
    counts = [alarms("exact_matches", 0), alarms("outlier_attack_auc", 2, blocks=2), alarms("inference_risk", 20)]
    return Calibration.objects.create(
        run=world.run, kind=NULL, repeats=20, by=people["ana"], result=counts, policy_version="2026-11", seconds=3.5,
        finished_at=timezone.now(),
    )  # fmt: skip


def alarms(metric, count, blocks=0, runs=20):
    bounds = {"lower": 0.84 if count == runs else 0.0, "upper": 1.0 if count == runs else 0.3}
    return {
        "metric": metric,
        "alarms": count,
        "blocks": blocks,
        "runs": runs,
        "undecided": 0,
        "rate": count / runs,
    } | bounds


def planted(leak, dose, caught=()):
    judged = ["exact_matches", "parts_carried_over", "inference_risk"]
    return {"leak": leak, "dose": dose, "caught": list(caught), "blocked": [], "judged": judged}


def trail(calibration):
    events = AuditEvent.objects.filter(subject_kind="calibration", subject_id=str(calibration.pk))
    return events.values_list("action", flat=True)


def files_under(settings):
    return sorted(path for path in (settings.DATA_DIR / "vault").rglob("*") if path.is_file())


# Hand-made: exact copies are caught from 1 % on, swapped cells up to half, and inference alarms by itself.
LEAKS = [
    planted("nothing", 0, ["inference_risk"]),
    planted("random copies", 0.001),
    planted("random copies", 0.01, ["exact_matches"]),
    planted("random copies", 0.1, ["exact_matches", "parts_carried_over"]),
    planted("cells swapped", 0.7),
    planted("cells swapped", 0.5, ["parts_carried_over"]),
    planted("cells swapped", 0.3, ["parts_carried_over", "exact_matches"]),
    planted("unique values", 0.1),
]


# ---- Asking -------------------------------------------------------------------------------------------------------


@pytest.mark.both
@pytest.mark.slow
def test_a_null_run_is_asked_for_on_the_runs_page_and_shows_beside_each_verdict_when_it_is_done(world, client_of):
    ana, url = client_of("ana"), reverse("run", args=[world.run.pk])
    assert "Count the false alarms" in page(ana.get(url))
    response = ana.post(reverse("run_calibrate", args=[world.run.pk]), {"kind": "null_run", "repeats": "5"})
    assert response["Location"] == f"{url}#worth"
    calibration = Calibration.objects.get()
    assert (calibration.kind, calibration.repeats, calibration.by.username) == ("null_run", 5, "ana")
    waiting = page(ana.get(url))
    assert "Calibrate waits for a worker" in waiting
    assert reverse("calibration_cancel", args=[calibration.pk]) in waiting
    work_through(calibration.pk)
    calibration.refresh_from_db()
    by_metric = {row["metric"]: row for row in calibration.result}
    assert by_metric["exact_matches"]["runs"] == 5
    assert all(row.keys() == alarms("exact_matches", 0).keys() for row in calibration.result)
    done = page(ana.get(url))
    assert done.count("of 5</span>") == len(by_metric) >= 10
    assert "False alarms on real records" in done
    assert reverse("calibration", args=[calibration.pk]) in done
    assert list(trail(calibration)) == ["calibrated", "requested"]


def test_owner_and_stewards_may_ask_an_auditor_may_look_and_nobody_else_sees_it(world, client_of, people):
    url = reverse("run_calibrate", args=[world.run.pk])
    codes = {who: client_of(who).post(url, {"kind": "null_run"}).status_code for who in ("ben", "dan", "eve", "cleo")}
    assert codes == {"ben": 404, "dan": 404, "eve": 403, "cleo": 302}
    shown = reverse("calibration", args=[Calibration.objects.get().pk])
    codes = {who: client_of(who).get(shown).status_code for who in ("ana", "ben", "dan", "eve", "cleo")}
    assert codes == {"ana": 200, "ben": 404, "dan": 404, "eve": 200, "cleo": 200}
    with pytest.raises(NotPermitted):
        request_calibration(world.run, NULL, by=people["eve"])


def test_asking_twice_gives_the_one_at_work_and_one_job(world, people):
    first, second = (submit_calibration(world.run, NULL, by=people["ana"]) for _ in range(2))
    other = submit_calibration(world.run, PLANTED, by=people["ana"])
    assert (first, Calibration.objects.count()) == (second, 2)
    assert Job.objects.filter(kind="calibrate").count() == 2
    assert other != first


@pytest.mark.parametrize("typed", ["4", "201", "many", "²", "9" * 5000])
def test_too_few_or_too_many_splits_are_refused_in_words(world, client_of, typed):
    url = reverse("run_calibrate", args=[world.run.pk])
    response = client_of("ana").post(url, {"kind": "null_run", "repeats": typed})
    assert (response.status_code, "5 to 200 splits" in page(response)) == (409, True)


def test_an_unknown_kind_is_refused_and_an_erased_dataset_says_why(world, client_of, people, monkeypatch):
    url = reverse("run_calibrate", args=[world.run.pk])
    assert client_of("ana").post(url, {"kind": "guess"}).status_code == 409
    monkeypatch.setattr(LocalStore, "remove", lambda *_: None)  # the world's files serve other tests too
    live = submit_calibration(world.run, NULL, by=people["ana"])
    erase_dataset(world.dataset, by=people["ana"])
    assert Job.objects.get(subject_id=live.pk).state == Job.State.CANCELLED
    world.run.dataset.refresh_from_db()
    with pytest.raises(Conflict, match="can never be read again"):
        request_calibration(world.run, NULL, by=people["ana"])
    assert Dataset.objects.get().status == "erased"


def test_without_a_holdout_nothing_can_be_told(world, people):
    world.run.dataset.holdout_rows = 0
    with pytest.raises(Conflict, match="no holdout"):
        request_calibration(world.run, PLANTED, by=people["ana"])


# ---- At work ------------------------------------------------------------------------------------------------------


def test_progress_shows_time_left_and_cancel_and_asks_for_the_page_when_it_is_over(world, client_of, people):
    ana, calibration = client_of("ana"), submit_calibration(world.run, NULL, by=people["ana"])
    url = reverse("calibration_progress", args=[calibration.pk])
    Job.objects.update(phase="comparing real records with real records", done=5, total=20)
    fragment = ana.get(url, HTTP_HX_REQUEST="true")
    assert "<html" not in page(fragment)
    assert "HX-Refresh" not in fragment
    assert ana.get(url)["Location"] == reverse("calibration", args=[calibration.pk])
    assert ana.post(reverse("calibration_cancel", args=[calibration.pk])).status_code == 302
    assert ana.get(url, HTTP_HX_REQUEST="true")["HX-Refresh"] == "true"
    assert "It was cancelled." in page(ana.get(reverse("run", args=[world.run.pk])))
    assert "It was cancelled." in page(ana.get(reverse("calibration", args=[calibration.pk])))
    assert ana.post(reverse("calibration_cancel", args=[calibration.pk])).status_code == 409


def test_an_auditor_cannot_cancel(world, client_of, people):
    calibration = submit_calibration(world.run, NULL, by=people["ana"])
    assert client_of("eve").post(reverse("calibration_cancel", args=[calibration.pk])).status_code == 403


@pytest.mark.slow
def test_one_that_failed_keeps_its_reason_and_can_be_asked_for_again(world, client_of, people):
    calibration = submit_calibration(world.run, PLANTED, by=people["ana"])
    Job.objects.update(state="failed", error="There was not enough memory. Try fewer rows.")
    for url in (reverse("run", args=[world.run.pk]), reverse("calibration", args=[calibration.pk])):
        found = page(client_of("ana").get(url))
        assert "There was not enough memory." in found
    assert submit_calibration(world.run, PLANTED, by=people["ana"]) != calibration


# ---- Results ------------------------------------------------------------------------------------------------------


def test_the_page_of_a_null_run_shows_rates_beside_limits_and_verdicts(false_alarms, client_of):
    shown = page(client_of("ana").get(reverse("calibration", args=[false_alarms.pk])))
    assert "2 of 20 splits, 10.0 % (0.0 % to 30.0 %), 2 of them blocked" in shown
    assert shown.count("more than 5 %") == 1
    assert shown.count('scope="row"') == 3 + 3  # the numbers under the plot, and the table of limits
    assert "Show the numbers" in shown
    assert shown.count("<h1") == 1
    assert " style=" not in shown


def test_a_finished_one_done_a_second_time_stays_as_it_is(false_alarms, people):
    Job.objects.create(kind="calibrate", subject_id=false_alarms.pk, requested_by=people["ana"])
    work_through(false_alarms.pk)
    assert Calibration.objects.get().seconds == 3.5


def test_a_null_run_of_a_sibling_with_the_same_columns_counts_and_of_other_columns_does_not(false_alarms, world):
    run = world.run
    run.pk, run.number, run._state.adding = None, 2, True
    run.id = Calibration().pk
    run.save()
    assert "exact_matches" in worth_of(run)
    run.columns = run.columns[:-1]
    assert worth_of(run) == {}


@pytest.mark.slow
def test_planted_leaks_are_caught_in_memory_and_no_file_is_written(world, client_of, monkeypatch, people, settings):
    one = {"copies of outliers": planted_leaks.LEAKS["copies of outliers"]}  # the engine's own tests plant them all
    monkeypatch.setattr(planted_leaks, "LEAKS", one)
    calibration = submit_calibration(world.run, PLANTED, by=people["cleo"])
    before = files_under(settings)
    work_through(calibration.pk)
    assert files_under(settings) == before
    calibration.refresh_from_db()
    assert [row["leak"] for row in calibration.result] == ["nothing", *5 * ["copies of outliers"]]
    assert catches(calibration.result)["exact_matches"] == {"Copies of unusual people": "from 0.1 % on"}
    shown = page(client_of("eve").get(reverse("calibration", args=[calibration.pk])))
    assert "The smallest dose each check catches" in shown
    assert list(trail(calibration)) == ["calibrated", "requested"]


def test_the_smallest_dose_of_each_leak_is_told_in_words():
    assert catches(LEAKS) == {
        "exact_matches": {
            "Copies": "from 1 % on",
            "Records with swapped cells": "up to 30 % swapped",
            "Unique values": "not caught",
        },
        "parts_carried_over": {
            "Copies": "from 10 % on",
            "Records with swapped cells": "up to 50 % swapped",
            "Unique values": "not caught",
        },
        "inference_risk": dict.fromkeys(
            ("Copies", "Records with swapped cells", "Unique values"), "alarms without a leak"
        ),
    }
    assert planted_sentence(LEAKS) == (
        "Caught by at least one check: copies from 1 % on; records with swapped cells up to 50 % swapped; "
        "unique values by no check."
    )


def test_the_sentence_of_a_null_run_names_the_noisy_checks_worst_first():
    found = [alarms("exact_matches", 0), alarms("parts_carried_over", 1), alarms("inference_risk", 20, 3)]
    assert null_run_sentence(found) == (
        "1 of 3 checks never alarmed on real records. False alarms: inference in 20 of 20, parts of records carried "
        "over in 1 of 20."
    )
    assert null_run_sentence(found[:1]) == "None of 1 checks alarmed in 20 splits of real records."


# ---- The API ------------------------------------------------------------------------------------------------------


def test_a_program_asks_follows_and_cancels(world, client_of):
    ana, url = client_of("ana"), f"/api/v1/runs/{world.run.pk}/calibrations/"
    asked = ana.post(url, {"kind": "null_run", "repeats": 7}, "application/json")
    assert (asked.status_code, asked.json()["repeats"], asked.json()["finished_at"]) == (202, 7, None)
    again = ana.post(url, {"kind": "null_run", "repeats": 7}, "application/json")
    assert again.json()["id"] == asked.json()["id"]
    assert [one["id"] for one in ana.get(url).json()] == [asked.json()["id"]]
    one = f"/api/v1/calibrations/{asked.json()['id']}/"
    assert ana.get(one).json()["progress"]["job"]["state"] == "queued"
    assert ana.post(f"{one}cancel/").json()["progress"]["phase"] == "cancelled"
    assert ana.post(f"{one}cancel/").status_code == 409
    assert client_of("dan").get(one).status_code == 404


@pytest.mark.parametrize("wrong", [{"kind": "guess"}, {"kind": "null_run", "repeats": 1}, {}])
def test_a_program_is_told_what_it_asked_wrongly(world, client_of, wrong):
    url = f"/api/v1/runs/{world.run.pk}/calibrations/"
    assert client_of("ana").post(url, wrong, "application/json").status_code == 400


# ---- The commands -------------------------------------------------------------------------------------------------


@pytest.fixture
def files(tmp_path):
    columns = ["age", "job", "town", "pay", "left"]
    for seed, name in enumerate(("training", "holdout", "synthetic")):
        population(300, seed)[columns].to_csv(tmp_path / f"{name}.csv", index=False)
    return tmp_path


def words(files, *names):
    return [word for name in names for word in (f"--{name}", str(files / f"{name}.csv"))]


def test_the_null_run_command_writes_rates_and_a_page_without_a_database(files, capsys):
    given = words(files, "training", "holdout")
    shown = files / "page.html"
    call_command("null_run", *given, "--target", "left", "--repeats", "2", "--json", "-", "--html", str(shown))
    found = {row["metric"]: row for row in json.loads(capsys.readouterr().out)}
    assert (found["exact_matches"]["alarms"], found["exact_matches"]["runs"]) == (0, 2)
    assert "2 random splits" in shown.read_text()
    assert "<script" not in shown.read_text()


@pytest.mark.slow
def test_the_planted_leaks_command_tells_the_smallest_dose(files, capsys):
    given = words(files, "training", "holdout", "synthetic")
    shown = files / "page.html"
    call_command("planted_leaks", *given, "--target", "left", "--doses", "0.1", "--json", "-", "--html", str(shown))
    found = json.loads(capsys.readouterr().out)
    assert found[0]["leak"] == "nothing"
    assert [row["dose"] for row in found if row["leak"] == "random copies"] == [0.1]
    assert "exact_matches" in next(row for row in found if row["leak"] == "random copies")["caught"]
    assert "from 10 % on" in shown.read_text()


@pytest.mark.parametrize("doses", ["0", "a few", "1.5"])
def test_a_dose_that_is_no_share_is_refused_in_words(files, doses):
    with pytest.raises(CommandError, match="share"):
        call_command("planted_leaks", *words(files, "training", "holdout", "synthetic"), "--doses", doses)


def test_a_null_run_without_splits_is_refused_in_words(files):
    with pytest.raises(CommandError, match="at least one split"):
        call_command("null_run", *words(files, "training", "holdout"), "--repeats", "0")
