"""The inside of a limited child. Imports nothing of Django before its setup: a spawned process starts here."""

from __future__ import annotations

import resource
from multiprocessing.connection import Connection


def serve(pipe: Connection, memory: int, cpu: int) -> None:
    """Take one call from the pipe, run it under the limits, send back its progress and its end."""
    import django

    django.setup()
    from synthportal.errors import DomainError
    from synthportal.jobs.child import reason_of

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    # The soft limit first: at the hard one the system kills without saying why, and time would be told as memory.
    resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 1))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    function, arguments = pipe.recv()

    def report(phase: str, done: int, total: int) -> None:
        pipe.send(("progress", (phase, done, total)))

    try:
        pipe.send(("result", function(*arguments, report)))
    except Exception as error:  # noqa: BLE001 - a traceback on stderr could quote a cell
        pipe.send(("conflict" if isinstance(error, DomainError) else "refused", reason_of(error)))
