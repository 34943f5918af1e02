"""A limited child: confined and limited before it is sent anything, then it answers calls until its parent is gone.

    python -m synthportal.jobs.confined.child CALLS ANSWERS FILE ...

takes descriptors. It imports nothing of Django, and no settings: all it knows comes with its first message.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import resource
import sys
from collections.abc import Sequence
from typing import Any, BinaryIO

from synthportal.jobs.confined import asking, wire
from synthportal.jobs.confined.codec import from_json, hints_of, to_json
from synthportal.jobs.confined.confinement import confine, die_with_parent

# All that a child is told of its parent's environment.
KEPT_VARIABLES = ("LANG", "LC_ALL", "TZ", "OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "NUMBA_NUM_THREADS")


def main(calls: int, answers: int, lent: Sequence[int]) -> None:
    """Serve the calls that come until there are no more."""
    die_with_parent()
    inbox, outbox = os.fdopen(calls, "rb"), os.fdopen(answers, "wb")
    asking.settle(inbox, outbox)
    files = [os.fdopen(file, "rb" if _is_read_only(file) else "r+b", buffering=0) for file in lent]
    with contextlib.suppress(EOFError, BrokenPipeError):
        _, first = wire.receive(inbox)
        wire.send(outbox, wire.READY, json.dumps(sorted(_settle(json.loads(first)))).encode())
        while True:
            _, call = wire.receive(inbox)
            wire.send(outbox, *_answer(json.loads(call), files, outbox))


def _is_read_only(file: int) -> bool:
    import fcntl

    return fcntl.fcntl(file, fcntl.F_GETFL) & os.O_ACCMODE == os.O_RDONLY


def _settle(limits: dict[str, Any]) -> set[str]:
    """Take the limits on; returns what of the confinement holds."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if cpu := limits["cpu"]:
        # The soft limit first: at the hard one the system kills without saying why, and time would be told as memory.
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (limits["memory"], limits["memory"]))
    os.environ.update(dict.fromkeys(("TMPDIR", "HOME", "NUMBA_CACHE_DIR"), limits["scratch"]))
    return confine(limits["readable"], limits["listable"], [limits["scratch"], "/dev/null"])


def _answer(call: dict[str, Any], files: list[Any], outbox: BinaryIO) -> tuple[bytes, bytes]:
    from synthportal.errors import DomainError, is_full_disk
    from synthportal.jobs.reasons import reason_of

    def report(phase: str, done: int, total: int) -> None:
        wire.send(outbox, wire.PROGRESS, json.dumps([phase, done, total]).encode())

    try:
        module, _, name = call["function"].partition(":")
        function = getattr(importlib.import_module(module), name)
        kinds, _ = hints_of(function)
        given = [from_json(kind, one, files) for kind, one in zip(kinds, call["arguments"], strict=False)]
        result = function(*given, report)
        if isinstance(result, bytes):
            return wire.BYTES, result
        return wire.RESULT, json.dumps(to_json(result, [])).encode()
    except Exception as error:  # noqa: BLE001 - a traceback on stderr could quote a cell
        of_the_portal = isinstance(error, DomainError) or is_full_disk(error)
        return wire.CONFLICT if of_the_portal else wire.REFUSED, reason_of(error).encode()


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), [int(each) for each in sys.argv[3:]])
