"""A large artefact is sampled by any number of workers, one of them killed: the same bytes."""

from __future__ import annotations

import subprocess
from functools import partial

import pytest

from tests.faults.orders import run
from tests.faults.portal import Portal, kill, stop, wait_for

# Four parts, when a part is one shard of 131,072 records.
RUN = run("copula", 400_000)


def sampled_parts(portal: Portal) -> int:
    """How many parts of the run are there already."""
    return int(portal.query("SELECT count(*) FROM generation_runshard WHERE sha256 <> ''")[0][0])


def done_by_others(portal: Portal) -> int:
    """How many parts were sampled by a worker that had not fitted."""
    jobs = "SELECT count(*) FROM synthportal_job WHERE kind = 'sample_part' AND state = 'done'"
    return int(portal.query(jobs)[0][0])


def artefact(portal: Portal) -> str:
    found = portal.query("SELECT artefact_sha256, error FROM generation_generationrun")[0]
    assert found[1] == ""
    return str(found[0])


def run_with(portal: Portal, workers: int, *, killing: bool = False) -> str:
    """The digest of a run sampled by so many workers; the first of them is killed while it samples."""
    portal.run(RUN)
    started: list[subprocess.Popen[bytes]] = [portal.start_worker() for _ in range(workers)]
    try:
        if killing:
            wait_for(lambda: sampled_parts(portal) or artefact(portal), "the first part")
            kill(started.pop(0))
        made = wait_for(partial(artefact, portal), "the artefact")
        # The parts go after the run has its artefact: a worker stopped in between would leave them.
        wait_for(lambda: portal.query("SELECT count(*) FROM generation_runshard")[0][0] == 0, "the parts to be removed")
        return made
    finally:
        for worker in started:
            stop(worker)


@pytest.mark.slow
def test_one_two_and_four_workers_make_the_same_bytes_even_when_one_is_killed(minimised, copied):
    alone, two, four = copied(minimised), copied(minimised), copied(minimised)
    alone.env["SYNTHPORTAL_PART_SHARDS"] = "8"
    in_one_piece = run_with(alone, workers=1)
    two.env["SYNTHPORTAL_PART_SHARDS"] = four.env["SYNTHPORTAL_PART_SHARDS"] = "1"
    assert run_with(two, workers=2, killing=True) == in_one_piece
    assert run_with(four, workers=4) == in_one_piece
    assert done_by_others(two) + done_by_others(four) > 0
