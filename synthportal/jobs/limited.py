"""Run a function on untrusted input in a child process of its own, with limits on memory and processor time."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
from typing import Any, TypeVar

from synthportal.errors import Conflict
from synthportal.jobs.limited_child import serve
from synthportal.jobs.progress import Progress

T = TypeVar("T")
# The child inherits nothing of the process that starts it: no key, no open file, no connection.
START = multiprocessing.get_context("spawn")


class Refused(Exception):
    """Why the child gave up; `sentence` is made to be shown."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def run_limited(
    function: Callable[..., T], arguments: tuple[Any, ...], *, memory: int, cpu: int, report: Progress
) -> T:
    """`function(*arguments, report)` in a fresh process; its result, its progress and its refusals come back.

    `memory` in bytes of address space, `cpu` in seconds. The function must be importable by name, and its arguments
    must hold all it needs: the child is not meant to reach the database.
    Raises Refused with a sentence when the input is refused or a limit is reached, and Conflict when the input is not
    to blame: a full disk, or something that was asked for and can be corrected.
    """
    ours, theirs = START.Pipe()
    child = START.Process(target=serve, args=(theirs, memory, cpu), daemon=True)
    child.start()
    theirs.close()
    try:
        ours.send((function, arguments))
        result: T = _listen(ours, child, report)
        return result
    finally:
        child.kill()
        child.join()
        ours.close()


def _listen(ours: Connection, child: SpawnProcess, report: Progress) -> Any:
    while True:
        try:
            kind, value = ours.recv()
        except (EOFError, ConnectionResetError):
            child.join()
            raise Refused(_words_for(child.exitcode)) from None
        if kind == "progress":
            report(*value)
        elif kind == "refused":
            raise Refused(value)
        elif kind == "conflict":
            raise Conflict(value)
        else:
            return value


def _words_for(exit_code: int | None) -> str:
    if exit_code == -signal.SIGXCPU:
        return "Reading this file takes too long. Split it into smaller files, or save it as Parquet."
    return "Reading this file needs more memory than one upload may take. Split it, or save it as Parquet."
