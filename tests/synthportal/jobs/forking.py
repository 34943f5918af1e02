"""Limited children of the tests: forked from a clean process that has imported what each would import for a second."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Sequence
from multiprocessing.context import ForkServerProcess
from multiprocessing.reduction import DupFd
from typing import TYPE_CHECKING

from synthportal.jobs.confined.child import KEPT_VARIABLES

if TYPE_CHECKING:
    from synthportal.jobs.limited import Child

IMPORTED = "tests.synthportal.jobs.imported"


class Forked:
    """A child of the fork server; what multiprocessing calls `join`, a child calls `wait`."""

    def __init__(self, process: ForkServerProcess) -> None:
        self._process = process

    def kill(self) -> None:
        self._process.kill()

    def wait(self) -> int | None:
        self._process.join()
        return self._process.exitcode


class _Process(ForkServerProcess):
    """Descriptors can be handed over only while the process is being started."""

    def __getstate__(self) -> dict[str, object]:
        state = dict(self.__dict__)
        calls, answers, lent = self._args
        state["_args"] = (DupFd(calls), DupFd(answers), [DupFd(one) for one in lent])
        return state


def start_by_forking(calls: int, answers: int, lent: Sequence[int]) -> Child:
    """As clean as a spawned child: the server is started anew, and knows nothing of the test that asks it."""
    multiprocessing.get_context("forkserver").set_forkserver_preload([IMPORTED])
    process = _Process(target=serve, args=(calls, answers, list(lent)), daemon=True)
    process.start()
    return Forked(process)


def serve(calls: DupFd, answers: DupFd, lent: list[DupFd]) -> None:
    from synthportal.jobs.confined.child import main

    for name in set(os.environ) - set(KEPT_VARIABLES):
        del os.environ[name]
    main(calls.detach(), answers.detach(), [one.detach() for one in lent])
