"""Heads of the trail, kept where the database does not reach: one signed line a head, only ever added, with fsync.

A line holds the head (sequence and digest of an event), the digest of the line before it and an Ed25519 signature by
the audit key, so that copies taken off the machine can be checked by anybody who has the public key. What was found
wrong stands in every later line until an operator says what was done about it.
"""

from __future__ import annotations

import fcntl
import hashlib
import hmac
import json
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, fields, replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.conf import settings

GENESIS = "0" * 64
TAIL_BYTES = 32 * 1024
# Transactions that end at the same moment may write their heads in another order; none is that far behind.
FAR_BEHIND = 64
# A line stays well below TAIL_BYTES: of more rows of events without a seal, the last one reaches to the last of them.
MOST_RANGES = 200
Ranges = tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """One line. `said` is "" for an ordinary head, else "began", "verified", "accepted" or "alarm".

    `alarm` is what stops releases, "" while all is well; `verified` the last event up to which the chain was read,
    `since` the one up to which it was taken as it stood.
    `state` is what the trail was when somebody accepted it as it stood: see verification.py. `unsealed` names the
    events without a fitting seal that were taken so, as "1-40,57-57": None in a line from before that was kept, which
    takes all up to `since`.
    """

    seq: int
    digest: str
    at: str
    said: str = ""
    alarm: str = ""
    verified: int = 0
    since: int = 0
    state: str = ""
    reason: str = ""
    previous: str = GENESIS
    unsealed: str | None = None

    @property
    def taken(self) -> Ranges:
        """The first and last of each row of events that need no seal of the portal."""
        if self.unsealed is None:
            return ((1, self.since),)
        pairs = (pair.split("-") for pair in self.unsealed.split(",") if pair)
        return tuple((int(first), int(last)) for first, last in pairs)


class BadLine(ValueError):
    """A line that the audit key did not sign, or that does not follow the one before it."""


@lru_cache(maxsize=4)
def _key(seed: bytes) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed)


def public_key() -> str:
    """What checks the lines, 64 hex digits."""
    return _key(settings.AUDIT_KEY).public_key().public_bytes_raw().hex()


def seal(digest: str) -> str:
    """What only the portal can write beside an event: HMAC-SHA256 of its digest by a key that the database lacks."""
    return hmac.new(_sealing_key(settings.AUDIT_KEY), digest.encode(), hashlib.sha256).hexdigest()


@lru_cache(maxsize=4)
def _sealing_key(seed: bytes) -> bytes:
    return hmac.digest(seed, b"synthportal: seals of audit events", "sha256")


def encode(head: Head) -> bytes:
    """The line of a head, signed."""
    said = _canonical(head)
    return said[:-1] + f',"signature":"{_key(settings.AUDIT_KEY).sign(said).hex()}"}}\n'.encode()


def decode(line: bytes, key: str) -> Head:
    """The head of a line, whose signature fits the public key (64 hex digits). Raises BadLine."""
    try:
        told = json.loads(line)
        signature = bytes.fromhex(told.pop("signature"))
        named = (one.name for one in fields(Head) if one.name in told or one.name != "unsealed")
        head = Head(**{name: told.pop(name) for name in named})
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key)).verify(signature, _canonical(head))
    except (ValueError, KeyError, TypeError, AttributeError, InvalidSignature) as error:
        raise BadLine("The audit key did not sign this.") from error
    return head


def _canonical(head: Head) -> bytes:
    said = {name: value for name, value in asdict(head).items() if value is not None}
    return json.dumps(said, separators=(",", ":"), ensure_ascii=False).encode()


def read_lines(source: Iterable[bytes], key: str = "") -> Iterator[Head | str]:
    """Every head of a file in its order; in place of one that cannot be trusted, a sentence that names its line.

    A copy kept elsewhere may hold a line again, sent anew after a failure, and words of a log server around each.
    """
    key, before, known = key or public_key(), "", set[str]()
    for number, kept in enumerate(source, start=1):
        line = kept[kept.find(b"{") : kept.rfind(b"}") + 1] + b"\n"
        digest = hashlib.sha256(line).hexdigest()
        if digest in known:
            continue
        try:
            head = decode(line, key)
        except BadLine:
            yield f"Line {number} of the heads was not signed by the audit key."
        else:
            if before and head.previous != before:
                yield f"Line {number} of the heads does not follow the line before it: lines are missing."
            yield head
        before = digest
        known.add(digest)


def last_head() -> Head | None:
    """The newest line of the file; None where there is no file or no line. Raises BadLine."""
    path: Path = settings.AUDIT_HEADS
    if not path.exists():
        return None
    with path.open("rb") as file:
        lines = _tail(file)
    return decode(lines[-1], public_key()) if lines else None


def add_head(seq: int, digest: str, *, alarm: str = "") -> None:
    """Add the head of a transaction that has just been committed; what does not fit the newest heads is an alarm."""
    with _locked() as file:
        lines = _tail(file)
        newest = _newest(lines)
        found = alarm or newest.alarm or _contradicts(lines, newest, seq, digest)
        said = "alarm" if found and not newest.alarm else ""
        _append(file, lines, _after(newest, seq=seq, digest=digest, said=said, alarm=found))


def begin(seq: int, digest: str, state: str = "", unsealed: str | None = None, *, accepted: str = "") -> None:
    """Begin anew at this head: the trail up to it is taken as it stands now, which `state` says, for the reason that it
    was `accepted` for, or because nothing was sealed before.
    """
    said, unsealed = "accepted" if accepted else "began", ranges(range(1, seq + 1)) if unsealed is None else unsealed
    with _locked() as file:
        head = Head(seq, digest, _now(), said, "", seq, seq, state, accepted, unsealed=unsealed)
        _append(file, _tail(file), head)


def ranges(numbers: Iterable[int]) -> str:
    """Rising numbers as a line names them."""
    found: list[list[int]] = []
    for number in numbers:
        if found and (number == found[-1][1] + 1 or len(found) == MOST_RANGES):
            found[-1][1] = number
        else:
            found.append([number, number])
    return ",".join(f"{first}-{last}" for first, last in found)


def is_within(found: Ranges, number: int) -> bool:
    """Whether one of the ranges holds the number."""
    return any(first <= number <= last for first, last in found)


def _after(newest: Head, **said: object) -> Head:
    """The line after the newest one: what that one carries on, but for what is said now."""
    return replace(newest, **({"at": _now(), "said": "", "state": "", "reason": ""} | said))  # type: ignore[arg-type]


def note_verified(seq: int, digest: str) -> None:
    """The whole chain up to this event was read and found in order. The head may have moved on meanwhile."""
    with _locked() as file:
        lines = _tail(file)
        newest = _newest(lines)
        last = (newest.seq, newest.digest) if newest.seq > seq else (seq, digest)
        _append(file, lines, _after(newest, seq=last[0], digest=last[1], said="verified", verified=seq))


def raise_alarm(sentence: str) -> None:
    """Stop releases until an operator has said what was done."""
    with _locked() as file:
        lines = _tail(file)
        newest = _newest(lines)
        if not newest.alarm:
            _append(file, lines, _after(newest, said="alarm", alarm=sentence))


def _contradicts(lines: list[bytes], newest: Head, seq: int, digest: str) -> str:
    if seq < newest.seq - FAR_BEHIND:
        return f"Event {seq} was written after event {newest.seq}: the end of the trail was cut off before."
    for line in lines:
        if not line.startswith(b'{"seq":%d,' % seq):
            continue
        try:
            head = decode(line, public_key())
        except BadLine:
            continue
        if head.seq == seq and head.digest != digest:
            return f"Event {seq} was written twice, with different words: the end of the trail was cut off before."
    return ""


def _newest(lines: list[bytes]) -> Head:
    """The newest head. A file without one was taken away: the trail goes on, with an alarm."""
    if not lines:
        return Head(0, GENESIS, "", alarm="The file of the trail's heads was missing or empty.")
    try:
        return decode(lines[-1], public_key())
    except BadLine:
        return Head(0, GENESIS, "", alarm="The newest of the trail's heads was not signed by the audit key.")


class _locked:  # noqa: N801 - reads like the context manager it is
    """The file of the heads, which nobody else writes meanwhile."""

    def __enter__(self) -> BinaryIO:
        path: Path = settings.AUDIT_HEADS
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        made = os.open(path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        self.file = os.fdopen(made, "ab+")
        fcntl.flock(self.file, fcntl.LOCK_EX)
        return self.file

    def __exit__(self, *_: object) -> None:
        self.file.close()


def _tail(file: BinaryIO) -> list[bytes]:
    """The last whole lines. One that was cut short by a crash is no line."""
    size = file.seek(0, os.SEEK_END)
    file.seek(max(0, size - TAIL_BYTES))
    lines = file.read().splitlines(keepends=True)
    whole = lines[1:] if size > TAIL_BYTES else lines
    return [line for line in whole if line.endswith(b"\n")]


def _append(file: BinaryIO, lines: list[bytes], head: Head) -> None:
    before = hashlib.sha256(lines[-1]).hexdigest() if lines else GENESIS
    signed = encode(replace(head, previous=before))
    size = file.seek(0, os.SEEK_END)
    torn = size and _byte_before(file, size) != b"\n"
    if torn:
        file.truncate(_end_of_lines(file, size))
    file.write(signed)
    file.flush()
    os.fsync(file.fileno())


def _byte_before(file: BinaryIO, at: int) -> bytes:
    file.seek(at - 1)
    return file.read(1)


def _end_of_lines(file: BinaryIO, size: int) -> int:
    start = max(0, size - TAIL_BYTES)
    file.seek(start)
    return start + file.read().rfind(b"\n") + 1


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")
