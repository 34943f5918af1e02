"""Limited children of the tests: forked from a clean process that has imported what each would import for a second."""

from __future__ import annotations

import multiprocessing
from multiprocessing.context import ForkServerContext

IMPORTED = "tests.synthportal.jobs.imported"


def start_by_forking() -> ForkServerContext:
    """As clean as a spawned child: the server is started anew, and knows nothing of the test that asks it."""
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload([IMPORTED])
    return context
