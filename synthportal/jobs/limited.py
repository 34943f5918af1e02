"""Run a function on untrusted input in a child process of its own: without the portal's keys, database or network, with
limits on memory and processor time, and nothing but JSON or plain bytes for an answer.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Protocol, Self, TypeVar, cast

from django.conf import settings

from synthportal.errors import Conflict
from synthportal.jobs.confined import wire
from synthportal.jobs.confined.child import KEPT_VARIABLES
from synthportal.jobs.confined.codec import Files, WrongType, from_json, hints_of, to_json
from synthportal.jobs.progress import Progress

T = TypeVar("T")
# What a program of Python reads on its way, and no place where a portal keeps anything.
SYSTEM = (
    "/usr", "/lib", "/lib64", "/etc/ld.so.cache", "/etc/localtime", "/etc/mime.types", "/dev/null", "/dev/urandom",
    "/proc/self", "/proc/cpuinfo", "/proc/meminfo", "/sys/devices/system/cpu", "/sys/fs/cgroup",
)  # fmt: skip
NOT_UNDERSTOOD = "What was read of this file cannot be understood. Save it as Parquet, and upload it again."
TOO_LONG = "Reading this file takes too long. Split it into smaller files, or save it as Parquet."
TOO_LARGE = "Reading this file needs more memory than one upload may take. Split it, or save it as Parquet."
NOT_CONFINED = (
    "Files are read in a process that reaches neither the network nor the portal's keys, and this machine's kernel "
    "does not hold it to that. Ask your administrator: python manage.py doctor says what is missing."
)


class Refused(Exception):
    """Why the child gave up; `sentence` is made to be shown."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


class NotConfined(Conflict):
    """The kernel holds a child to less than is demanded: to `held`."""

    def __init__(self, sentence: str, held: frozenset[str]) -> None:
        super().__init__(sentence)
        self.held = held


class Child(Protocol):
    """A process that serves calls."""

    def kill(self) -> None: ...
    def wait(self) -> int | None: ...


def start_alone(calls: int, answers: int, lent: Sequence[int]) -> Child:
    """A new process with an empty environment, and no descriptor but these."""
    command = [sys.executable, "-m", "synthportal.jobs.confined.child", *map(str, (calls, answers, *lent))]
    kept = {name: os.environ[name] for name in KEPT_VARIABLES if name in os.environ}
    # What a library prints could quote a cell.
    quiet = subprocess.DEVNULL
    given = (calls, answers, *lent)
    return subprocess.Popen(
        command, env=kept, cwd=settings.BASE_DIR, pass_fds=given, stdin=quiet, stdout=quiet, stderr=quiet
    )


START: Callable[[int, int, Sequence[int]], Child] = start_alone


class LimitedChild:
    """A child that can be called more than once; what it keeps between calls is gone when it is closed.

    `memory` in bytes of address space, `cpu` in seconds (0: no limit). `lent` are files that it may use though they
    lie where it cannot reach, `readable` paths that it may open. Raises Conflict where the kernel does not hold it to
    what SYNTHPORTAL_CONFINEMENT demands.
    """

    # What is said where its time, or its memory, ran out.
    words = (TOO_LONG, TOO_LARGE)

    def __init__(
        self,
        *,
        memory: int,
        cpu: int = 0,
        lent: Sequence[BinaryIO] = (),
        readable: Sequence[str] = (),
        code: str = "",
    ) -> None:
        self._scratch = tempfile.mkdtemp(prefix="limited-")
        theirs, ours = os.pipe()
        answers, sent = os.pipe()
        self._calls, self._answers = os.fdopen(ours, "wb"), os.fdopen(answers, "rb")
        try:
            self._child = START(theirs, sent, [file.fileno() for file in lent])
        finally:
            os.close(theirs)
            os.close(sent)
        self._lent = list(lent)
        limits = {"memory": memory, "cpu": cpu, "scratch": self._scratch, **seen(code, readable)}
        wire.send(self._calls, wire.START, json.dumps(limits).encode())
        self.confinement = frozenset(json.loads(self._expected_ready()))
        if missing := set(settings.CONFINEMENT) - self.confinement:
            self.close()
            raise NotConfined(f"{NOT_CONFINED} ({', '.join(sorted(missing))})", held=self.confinement)

    def _expected_ready(self) -> bytes:
        try:
            _, held = wire.receive(self._answers)
        except EOFError:
            self.close()
            raise RuntimeError("The limited child did not start.") from None
        return held

    def call(
        self,
        function: Callable[..., T],
        arguments: tuple[Any, ...],
        report: Progress,
        *,
        answer: Callable[[bytes], bytes] | None = None,
    ) -> T:
        """`function(*arguments, report)` in there; its result by the type it declares, its progress and its refusals.

        `answer` is asked what the child asks (confined/asking.py); without it a child that asks is not understood.
        Raises Refused with a sentence when the input is refused or a limit is reached, and Conflict when the input is
        not to blame: a full disk, or something that was asked for and can be corrected.
        """
        files: Files = []
        given = [to_json(one, files) for one in arguments]
        if files != self._lent[: len(files)]:
            raise ValueError("A file is lent when the child starts.")
        call = {"function": f"{function.__module__}:{function.__qualname__}", "arguments": given}
        with contextlib.suppress(BrokenPipeError):  # it died already; why, is said where its answer is missing
            wire.send(self._calls, wire.CALL, json.dumps(call).encode())
        try:
            kind, payload = self._answer(report, answer)
            if kind == wire.BYTES:
                return cast(T, payload)
            return cast(T, from_json(hints_of(function)[1], json.loads(payload)))
        except (wire.Unreadable, WrongType, ValueError, TypeError, RecursionError):
            raise Refused(NOT_UNDERSTOOD) from None

    def _answer(self, report: Progress, answer: Callable[[bytes], bytes] | None) -> tuple[bytes, bytes]:
        while True:
            try:
                kind, payload = wire.receive(self._answers)
            except (EOFError, ConnectionResetError):
                too_long, too_large = self.words
                raise Refused(too_long if self._child.wait() == -signal.SIGXCPU else too_large) from None
            if kind == wire.PROGRESS:
                report(*from_json(tuple[str, int, int], json.loads(payload)))
            elif kind == wire.ASKED and answer:
                wire.send(self._calls, wire.TOLD, answer(payload))
            elif kind == wire.REFUSED:
                raise Refused(payload.decode())
            elif kind == wire.CONFLICT:
                raise Conflict(payload.decode())
            elif kind in (wire.RESULT, wire.BYTES):
                return kind, payload
            else:
                raise wire.Unreadable

    def close(self) -> None:
        """End it, and remove what it wrote."""
        self._child.kill()
        self._child.wait()
        with contextlib.suppress(OSError):
            self._calls.close()
        self._answers.close()
        shutil.rmtree(self._scratch, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def run_limited(
    function: Callable[..., T],
    arguments: tuple[Any, ...],
    *,
    memory: int,
    cpu: int,
    report: Progress,
    readable: Sequence[str] = (),
) -> T:
    """`function(*arguments, report)` in a fresh child that is confined; see `LimitedChild`.

    The function stands in a module that knows no Django, and declares its types: they say how arguments and result
    are read on the other side. Open files among the arguments are lent.
    """
    lent: Files = []
    to_json(list(arguments), lent)
    code = function.__module__.partition(".")[0]
    with LimitedChild(memory=memory, cpu=cpu, lent=lent, readable=readable, code=code) as child:
        return child.call(function, arguments, report)


def seen(code: str, readable: Sequence[str]) -> dict[str, list[str]]:
    """Which paths a child may read, and which folders it may list: programs and libraries, never keys or data."""
    base: Path = settings.BASE_DIR
    packages = {"synthportal", "generation", "reviews", code} - {""}
    libraries = {sys.prefix, sys.base_prefix, *(path for path in sys.path if path and Path(path).resolve() != base)}
    kept_apart = (settings.SECRETS_DIR, settings.KEYS_DIR, settings.DATA_DIR)
    shown = [path for path in (*SYSTEM, *libraries) if not any(_holds(Path(path), kept) for kept in kept_apart)]
    return {
        "readable": [*shown, *(str(base / package) for package in packages), *readable],
        "listable": [str(base), *(path for path in sys.path if path)],
    }


def _holds(folder: Path, kept: Path) -> bool:
    folder = folder.resolve()
    return folder == kept or folder in kept.parents


def confinement_here() -> frozenset[str]:
    """Which of "network" and "files" the kernel of this machine holds a child to."""
    try:
        with LimitedChild(memory=2**31, cpu=10) as child:
            return child.confinement
    except NotConfined as error:
        return error.held
