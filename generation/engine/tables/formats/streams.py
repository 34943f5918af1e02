"""Byte streams that do not trust what they read: strict decoding, counted unpacking, no closing of what is borrowed."""

from __future__ import annotations

import codecs
import gzip
import io
import re
import zlib
from collections.abc import Callable
from typing import BinaryIO, cast

from generation.engine.errors import TableError

CHUNK_BYTES = 1 << 20
UNPACKING_ERRORS = (gzip.BadGzipFile, zlib.error, EOFError)


class Borrowed(io.RawIOBase):
    """Someone else's seekable file: closing this leaves it open, and `position` can be asked for from any thread."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.size = file.seek(0, io.SEEK_END)
        self.position = file.seek(0)

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        self.position = self._file.seek(offset, whence)
        return self.position

    def tell(self) -> int:
        return self.position

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(buffer))
        buffer[: len(data)] = data
        self.position += len(data)
        return len(data)


class DecodedAsUtf8(io.RawIOBase):
    """The UTF-8 bytes of a text in any encoding, decoded strictly.

    Raises TableError for an undecodable byte (with its line) and for more than `max_bytes` of undecoded text.
    `quotes` counts the double quotes that went by.
    """

    def __init__(self, raw: BinaryIO, encoding: str, max_bytes: int) -> None:
        self._raw = raw
        self._encoding = encoding
        self._decoder = codecs.getincrementaldecoder(encoding)("strict")
        self._left = max_bytes
        self._line = 1
        self._pending = memoryview(b"")
        self._ended = False
        self._is_at_line_end = False
        self.quotes = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._pending and not self._ended:
            self._fill()
        count = min(len(buffer), len(self._pending))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _fill(self) -> None:
        data = self._read()
        self._ended = not data
        self._left -= len(data)
        if self._left < 0:
            raise TableError("too_large", "The file unpacks to more than is allowed. Split it and upload the parts.")
        text = self._decode(data).encode()
        if text:
            self._is_at_line_end = text.endswith(b"\n")
        if self._ended and not self._is_at_line_end:
            # Parsers stumble over a last line that does not end.
            text += b"\n"
        self._line += text.count(b"\n")
        self.quotes += text.count(b'"')
        self._pending = memoryview(text)

    def _read(self) -> bytes:
        try:
            return self._raw.read(CHUNK_BYTES)
        except UNPACKING_ERRORS:
            raise TableError("damaged", "The gzip file is damaged or cut off. Make it again and upload it.") from None

    def _decode(self, data: bytes) -> str:
        try:
            return self._decoder.decode(data, final=not data)
        except UnicodeError as error:
            skipped = error.object[: error.start].count(b"\n") if isinstance(error, UnicodeDecodeError) else 0
        line = self._line + skipped
        raise TableError(
            "wrong_encoding", f"Line {line} is not valid {self._encoding} text. Save the file as UTF-8 and upload it."
        )


class NullsEscaped(io.RawIOBase):
    """UTF-8 text of a CSV with backslashes as escapes, in which a cell of a bare \\N, a database's null, stays one.

    A parser takes it for an escaped N, the letter.
    """

    def __init__(self, text: io.BufferedIOBase, delimiter: str) -> None:
        sign = re.escape(delimiter.encode())
        self._text = text
        self._null = re.compile(rb"(\A|[\r\n" + sign + rb"])\\N(?=[\r\n" + sign + rb"])")
        # What may be the beginning of one waits for what comes next.
        self._begun = re.compile(rb"[\r\n" + sign + rb"](?:\\N?)?\Z")
        self._held = b""
        self._pending = memoryview(b"")
        self._ended = False

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        while not self._pending and not self._ended:
            self._fill()
        count = min(len(buffer), len(self._pending))
        buffer[:count] = self._pending[:count]
        self._pending = self._pending[count:]
        return count

    def _fill(self) -> None:
        data = self._text.read1(CHUNK_BYTES)
        self._ended = not data
        # Nulls side by side share the delimiter between them.
        text = self._null.sub(rb"\1\\\\N", self._held + data)
        begun = None if self._ended else self._begun.search(text)
        at = begun.start() if begun else len(text)
        self._held, self._pending = text[at:], memoryview(text[:at])


def unpacked(source: Borrowed, is_gzip: bool) -> BinaryIO:
    """The source from its first byte, through gzip if it is packed."""
    source.seek(0)
    return cast(BinaryIO, gzip.GzipFile(fileobj=source) if is_gzip else source)


TextOpener = Callable[[], tuple[DecodedAsUtf8, io.BufferedReader]]


def text_opener(source: Borrowed, is_gzip: bool, encoding: str, max_bytes: int) -> TextOpener:
    """A function that opens the text as UTF-8 from its beginning, as often as it is called."""

    def opened() -> tuple[DecodedAsUtf8, io.BufferedReader]:
        decoded = DecodedAsUtf8(unpacked(source, is_gzip), encoding, max_bytes)
        return decoded, io.BufferedReader(decoded, CHUNK_BYTES)

    return opened
