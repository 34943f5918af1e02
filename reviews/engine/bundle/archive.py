"""A zip archive that is never written: a read-only, seekable file over its members, the same bytes each time.

Members are stored and not compressed (Parquet is compressed inside), in the order given, dated 1980-01-01, so that size
and every byte follow from the members alone and any range can be sent. Zip64 where a member or an offset needs it.
Source: APPNOTE.TXT 6.3.10, sections 4.3.7 to 4.3.16.
"""

from __future__ import annotations

import io
import struct
from bisect import bisect_right
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import BinaryIO

_LONG = 0xFFFFFFFF
_DATE = 1 << 5 | 1  # 1980-01-01, the earliest that a zip can say
_UTF8 = 1 << 11
_PLAIN, _ZIP64 = 20, 45
_MODE = 0o100644 << 16


@dataclass(frozen=True, slots=True)
class Member:
    """A file in the archive: `open` gives it at its start, with exactly `size` bytes whose CRC-32 is `crc32`."""

    path: str
    size: int
    crc32: int
    open: Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class _Part:
    """Bytes of the archive from `start` on: its own, or those of a member."""

    start: int
    size: int
    source: bytes | Member


class Archive(io.RawIOBase):
    """The zip archive of some members. `size` in bytes is known before anything is read."""

    def __init__(self, members: Iterable[Member]) -> None:
        self._parts = _parts(list(members))
        self._starts = [part.start for part in self._parts]
        self.size = self._parts[-1].start + self._parts[-1].size
        self._at = 0
        self._open: tuple[Member, BinaryIO] | None = None

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self._at = max(0, {io.SEEK_SET: 0, io.SEEK_CUR: self._at, io.SEEK_END: self.size}[whence] + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        if self._at >= self.size:
            return 0
        part = self._parts[bisect_right(self._starts, self._at) - 1]
        start = self._at - part.start
        wanted = min(len(buffer), part.size - start)
        found = self._read(part.source, start, wanted)
        buffer[: len(found)] = found
        self._at += len(found)
        return len(found)

    def _read(self, source: bytes | Member, start: int, wanted: int) -> bytes:
        if isinstance(source, bytes):
            return source[start : start + wanted]
        if self._open is None or self._open[0] is not source:
            self._close_member()
            self._open = (source, source.open())
        file = self._open[1]
        file.seek(start)
        found = file.read(wanted)
        if not found:
            raise EOFError(f"{source.path} is shorter than it was when the archive was laid out.")
        return found

    def _close_member(self) -> None:
        if self._open:
            self._open[1].close()
            self._open = None

    def close(self) -> None:
        self._close_member()
        super().close()


def _parts(members: list[Member]) -> list[_Part]:
    parts: list[_Part] = []
    directory, at = b"", 0

    def put(source: bytes | Member, size: int) -> int:
        nonlocal at
        if size:
            parts.append(_Part(at, size, source))
        at += size
        return at

    for member in members:
        directory += _entry(member, at)
        head = _head(member)
        put(head, len(head))
        put(member, member.size)
    tail = directory + _end(len(members), len(directory), at)
    put(tail, len(tail))
    return parts


def _common(member: Member, is_long: bool) -> bytes:
    size = _LONG if is_long else member.size
    version = _ZIP64 if is_long else _PLAIN
    return struct.pack("<HHHHHIIIH", version, _UTF8, 0, 0, _DATE, member.crc32, size, size, len(member.path.encode()))


def _head(member: Member) -> bytes:
    """Local file header."""
    is_long = member.size >= _LONG
    extra = struct.pack("<HHQQ", 1, 16, member.size, member.size) if is_long else b""
    return b"PK\3\4" + _common(member, is_long) + struct.pack("<H", len(extra)) + member.path.encode() + extra


def _entry(member: Member, offset: int) -> bytes:
    """Central directory header."""
    sizes = (member.size, member.size) if member.size >= _LONG else ()
    places = (*sizes, offset) if offset >= _LONG else sizes
    extra = struct.pack(f"<HH{len(places)}Q", 1, 8 * len(places), *places) if places else b""
    made_by = struct.pack("<H", 3 << 8 | _ZIP64)
    rest = struct.pack("<HHHHII", len(extra), 0, 0, 0, _MODE, min(offset, _LONG))
    return b"PK\1\2" + made_by + _common(member, bool(sizes)) + rest + member.path.encode() + extra


def _end(count: int, size: int, offset: int) -> bytes:
    """End of central directory, in its long form too where the short one cannot say it."""
    long = b""
    if offset >= _LONG or count >= 0xFFFF:
        long = b"PK\6\6" + struct.pack("<QHHIIQQQQ", 44, 3 << 8 | _ZIP64, _ZIP64, 0, 0, count, count, size, offset)
        long += b"PK\6\7" + struct.pack("<IQI", 0, offset + size, 1)
    few = min(count, 0xFFFF)
    return long + b"PK\5\6" + struct.pack("<HHHHIIH", 0, 0, few, few, size, min(offset, _LONG), 0)
