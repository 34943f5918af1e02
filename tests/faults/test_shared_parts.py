"""A large artefact is sampled by any number of workers, one of them killed: the same bytes."""

from __future__ import annotations

import subprocess
from functools import partial

import pytest

from tests.faults.portal import Portal, kill, stop, wait_for
from tests.faults.test_killed_worker import CONFIRM, START

WORK = """
from generation.models import Dataset
from synthportal.jobs.here import work_through
work_through(Dataset.objects.get().pk)
"""
# Five parts, when a part is one shard of 131,072 records.
RUN = """
from generation.models import Dataset
from generation.stages.generate import RunRequest
from generation.tasks import submit_run
dataset = Dataset.objects.get()
print(submit_run(dataset, RunRequest("copula", 600_000, {}, "quick", 11), by=dataset.owner).pk)
"""


def sampled_parts(portal: Portal) -> int:
    """How many parts of the newest run are there already."""
    return int(portal.query("SELECT count(*) FROM generation_runshard WHERE sha256 <> ''")[0][0])


def artefact(portal: Portal, number: int) -> str:
    found = portal.query(f"SELECT artefact_sha256, error FROM generation_generationrun WHERE number = {number}")[0]
    assert found[1] == ""
    return str(found[0])


def run_with(portal: Portal, number: int, workers: int, *, killing: bool = False) -> str:
    """The digest of one more run, sampled by so many workers; the first of them is killed while it samples."""
    portal.run(RUN)
    started: list[subprocess.Popen[bytes]] = [portal.start_worker() for _ in range(workers)]
    try:
        if killing:
            wait_for(lambda: sampled_parts(portal) or artefact(portal, number), "the first part")
            kill(started.pop(0))
        return wait_for(partial(artefact, portal, number), "the artefact")
    finally:
        for worker in started:
            stop(worker)


@pytest.mark.slow
def test_one_two_and_four_workers_make_the_same_bytes_even_when_one_is_killed(portal):
    portal.env["SYNTHPORTAL_PART_SHARDS"] = "8"
    portal.run(START + WORK + CONFIRM + WORK)
    in_one_piece = run_with(portal, 1, workers=1)
    portal.env["SYNTHPORTAL_PART_SHARDS"] = "1"
    assert run_with(portal, 2, workers=2, killing=True) == in_one_piece
    assert run_with(portal, 3, workers=4) == in_one_piece
    helped = portal.query("SELECT count(*) FROM synthportal_job WHERE kind = 'sample_part' AND state = 'done'")[0][0]
    assert helped > 0
    assert portal.query("SELECT count(*) FROM generation_runshard")[0][0] == 0
