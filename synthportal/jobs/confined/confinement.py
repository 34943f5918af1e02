"""What a process gives up for good, by the kernel: every way to the network, and every file that it was not shown.

Landlock (Linux 5.13) for files, other processes and signals; seccomp for sockets, tracing and io_uring. Neither needs
a privilege, so both work in containers, and what is started later inherits them. Without Linux, or where the kernel
denies one, `confine` says what holds and what does not: who started the process decides whether that is enough.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import platform
import signal
import struct
import sys
from collections.abc import Iterable

NETWORK, FILES = "network", "files"

_PR_SET_PDEATHSIG, _PR_SET_SECCOMP, _PR_SET_NO_NEW_PRIVS = 1, 22, 38
_SECCOMP_MODE_FILTER = 2
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_EXECUTE, _WRITE, _READ, _LIST, _TRUNCATE = 1 << 0, 1 << 1, 1 << 2, 1 << 3, 1 << 14
_OF_FILES = _EXECUTE | _WRITE | _READ | _TRUNCATE
# What each version of Landlock can forbid (linux/landlock.h): the first 13 rights, then one more at a time.
_RIGHTS = {1: (1 << 13) - 1, 2: (1 << 14) - 1, 3: (1 << 15) - 1, 5: (1 << 16) - 1}
_NETWORK_FROM, _SCOPES_FROM = 4, 6

# socket, ptrace, process_vm_readv, process_vm_writev, io_uring_setup, pidfd_getfd; the machine's number for seccomp.
_CALLS = {
    "x86_64": (0xC000003E, (41, 101, 310, 311, 425, 438)),
    "aarch64": (0xC00000B7, (198, 117, 270, 271, 425, 438)),
}
_X32 = 0x40000000
# Loaded before anything forks.
_LIBC = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
_ALLOW, _DENY = 0x7FFF0000, 0x00050000 | 13  # SECCOMP_RET_ALLOW, SECCOMP_RET_ERRNO with EACCES


def die_with_parent(parent: int = 0) -> None:
    """The kernel kills this process when the one that started it dies; at once where `parent`, its id, is gone."""
    if _LIBC:
        _LIBC.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if parent and os.getppid() != parent:
        os.kill(os.getpid(), signal.SIGKILL)


def confine(readable: Iterable[str], listable: Iterable[str], writable: Iterable[str]) -> set[str]:
    """Give up the network and all files but these and what lies below; returns which of NETWORK and FILES hold now.

    `listable` folders show names only. Descriptors that are open already stay open.
    """
    if not _LIBC or _LIBC.prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        return set()
    given = [(path, _EXECUTE | _READ | _LIST) for path in readable]
    given += [(path, _LIST) for path in listable]
    given += [(path, ~_EXECUTE) for path in writable]
    held = {FILES} if _restrict_files(_LIBC, given) else set()
    return held | ({NETWORK} if _restrict_calls(_LIBC) else set())


def _restrict_files(libc: ctypes.CDLL, given: list[tuple[str, int]]) -> bool:
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), 1)
    if version < 1:
        return False
    rights = _RIGHTS[max(known for known in _RIGHTS if known <= version)]
    attributes = struct.pack("=QQQ", rights, 3 if version >= _NETWORK_FROM else 0, 3 if version >= _SCOPES_FROM else 0)
    size = 24 if version >= _SCOPES_FROM else 16 if version >= _NETWORK_FROM else 8
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.c_char_p(attributes), ctypes.c_size_t(size), 0)
    if ruleset < 0:
        return False
    try:
        for path, wanted in given:
            _allow(libc, ruleset, path, wanted & rights)
        return bool(libc.syscall(_RESTRICT_SELF, ruleset, 0) == 0)
    finally:
        os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: str, wanted: int) -> None:
    """A path that is not there, or cannot be named, stays forbidden."""
    with contextlib.suppress(OSError):
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
        try:
            kept = wanted if os.path.isdir(path) else wanted & _OF_FILES  # noqa: PTH112
            libc.syscall(_ADD_RULE, ruleset, 1, ctypes.c_char_p(struct.pack("=Qi", kept, place)), 0)
        finally:
            os.close(place)


def _restrict_calls(libc: ctypes.CDLL) -> bool:
    """A filter of system calls: sockets, and all that reaches into other processes, answer EACCES."""
    known = _CALLS.get(platform.machine())
    if known is None:
        return False
    machine, calls = known
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06
    steps = [(load, 0, 0, 4), (equal, 1, 0, machine), (answer, 0, 0, _DENY), (load, 0, 0, 0)]
    steps += [(at_least, 0, 1, _X32), (answer, 0, 0, _DENY)]
    for call in calls:
        steps += [(equal, 0, 1, call), (answer, 0, 0, _DENY)]
    steps.append((answer, 0, 0, _ALLOW))
    code = ctypes.create_string_buffer(b"".join(struct.pack("=HBBI", *step) for step in steps))
    program = struct.pack("@HP", len(steps), ctypes.addressof(code))
    return bool(libc.prctl(_PR_SET_SECCOMP, _SECCOMP_MODE_FILTER, ctypes.c_char_p(program), 0, 0) == 0)
