"""The archive that is never written, read by other people's programs."""

from __future__ import annotations

import io
import subprocess
import zipfile
import zlib
from pathlib import Path
from typing import BinaryIO, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reviews.engine.bundle.archive import Archive, Member

FILES = {
    "README.md": b"# incomes\n",
    "data/train.parquet": bytes(range(256)) * 900,
    "metadata/größe.json": b"{}",
    "a": b"",
}


def member(path: str, content: bytes) -> Member:
    return Member(path, len(content), zlib.crc32(content), lambda: io.BytesIO(content))


def archive() -> Archive:
    return Archive(member(*file) for file in FILES.items())


def test_the_members_come_out_as_they_went_in() -> None:
    with zipfile.ZipFile(cast(BinaryIO, archive())) as read:
        assert read.testzip() is None
        assert {name: read.read(name) for name in read.namelist()} == FILES


def test_unzip_reads_it_too(tmp_path: Path) -> None:
    path = tmp_path / "bundle.zip"
    path.write_bytes(archive().readall())
    done = subprocess.run(["python3", "-m", "zipfile", "-e", path, tmp_path / "out"], capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "out" / "data" / "train.parquet").read_bytes() == FILES["data/train.parquet"]


def test_size_and_bytes_follow_from_the_members_alone() -> None:
    whole = archive().readall()
    assert archive().readall() == whole
    assert archive().size == len(whole)


@given(first=st.integers(0, 240_000), length=st.integers(0, 240_000))
def test_any_range_of_it_is_that_range(first: int, length: int) -> None:
    read = archive()
    read.seek(first)
    assert io.BufferedReader(read).read(length) == archive().readall()[first : first + length]


class _Zeros(io.RawIOBase):
    """So many zero bytes that nobody writes them down."""

    def __init__(self, size: int) -> None:
        self.size, self.at = size, 0

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self.at = offset
        return offset

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override]
        count = min(len(buffer), self.size - self.at)
        buffer[:count] = bytes(count)
        self.at += count
        return count


def test_beyond_four_gigabytes_the_directory_is_still_read() -> None:
    size = 5 * 2**30
    big = Member("big", size, 0, lambda: cast(BinaryIO, _Zeros(size)))
    with zipfile.ZipFile(cast(BinaryIO, Archive([big, member("after", b"all")]))) as read:
        assert [(one.filename, one.file_size) for one in read.infolist()] == [("big", size), ("after", 3)]
        assert read.read("after") == b"all"


def test_a_member_that_became_shorter_is_no_silent_end() -> None:
    short = Member("short", 5, 0, lambda: io.BytesIO(b"abc"))
    with pytest.raises(EOFError, match="short"):
        Archive([short]).readall()
