"""The one place that turns an open file into an answer, whole or a single byte range (RFC 9110, section 14)."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import BinaryIO, Protocol, TypeVar

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from synthportal.storage.vault import READ_BYTES

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)
Span = tuple[int, int]


class Kept(Protocol):
    """What is known of a file before it is opened. `sha256` names its bytes for good."""

    @property
    def size(self) -> int: ...

    @property
    def sha256(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def content_type(self) -> str: ...


class Opened(Kept, Protocol):
    """An open file at its start, and what it is. `ended` is told how many bytes left, and whether nginx sends them."""

    @property
    def file(self) -> BinaryIO: ...

    @property
    def ended(self) -> Callable[[int, bool], None]: ...

    def shelf_name(self) -> str:
        """The plain file that nginx may send in our place, read through and found unchanged; "" where there is none."""


class Unsatisfiable(Exception):
    """The range asked for lies outside the file: 416. `size` in bytes."""

    def __init__(self, size: int) -> None:
        super().__init__(size)
        self.size = size


class Pieces:
    """The bytes `first` to `last` of an open file, read piece by piece; closing it closes the file and tells how many
    were handed on.
    """

    def __init__(self, file: BinaryIO, first: int, last: int, ended: Callable[[int, bool], None] | None = None) -> None:
        self.file, self._first, self._left = file, first, last - first + 1
        self._ended, self._sent = ended, 0

    def __iter__(self) -> Iterator[bytes]:
        self.file.seek(self._first)
        while self._left > 0 and (piece := self.file.read(min(READ_BYTES, self._left))):
            self._left -= len(piece)
            yield piece
            self._sent += len(piece)

    def close(self) -> None:
        self.file.close()
        if self._ended:
            self._ended(self._sent, False)
            self._ended = None


def deliver(
    request: HttpRequest, kept: Callable[[], Kept | None], opened: Callable[[Span | None], Opened]
) -> HttpResponseBase:
    """The file, whole or the single byte range that was asked for; its headers alone for HEAD; 304 for who has it.

    `kept` tells what it is ahead of opening, or None where `opened` is going to refuse; `opened` raises why.
    """
    found = kept()
    if found is None:
        return _answer(opened(None), None)
    if _has_it(request, found):
        return _described(HttpResponse(status=304), found)
    try:
        span = _span_for(request, found)
    except Unsatisfiable as error:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{error.size}", "Accept-Ranges": "bytes"})
    if request.method == "HEAD":
        return _sized(_described(HttpResponse(content_type=found.content_type), found), found, None)
    return _answer(opened(span), span)


def _has_it(request: HttpRequest, found: Kept) -> bool:
    """If-None-Match by weak comparison, as RFC 9110, section 13.1.2, has it."""
    asked = request.headers.get("If-None-Match", "")
    tags = {tag.strip().removeprefix("W/") for tag in asked.split(",")}
    return bool(asked) and bool(tags & {"*", etag(found.sha256)})


def _span_for(request: HttpRequest, found: Kept) -> Span | None:
    """The range to send; None for the whole file."""
    asked = request.headers.get("Range")
    if not asked or request.headers.get("If-Range", etag(found.sha256)) != etag(found.sha256):
        return None
    return parse_range(asked, found.size) if request.method == "GET" else None


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


def _answer(export: Opened, span: Span | None) -> HttpResponseBase:
    location = settings.ACCEL_LOCATION
    if location and span is None and (name := export.shelf_name()):
        export.file.close()
        export.ended(export.size, True)
        accelerated = HttpResponse(content_type=export.content_type, headers={"X-Accel-Redirect": f"{location}{name}"})
        return _described(accelerated, export)
    first, last = span or (0, export.size - 1)
    pieces = Pieces(export.file, first, last, export.ended)
    response = StreamingHttpResponse(pieces, status=206 if span else 200, content_type=export.content_type)
    return _sized(_described(response, export), export, span)


Answer = TypeVar("Answer", bound=HttpResponseBase)


def _described(response: Answer, found: Kept) -> Answer:
    """Headers that any answer about a file has."""
    response["ETag"] = etag(found.sha256)
    response["Content-Disposition"] = f'attachment; filename="{found.name}"'
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response


def _sized(response: Answer, found: Kept, span: Span | None) -> Answer:
    first, last = span or (0, found.size - 1)
    if span:
        response["Content-Range"] = f"bytes {first}-{last}/{found.size}"
    response["Content-Length"] = str(last - first + 1)
    return response
