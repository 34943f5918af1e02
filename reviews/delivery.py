"""The one place that turns released bytes into an answer: pages and API both call `deliver()`."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from django.http import HttpRequest, HttpResponse, HttpResponseBase, StreamingHttpResponse

from reviews.models import Release
from reviews.stages.export import Export, Format, export_release, prepare_file, why_not_export
from synthportal.models import Person
from synthportal.storage.vault import READ_BYTES

ONE_RANGE = re.compile(r"bytes=(\d{0,18})-(\d{0,18})", re.IGNORECASE)
TYPES = {
    Format.PARQUET: "application/vnd.apache.parquet",
    Format.CSV: "text/csv; charset=utf-8",
    Format.JSONL: "application/jsonl",
    Format.SPREADSHEET: "text/csv; charset=utf-8",
}
Span = tuple[int, int]


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


def deliver(request: HttpRequest, release: Release, fmt: str, *, by: Person) -> HttpResponseBase:
    """The released rendering `fmt`, whole or the single byte range asked for (RFC 9110, section 14).

    Raises what export_release raises: NotPermitted, Gone after a withdrawal, Conflict.
    """
    try:
        span = _span_for(request, release, fmt, by)
    except Unsatisfiable as error:
        return HttpResponse(status=416, headers={"Content-Range": f"bytes */{error.size}", "Accept-Ranges": "bytes"})
    return _answer(export_release(release, fmt, by=by, span=span), Format(fmt), span)


def _span_for(request: HttpRequest, release: Release, fmt: str, person: Person) -> Span | None:
    """The range to send; None for the whole file, also where export_release is going to refuse."""
    asked = request.headers.get("Range")
    if not asked or fmt not in Format.values or why_not_export(person, release):
        return None
    kept = prepare_file(release, Format(fmt))
    if request.headers.get("If-Range", etag(kept.sha256)) != etag(kept.sha256):
        return None
    return parse_range(asked, kept.size)


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


def _answer(export: Export, fmt: Format, span: Span | None) -> StreamingHttpResponse:
    first, last = span or (0, export.size - 1)
    response = StreamingHttpResponse(
        Pieces(export.file, first, last), status=206 if span else 200, content_type=TYPES[fmt]
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
