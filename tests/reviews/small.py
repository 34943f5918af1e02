"""A review of few records, some of which need two people, opened by the real verbs."""

from __future__ import annotations

from generation.stages.request import RunRequest
from generation.tasks import submit_run
from synthportal.jobs.here import work_through
from tests.cast import World, agree_tier, make_people

SMALL = {"ltpd": 0.4, "confidence": 0.8, "hunt_records": 2, "double_share": 0.5, "realism_limit": 0.99}


def make_small_review(world: World) -> None:
    """Another run of the world's dataset, with a review under a policy for a handful of records."""
    agree_tier("quick", SMALL, reason="A handful of records.")
    run = submit_run(world.dataset, RunRequest("copula", 1_500, {}, "quick", 3), by=make_people()["ana"])
    work_through(run.pk)
