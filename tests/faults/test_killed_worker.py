"""`kill -9` costs time and nothing else."""

from __future__ import annotations

import subprocess

import pytest

from tests.faults.orders import CONFIRM, GENERATE, UPLOAD, run
from tests.faults.portal import Portal, children_of_jobs, kill, stop, wait_for

STAGES = ("ingest", "profile", "minimise", "generate", "evaluate", "sample")

RUN = run("gaussian_copula", 400)


def state_of(portal: Portal, kind: str) -> tuple[str, str, int] | None:
    rows = portal.query(f"SELECT state, phase, attempt FROM synthportal_job WHERE kind = '{kind}'")
    return rows[-1] if rows else None


def killed_on_the_way(portal: Portal) -> str:
    """Upload to sample with one worker, which is killed in the middle of every stage; the artefact's digest."""
    worker = portal.start_worker()
    try:
        for order, stages in ((UPLOAD, STAGES[:2]), (CONFIRM, STAGES[2:3]), (RUN, STAGES[3:])):
            portal.run(order)
            for kind in stages:
                worker = kill_in(portal, kind, worker)
                portal.wait_until_done(kind, worker)
    finally:
        stop(worker)
    return digest_in(portal)


def digest_in(portal: Portal) -> str:
    return portal.query("SELECT artefact_sha256 FROM generation_generationrun")[0][0]


def kill_in(portal: Portal, kind: str, worker: subprocess.Popen[bytes]) -> subprocess.Popen[bytes]:
    """kill -9 the worker while the stage is at work; its successor."""
    portal.wait_for_job(kind, worker, lambda: is_working(portal, kind) or portal.has_done(kind), "to work")
    kill(worker)
    wait_for(lambda: not children_of_jobs(portal.home), "the job's child to die with its worker")
    return portal.start_worker()


def is_working(portal: Portal, kind: str) -> bool:
    """The job's child is past its start and at the stage's own work."""
    found = state_of(portal, kind)
    return found is not None and found[0] == "running" and found[1] != "starting"


@pytest.fixture
def undisturbed(minimised: Portal, copied) -> str:
    """The digest of the same run when nothing is killed."""
    portal = copied(minimised)
    portal.run(RUN + GENERATE)
    return digest_in(portal)


@pytest.mark.slow
def test_a_run_whose_worker_is_killed_in_every_stage_ends_with_the_same_artefact(portal, undisturbed):
    assert killed_on_the_way(portal) == undisturbed != ""
    assert portal.query("SELECT count(*) FROM reviews_review")[0][0] == 1
    assert max(attempt for (attempt,) in portal.query("SELECT attempt FROM synthportal_job")) >= 2
    assert "whole" in portal.manage("verify_audit")
