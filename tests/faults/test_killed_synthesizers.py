"""`kill -9` in the middle of a fit and again in the middle of sampling, for each way of making records.

One worker has four jobs at work, one for each synthesizer. Every child is held in its fit, then the worker is killed;
its successor's children are held when the first shard is drawn, and it is killed too; two more workers finish.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from tests.faults import orders
from tests.faults.holding import SETTINGS, hold
from tests.faults.portal import Portal, children_of_jobs, kill, stop, wait_for
from tests.generation.engine.synthesizers.sequences.test_par import visits

ROWS = 140_000
FIRST_SHARD = 131_072
EPSILON = 3.0
# Each with a place well inside its fit, as it reports it, and what its run is asked for beside the defaults.
IN_FIT = {
    "trees": ("fitting column", 5),
    "copula": ("correlating", 0),
    "dp_marginals": ("measuring links", 3),
    "par": ("training epoch", 2),
}
ASKED = {"dp_marginals": {"epsilon": EPSILON}, "par": {"epochs": 4}}
REPEATABLE = ("trees", "copula", "par")
# A plan drops the column that names persons; `par` needs it, under other names.
KEEP_PERSONS = """
from generation.models import Dataset
from generation.tasks import submit_plan
dataset = Dataset.objects.get(name="visits")
plan = dataset.plans.latest("version")
surrogate = {"column": "c0", "kind": "surrogate", "parameters": {"style": "code"}}
submit_plan(dataset, treatments=[surrogate, *plan.treatments[1:]], by=dataset.owner)
"""
# What the model that a killed run kept draws, when nobody disturbs it.
FROM_KEPT_MODEL = """
import hashlib, io
from generation.engine.progress import silent
from generation.engine.synthesizers.bytes.artefact import write_artefact
from generation.engine.synthesizers.bytes.sampling import shard_plan
from generation.stages.sampling.draw import load_model
from generation.models import GenerationRun
from generation.stages.sampling.shard import frames_of
from generation.repositories.tables import kept_schema, origin_of
run = GenerationRun.objects.get(synthesizer="dp_marginals")
model, drawn = load_model(run), io.BytesIO()
frames = frames_of(run, model, shard_plan(run.rows), silent)
write_artefact(frames, kept_schema(run, model.left_out), drawn, origin=origin_of(run))
print(hashlib.sha256(drawn.getvalue()).hexdigest())
"""
pytestmark = [pytest.mark.slow, pytest.mark.parametrize("server", ["sqlite"], indirect=True, scope="session")]


class Twice:
    """A portal whose worker is killed in the fits of its four runs, and again while all four sample."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        portal.env["DJANGO_SETTINGS_MODULE"] = SETTINGS
        portal.run("".join(ordered(name) for name in IN_FIT))
        self._kill_where(IN_FIT)
        self.models_after_fit = self.of_runs("model_sha256")
        self._kill_where(dict.fromkeys(IN_FIT, ("sampling", FIRST_SHARD)))
        self.models_after_sampling = self.of_runs("model_sha256")
        self.private_digest = portal.run(FROM_KEPT_MODEL).splitlines()[-1]
        self._finish()

    def of_runs(self, field: str) -> dict[str, str]:
        """A field of each run by its synthesizer."""
        return dict(self.portal.query(f"SELECT synthesizer, {field} FROM generation_generationrun"))

    def _failed(self) -> None:
        """No job may have failed while we wait."""
        assert self.portal.query("SELECT error FROM synthportal_job WHERE state = 'failed'") == []

    def _kill_where(self, places: dict[str, tuple[str, int]]) -> None:
        jobs = "SELECT synthesizer, j.id FROM synthportal_job j JOIN generation_generationrun r ON r.id = subject_id"
        found = dict(self.portal.query(jobs))
        reached = [hold(self.portal.home, found[name], *place) for name, place in places.items()]
        worker = self.portal.start_worker(jobs=len(places))
        try:
            wait_for(lambda: not self._failed() and all(each.exists() for each in reached), "children at their places")
            kill(worker)
            wait_for(lambda: not children_of_jobs(self.portal.home), "the children to die with their worker")
        finally:
            stop(worker)
        for each in reached:
            each.unlink()

    def _finish(self) -> None:
        """Two workers, and parts of one shard that they share."""
        self.portal.env["SYNTHPORTAL_PART_SHARDS"] = "1"
        with ExitStack() as stack:
            for _ in range(2):
                stack.callback(stop, self.portal.start_worker(jobs=2))
            wait_for(lambda: not self._failed() and all(self.of_runs("artefact_sha256").values()), "all artefacts")


def ordered(name: str) -> str:
    """The order of a run with that synthesizer."""
    return orders.run(name, ROWS, ASKED.get(name), of="visits" if name == "par" else "incomes")


@pytest.fixture(scope="module")
def ready(minimised: Portal, copied, tmp_path_factory: pytest.TempPathFactory) -> Portal:
    """A portal with two minimised datasets: one record of each person, and several."""
    portal, path = copied(minimised), tmp_path_factory.mktemp("visits") / "visits.csv"
    table = visits(100)
    table.to_csv(path, index=False)
    order = orders.upload(path, len(table), name="visits", person_column="who")
    portal.run(order + orders.WORK + KEEP_PERSONS + orders.CONFIRM + orders.WORK)
    return portal


@pytest.fixture(scope="module")
def undisturbed(ready: Portal, copied) -> dict[str, str]:
    """The digests of the same runs by one process that nobody kills, in one piece."""
    portal = copied(ready)
    portal.run("".join(ordered(name) for name in REPEATABLE) + orders.GENERATE)
    return dict(portal.query("SELECT synthesizer, artefact_sha256 FROM generation_generationrun"))


@pytest.fixture(scope="module")
def killed(ready: Portal, copied) -> Iterator[Twice]:
    return Twice(copied(ready))


@pytest.mark.parametrize("name", REPEATABLE)
def test_a_run_killed_in_its_fit_and_in_its_sampling_makes_the_same_artefact(killed, undisturbed, name):
    assert killed.of_runs("artefact_sha256")[name] == undisturbed[name] != ""


def test_noise_that_cannot_be_repeated_is_not_drawn_again_after_a_kill_in_sampling(killed):
    assert killed.models_after_sampling["dp_marginals"] == killed.of_runs("model_sha256")["dp_marginals"]
    assert killed.of_runs("artefact_sha256")["dp_marginals"] == killed.private_digest


def test_a_private_fit_that_was_killed_is_paid_for_once(killed):
    assert killed.portal.query("SELECT epsilon FROM generation_privacyspend") == [(EPSILON,)]


def test_the_kills_fell_before_the_models_were_kept_and_after(killed):
    assert set(killed.models_after_fit.values()) == {""}
    assert all(killed.models_after_sampling.values())
    attempts = killed.portal.query("SELECT min(attempt), count(*) FROM synthportal_job WHERE kind = 'generate'")
    assert attempts[0][0] >= 3
    assert attempts[0][1] == len(IN_FIT)
    assert "whole" in killed.portal.manage("verify_audit")
