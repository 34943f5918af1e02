"""The one place that turns an open file into an answer, whole or a single byte range (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from synthportal.storage.vault import READ_BYTES

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)
Span = tuple[int, int]


class Kept(Protocol):
    """What is known of a file before it is opened."""

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...


class Opened(Kept, Protocol):
    """An open file at its start, and what it is."""

    @property
    def file(self) -> BinaryIO: ...

    @property
    def name(self) -> str: ...

    @property
    def content_type(self) -> str: ...


class Unsatisfiable(Exception):
    """The range asked for lies outside the file: 416. `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Pieces:
    """The bytes `first` to `last` of an open file, read piece by piece; closing it closes the file."""

    def __init__(self, file: BinaryIO, first: int, last: int) -> None:
        self.file, self._first, self._left = file, first, last - first + 1

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self._first)
        while self._left > 0 and (piece := self.file.read(min(READ_BYTES, self._left))):
            self._left -= len(piece)
            yield piece

    def close(self) -> None:
        self.file.close()


def deliver(
    request: HttpRequest, kept: Callable[[], Kept | None], opened: Callable[[Span | None], Opened]
) -> HttpResponseBase:
    """The file, whole or the single byte range that was asked for.

    `kept` tells size and digest ahead of opening, or None where `opened` is going to refuse; `opened` raises why.
    """
    try:
        span = _span_for(request, kept)
    except Unsatisfiable as error:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{error.size}", "Accept-Ranges": "bytes"})
    return _answer(opened(span), span)


def _span_for(request: HttpRequest, kept: Callable[[], Kept | None]) -> Span | None:
    """The range to send; None for the whole file, also where opening it is going to be refused."""
    asked = request.headers.get("Range")
    found = kept() if asked else None
    if not asked or found is None or request.headers.get("If-Range", etag(found.sha256)) != etag(found.sha256):
        return None
    return parse_range(asked, found.size)


def etag(sha256: str) -> str:
    """A strong validator: the bytes' own digest."""
    return f'"{sha256}"'


def parse_range(header: str, size: int) -> Span | None:
    """First and last byte of a Range header; None where it is to be ignored (several ranges, other units, nonsense).

    Raises Unsatisfiable when the range holds no byte of a file of `size` bytes.
    """
    asked = ONE_RANGE.fullmatch(header.strip())
    if asked is None or asked.groups() == ("", ""):
        return None
    start, end = asked.groups()
    first = int(start) if start else max(0, size - int(end))
    last = min(int(end), size - 1) if start and end else size - 1
    if start and end and int(end) < int(start):
        return None
    if first >= size:
        raise Unsatisfiable(size)
    return first, last


def _answer(export: Opened, span: Span | None) -> StreamingHttpResponse:
    first, last = span or (0, export.size - 1)
    response = StreamingHttpResponse(
        Pieces(export.file, first, last), status=206 if span else 200, content_type=export.content_type
    )
    if span:
        response["Content-Range"] = f"bytes {first}-{last}/{export.size}"
    response["Content-Length"] = str(last - first + 1)
    response["Content-Disposition"] = f'attachment; filename="{export.name}"'
    response["ETag"] = etag(export.sha256)
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
