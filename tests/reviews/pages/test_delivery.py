"""The one door: whole files and single ranges, their headers, and the refusals."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pyarrow.parquet as pq
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from reviews.models import Download, Release
from reviews.stages.release import withdraw_release
from synthportal.models import AuditEvent, Person
from synthportal.web.delivery import Pieces, Unsatisfiable, parse_range

SignIn = Callable[[str], Client]


def get(client: Client, release: Release, fmt: str = "parquet", **headers: str) -> Any:
    return client.get(f"/releases/{release.pk}/export/?format={fmt}", headers=headers)


def body(response: Any) -> bytes:
    return b"".join(response.streaming_content)


@pytest.mark.parametrize(
    ("header", "size", "span"),
    [
        ("bytes=0-499", 1000, (0, 499)),  # the examples of RFC 9110, section 14.1.2, on files of other sizes too
        ("bytes=500-999", 10_000, (500, 999)),
        ("bytes=-500", 10_000, (9_500, 9_999)),
        ("bytes=9500-", 10_000, (9_500, 9_999)),
        ("bytes=0-0", 3, (0, 0)),
        ("bytes=-20", 7, (0, 6)),
        ("bytes=3-99", 7, (3, 6)),
        ("bytes=0-0,-1", 10_000, None),
        ("bytes=5-2", 10, None),
        ("bytes=-", 10, None),
        ("lines=1-2", 10, None),
        ("bytes=a-b", 10, None),
    ],
)
def test_a_range_is_read_as_the_standard_says(header: str, size: int, span: tuple[int, int] | None) -> None:
    assert parse_range(header, size) == span


@pytest.mark.parametrize("header", ["bytes=7-", "bytes=7-9", "bytes=-0"])
def test_a_range_beyond_the_file_cannot_be_satisfied(header: str) -> None:
    with pytest.raises(Unsatisfiable):
        parse_range(header, 7)


@given(st.text(max_size=40), st.integers(1, 10_000))
def test_whatever_is_asked_the_span_lies_inside_the_file(header: str, size: int) -> None:
    try:
        span = parse_range(header, size)
    except Unsatisfiable:
        return
    assert span is None or 0 <= span[0] <= span[1] < size


def test_the_downloaded_bytes_are_the_signed_ones(release: Release, client_of: SignIn) -> None:
    response = get(client_of("dan"), release)
    read = body(response)
    assert response.status_code == 200
    assert hashlib.sha256(read).hexdigest() == release.artefact_sha256
    assert pq.read_table(BytesIO(read)).num_rows == release.run.artefact_rows
    assert response["ETag"] == f'"{release.artefact_sha256}"'
    assert response["Content-Length"] == str(len(read))
    assert response["Content-Disposition"] == 'attachment; filename="release-1.parquet"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Accept-Ranges"] == "bytes"


def test_every_rendering_carries_its_own_digest(release: Release, client_of: SignIn) -> None:
    for fmt in ("csv", "jsonl", "spreadsheet_csv"):
        response = get(client_of("dan"), release, fmt)
        assert response["ETag"] == f'"{hashlib.sha256(body(response)).hexdigest()}"'


def test_ranges_put_together_give_the_whole_file(release: Release, client_of: SignIn) -> None:
    client = client_of("dan")
    whole = body(get(client, release))
    parts = [get(client, release, range=asked) for asked in ("bytes=0-99", "bytes=100-4999", "bytes=5000-")]
    assert [part.status_code for part in parts] == [206, 206, 206]
    assert parts[1]["Content-Range"] == f"bytes 100-4999/{len(whole)}"
    assert parts[1]["Content-Length"] == "4900"
    assert b"".join(body(part) for part in parts) == whole


def test_a_resumed_download_starts_again_when_the_file_is_another(release: Release, client_of: SignIn) -> None:
    client, same = client_of("dan"), f'"{release.artefact_sha256}"'
    resumed = get(client, release, range="bytes=10-", **{"if-range": same})
    begun = get(client, release, range="bytes=10-", **{"if-range": '"other"'})
    assert (resumed.status_code, begun.status_code) == (206, 200)
    assert len(body(begun)) - len(body(resumed)) == 10


def test_a_range_beyond_the_end_answers_416_and_is_no_download(release: Release, client_of: SignIn) -> None:
    response = get(client_of("dan"), release, range="bytes=999999999-")
    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{release.files.get(format='parquet').size}"
    assert not Download.objects.exists()


def test_who_took_which_bytes_is_written_down(release: Release, client_of: SignIn, people: dict[str, Person]) -> None:
    body(get(client_of("dan"), release, range="bytes=3-8"))
    taken = Download.objects.get()
    assert (taken.by, taken.format, taken.first_byte, taken.last_byte) == (people["dan"], "parquet", 3, 8)
    assert AuditEvent.objects.filter(action="exported", actor=people["dan"].audit_name).count() == 1


def test_without_access_a_release_does_not_exist(release: Release, client_of: SignIn) -> None:
    assert [get(client_of(name), release).status_code for name in ("ben", "nobody", "root")] == [404, 404, 404]


def test_an_unknown_format_is_refused_in_words(release: Release, client_of: SignIn) -> None:
    response = get(client_of("dan"), release, "exe")
    assert response.status_code == 409
    assert "Choose one of the formats" in response.content.decode()


def test_after_a_withdrawal_nothing_leaves(release: Release, client_of: SignIn, people: dict[str, Person]) -> None:
    withdraw_release(release, reason="A person recognised herself.", by=people["cleo"])
    response = get(client_of("dan"), release, range="bytes=0-9")
    assert response.status_code == 410
    assert "A person recognised herself." in response.content.decode()
    assert not Download.objects.exists()


def test_a_download_that_is_broken_off_closes_its_file() -> None:
    file = BytesIO(b"abcdef")
    pieces = Pieces(file, 1, 3)
    assert next(iter(pieces)) == b"bcd"
    pieces.close()
    assert file.closed
