"""Run a function on untrusted input in a child process of its own, with limits on memory and processor time."""

from __future__ import annotations

import multiprocessing
import resource
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any, TypeVar

from synthportal.jobs.progress import Report

T = TypeVar("T")


class Refused(Exception):
    """Why the child gave up; `sentence` is made to be shown."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def run_limited(
    function: Callable[..., T], arguments: tuple[Any, ...], *, memory: int, cpu: int, report: Report
) -> T:
    """`function(*arguments, report)` in a fresh process; its result, its progress and its refusals come back.

    `memory` in bytes of address space beyond the start, `cpu` in seconds. The function must be importable by name.
    Raises Refused with a sentence when the input is refused or a limit is reached.
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=_child, args=(theirs, function, arguments, memory, cpu), daemon=True)
    child.start()
    theirs.close()
    try:
        result: T = _listen(ours, child, report)
        return result
    finally:
        child.kill()
        child.join()


def _listen(ours: Connection, child: Any, report: Report) -> Any:
    while True:
        try:
            kind, value = ours.recv()
        except EOFError:
            child.join()
            raise Refused(_words_for(child.exitcode)) from None
        if kind == "progress":
            report(*value)
        elif kind == "refused":
            raise Refused(value)
        else:
            return value


def _words_for(exit_code: int | None) -> str:
    if exit_code == -signal.SIGXCPU:
        return "Reading this file takes too long. Split it into smaller files, or save it as Parquet."
    return "Reading this file needs more memory than one upload may take. Split it, or save it as Parquet."


def _child(theirs: Connection, function: Callable[..., Any], arguments: tuple[Any, ...], memory: int, cpu: int) -> None:
    import django

    django.setup()
    from synthportal.jobs.child import reason_of

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    def report(phase: str, done: int, total: int) -> None:
        theirs.send(("progress", (phase, done, total)))

    try:
        theirs.send(("result", function(*arguments, report)))
    except Exception as error:  # noqa: BLE001 - a traceback on stderr could quote a cell
        theirs.send(("refused", reason_of(error)))
