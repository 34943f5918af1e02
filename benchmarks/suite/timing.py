"""Times one function in a process of its own, cut off at a limit of CPU seconds.

CPU seconds, because other work on the machine does not change them; of two processes that wait for each other the idle
one uses none.
"""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter, process_time
from typing import Any


@dataclass(frozen=True)
class Timing:
    """`seconds` and `cpu` of the call alone (imports and warming up left out); None where it was cut off."""

    name: str
    value: Any = None
    seconds: float | None = None
    cpu: float | None = None
    gib: float = 0.0
    limit: float = 0.0

    def __str__(self) -> str:
        if self.seconds is None:
            return f"{self.name}: cut off at {self.limit:.0f} CPU s"
        return f"{self.name}: {self.seconds:.2f} s, {self.cpu:.2f} CPU s, peak {self.gib:.2f} GiB"

    def ratio(self, other: Timing) -> str:
        """How many times the CPU time the other took."""
        words = "" if other.cpu is not None else "over "
        return f"{words}{(other.cpu or other.limit) / max(self.cpu or 0, 1e-9):,.1f} times the CPU time"


def timed(name: str, function: Callable[..., Any], *inputs: Any, limit: float = 240.0) -> Timing:
    """Calls `function(*inputs)`, which returns (warm-up, call): both without arguments, only the second is timed.

    RuntimeError when the call fails for another reason than the limit.
    """
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(there, function, inputs, limit))
    child.start()
    there.close()
    try:
        found = here.recv()
    except EOFError:
        found = None
    child.join()
    if found is None and child.exitcode != -signal.SIGXCPU:
        raise RuntimeError(f"{name} failed with exit code {child.exitcode}")
    return Timing(name, *found, limit=limit) if found else Timing(name, limit=limit)


def _child(pipe: Any, function: Callable[..., Any], inputs: tuple[Any, ...], limit: float) -> None:
    warm_up, call = function(*inputs)
    warm_up()
    began, used = perf_counter(), process_time()
    most = int(used + limit) + 1
    resource.setrlimit(resource.RLIMIT_CPU, (most, most + 10))
    value = call()
    seconds, cpu = perf_counter() - began, process_time() - used
    pipe.send((value, seconds, cpu, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20))
