"""Two real workers: what one has measured is measured again by the other alone, with a key that the first one lacks."""

from __future__ import annotations

import time

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.faults.conftest import Copies
from tests.faults.portal import Portal, stop, wait_for

KEY = bytes(range(1, 33))
JOBS = "SELECT state, attempt FROM synthportal_job WHERE kind = 'recompute'"
BOTH = (
    "SELECT e.digest, r.digest, r.worker FROM generation_recomputation r "
    "JOIN generation_evaluation e ON e.id = r.evaluation_id"
)
SENT = JOBS + " AND sent_at IS NOT NULL"


@pytest.mark.slow
def test_an_evaluation_waits_for_the_second_worker_and_both_get_the_same_figures(reviewed: Portal, copied: Copies):
    portal = copied(reviewed)
    public = Ed25519PrivateKey.from_private_bytes(KEY).public_key().public_bytes_raw().hex()
    portal.env["SYNTHPORTAL_SECOND_WORKERS"] = f"checker={public}"
    first = portal.start_worker()
    try:
        wait_for(lambda: portal.query(SENT), "the job to be sent to the first worker")
        time.sleep(3)
        assert portal.query(JOBS) == [("queued", 0)]
        portal.env |= {f"SYNTHPORTAL_WORKER_{name}": value for name, value in (("NAME", "checker"), ("KEY", KEY.hex()))}
        portal.env["SYNTHPORTAL_PROCESS"] = "recomputer"
        second = portal.start_worker()
        try:
            wait_for(lambda: portal.query(BOTH), "the second worker to measure")
        finally:
            stop(second)
    finally:
        stop(first)
    ((measured, again, worker),) = portal.query(BOTH)
    assert (measured, worker) == (again, "checker")
