"""What the tests of limited children have them do. No Django: a child has none."""

from __future__ import annotations

import ctypes
import os
import resource
import socket
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from synthportal.errors import Conflict
from synthportal.storage.lent import SealKey, open_lent, write_lent

GIGABYTE = 1024**3


def told(word, report) -> list[object]:
    report("reading", 1, 2)
    return [word, os.getpid(), resource.getrlimit(resource.RLIMIT_AS)[0], resource.getrlimit(resource.RLIMIT_CPU)[0]]


def filled(_, report):
    return len(bytearray(8 * GIGABYTE))


def turned(_, report):
    while True:
        pass


def in_the_way(_, report):
    raise Conflict("The disk is full.")


def written_to(sink: BinaryIO, report: object) -> int:
    return sink.write(b"x")


@dataclass(frozen=True)
class Answer:
    number: int


def lied(answer, report) -> Answer:
    return answer


def environment(report) -> dict[str, str]:
    return dict(os.environ)


def read(path: str, report) -> str:
    return _tried(lambda: Path(path).read_bytes())


def written(path: str, report) -> str:
    return _tried(lambda: Path(path).write_bytes(b"0"))


def connected(family: int, report) -> str:
    return _tried(lambda: socket.socket(socket.AddressFamily(family)))


def traced(report) -> str:
    libc = ctypes.CDLL(None, use_errno=True)
    found = libc.ptrace(16, os.getppid(), 0, 0)  # PTRACE_ATTACH
    return os.strerror(ctypes.get_errno()) if found else "attached"


def killed(process: int, report) -> str:
    return _tried(lambda: os.kill(process, 0))


def descriptors(report) -> list[int]:
    found = []
    for number in range(200):
        try:
            os.fstat(number)
        except OSError:
            continue
        found.append(number)
    return found


def turned_round(key: SealKey, source: BinaryIO, sink: BinaryIO, report) -> bytes:
    with open_lent(key, source) as file, write_lent(key, sink) as out:
        plain = file.read()
        out.write(plain[::-1])
    return plain


def _tried(attempt) -> str:
    try:
        attempt()
    except OSError as error:
        return type(error).__name__
    return "done"
