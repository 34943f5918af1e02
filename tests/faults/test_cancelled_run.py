"""Cancelling a run ends its process, and with it gives back its memory, within two seconds."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.faults.orders import run
from tests.faults.portal import children_of_jobs, stop, wait_for
from tests.faults.test_killed_worker import state_of

LIMIT_SECONDS = 2.0
# Hours of training, were it not cancelled.
RUN = run("ctgan", 400, {"epochs": 5000})
CANCEL = """
import time
from generation.models import GenerationRun
from generation.stages.request import cancel_run
run = GenerationRun.objects.get()
cancel_run(run, by=run.dataset.owner)
print(time.time())
"""


def is_training(portal) -> bool:
    found = state_of(portal, "generate")
    return found is not None and found[1] == "training epoch"


def when_gone(portal) -> float:
    wait_for(lambda: not children_of_jobs(portal.home), "the child to end")
    return time.time()


@pytest.mark.slow
def test_a_cancelled_fit_is_gone_within_two_seconds(minimised, copied):
    portal = copied(minimised)
    portal.run(RUN)
    worker = portal.start_worker()
    try:
        wait_for(lambda: is_training(portal), "the training to begin")
        assert children_of_jobs(portal.home)
        with ThreadPoolExecutor(1) as watch:
            gone = watch.submit(when_gone, portal)
            cancelled_at = float(portal.run(CANCEL).splitlines()[-1])
            assert gone.result() - cancelled_at < LIMIT_SECONDS
        assert portal.query("SELECT status FROM generation_generationrun") == [("cancelled",)]
    finally:
        stop(worker)
