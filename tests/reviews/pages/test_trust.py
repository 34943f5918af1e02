"""Withdrawal and expiry reach who took a release and what was made of it; strangers read the status."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, transaction
from django.test import Client
from django.utils import timezone

from generation.models import Dataset
from reviews.engine.attestation.checked import Changed, CheckedFile
from reviews.engine.attestation.dsse import opened
from reviews.engine.attestation.pieces import PIECE_BYTES, measure
from reviews.engine.attestation.status import STATUS_TYPE
from reviews.models import Attestation, Download, Release, Sent
from reviews.repositories.catalogue.upstream import upstream_of
from reviews.repositories.trust.keys import trusted_keys
from reviews.repositories.trust.lineage import closed_upstream
from reviews.stages.release import withdraw_release
from reviews.tasks import submit_withdrawal
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import reap
from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.tokens import create_token
from synthportal.storage.keys import create_key
from synthportal.storage.vault import store
from synthportal.web.delivery import Pieces
from tests.cast import without_triggers
from tests.reviews.pages.door import text

SignIn = Callable[[str], Client]
People = dict[str, Person]
REASON = "A person recognised herself."


def take(client: Client, release: Release, fmt: str = "parquet", **headers: str) -> Any:
    sent: Any = client.get(f"/releases/{release.pk}/export/?format={fmt}", headers=headers)
    if sent.streaming:
        b"".join(sent.streaming_content)  # at its end the test client closes it
    return sent


def told(release: Release) -> dict[str, Any]:
    """The status as a stranger reads it, signature checked."""
    envelope = Client().get(f"/.well-known/synthportal/releases/{release.pk}/status.json").json()
    return opened(envelope, trusted_keys(), STATUS_TYPE)


def over(release: Release) -> None:
    """Its day was yesterday: as if a year had gone by."""
    with without_triggers():
        Attestation.objects.filter(release=release).update(expires_at=timezone.now() - timedelta(days=1))


def test_strangers_read_the_status_and_nothing_else(release: Release, people: People) -> None:
    standing = told(release)
    assert (standing["status"], standing["number"]) == ("released", 1)
    assert standing["attestation"] == release.attestations.get().statement_sha256
    withdraw_release(release, reason=REASON, by=people["cleo"])
    closed = Client().get(f"/.well-known/synthportal/releases/{release.pk}/status.json")
    assert told(release)["status"] == "withdrawn"
    assert told(release)["since"]
    words = text(closed)
    assert [word for word in ("incomes", "cleo", "recognised") if word in words] == []


def test_a_withdrawal_reaches_past_downloaders_by_page_and_by_token(
    release: Release, people: People, client_of: SignIn
) -> None:
    take(client_of("dan"), release)
    secret = create_token(people["eve"], "notebook", days=3, can_write=False)[1]
    program = Client(headers={"Authorization": f"Bearer {secret}"})
    sent: Any = program.get(f"/api/v1/releases/{release.pk}/export/?format=csv")
    b"".join(sent.streaming_content)
    assert program.get("/api/v1/notices/").json() == []
    assert Download.objects.get(by=people["eve"]).token == secret[: len(Download.objects.get(by=people["eve"]).token)]
    submit_withdrawal(release, reason=REASON, by=people["cleo"])
    first, second = program.get("/api/v1/notices/").json()
    assert (first["event"], first["why"]) == ("do_not_use", f"Withdrawn: {REASON}")
    assert (second["event"], second["release"]) == ("withdrawn", None)
    assert REASON in text(client_of("dan").get("/notices/"))
    assert "Do not use any more" in text(client_of("dan").get("/"))
    assert REASON in text(client_of("dan").get("/"))
    page = text(client_of("cleo").get(f"/releases/{release.pk}/"))
    assert "Took it, and finds it among their notices dan, eve" in page
    assert "Took it, and finds it" not in text(client_of("dan").get(f"/releases/{release.pk}/"))


def test_a_withdrawal_reaches_what_was_made_of_the_release(
    release: Release, people: People, client_of: SignIn, world: Any
) -> None:
    page = f"/releases/{release.pk}/derived/"
    assert client_of("ana").post(page, {"name": "", "dataset": ""}).status_code == 400
    made = Dataset.objects.get(pk=world.dataset.pk)
    made.pk, made.key, made.name, made.sha256 = uuid4(), create_key(), "incomes again", "ab" * 32
    made.save(force_insert=True)
    client_of("ana").post(page, {"dataset": str(made.pk)})
    client_of("dan").post(page, {"name": "a classifier, on the model shelf"})
    shown = text(client_of("dan").get(f"/releases/{release.pk}/"))
    assert "incomes again" in shown
    assert "a classifier, on the model shelf" in shown
    assert upstream_of(made) == [release]
    withdraw_release(release, reason=REASON, by=people["cleo"])
    of_it = Release(pk=made.pk, run=world.run)
    of_it.run.dataset = made
    assert closed_upstream(of_it) == [release]


def test_what_belongs_to_somebody_else_is_not_said_to_be_made_from_it(
    release: Release, people: People, client_of: SignIn
) -> None:
    dataset = release.run.dataset
    answer = client_of("dan").post(f"/releases/{release.pk}/derived/", {"dataset": str(dataset.pk)})
    assert answer.status_code == 422
    assert not release.derived.exists()


def test_a_release_whose_day_has_come_is_gone_at_once_and_closed_by_the_reaper(
    release: Release, people: People, client_of: SignIn
) -> None:
    take(client_of("dan"), release)
    over(release)
    gone = take(client_of("dan"), release)
    assert gone.status_code == 410
    assert "its time is over" in gone.content.decode()
    assert told(release)["status"] == "expired"
    assert "Expired: its time is over." in text(client_of("dan").get("/"))
    reap()
    work_through(release.pk)
    release.refresh_from_db()
    assert release.status == "expired"
    assert client_of("cleo").post(f"/releases/{release.pk}/attest/", {"days": 30}).status_code == 409


def test_a_release_whose_row_was_prolonged_ends_on_the_day_that_was_signed(
    release: Release, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = release.attestations.get()
    assert signed.expires_at
    with without_triggers():
        Attestation.objects.update(expires_at=signed.expires_at + timedelta(days=3650))
    assert take(client_of("dan"), release).status_code == 200
    later = SimpleNamespace(now=lambda: signed.expires_at + timedelta(minutes=1))
    monkeypatch.setattr("reviews.repositories.catalogue.standing.timezone", later)
    assert take(client_of("dan"), release).status_code == 410


@pytest.mark.both
def test_a_withdrawn_release_whose_row_was_opened_again_sends_nothing(
    release: Release, people: People, client_of: SignIn
) -> None:
    take(client_of("dan"), release)
    withdraw_release(release, reason=REASON, by=people["cleo"])
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.update(status=Release.Status.RELEASED)
    with without_triggers():
        Release.objects.update(status=Release.Status.RELEASED, withdrawn_at=None, withdrawn_reason="")
    gone = take(client_of("dan"), release)
    assert (gone.status_code, "as the trail says" in gone.content.decode()) == (410, True)
    assert (told(release)["status"], told(release)["since"] > release.released_at.isoformat()) == ("withdrawn", True)
    assert "Withdrawn: as the trail says." in text(client_of("dan").get("/notices/"))


def test_a_day_that_somebody_put_off_in_the_database_is_over_for_the_signed_status_too(
    release: Release, client_of: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    signed = release.attestations.get().expires_at
    assert signed
    take(client_of("dan"), release)
    with without_triggers():
        Attestation.objects.update(expires_at=signed + timedelta(days=3650))
    assert told(release)["expires"] == signed.isoformat(timespec="seconds")
    later = SimpleNamespace(now=lambda: signed + timedelta(minutes=1))
    monkeypatch.setattr("reviews.repositories.catalogue.standing.timezone", later)
    assert (told(release)["status"], told(release)["since"]) == ("expired", signed.isoformat(timespec="seconds"))
    assert "Expired: its time is over." in text(client_of("dan").get("/notices/"))


@pytest.mark.parametrize("change", [{"card": {}}, {"claim": "Nobody is in it."}, {"certificate": {}}])
def test_what_was_signed_of_a_release_never_changes(release: Release, change: dict[str, Any]) -> None:
    with pytest.raises(DatabaseError), transaction.atomic():
        Release.objects.update(**change)


def test_a_steward_has_it_signed_until_another_day(release: Release, client_of: SignIn) -> None:
    page, client = f"/releases/{release.pk}/attest/", client_of("cleo")
    assert client_of("dan").post(page, {"days": 30}).status_code == 403
    refused = client.post(page, {"days": 9999, "test_percent": 80})
    assert refused.status_code == 422
    assert 'value="9999"' in refused.content.decode()
    assert client.post(page, {"days": 30, "test_percent": 0}).status_code == 302
    assert "are being laid out" not in text(client.get(f"/releases/{release.pk}/"))
    work_through(release.pk)
    newest = release.attestations.order_by("-number")[0]
    assert newest.number == 2
    assert newest.expires_at < timezone.now() + timedelta(days=30)


# --- Delivery -------------------------------------------------------------------------------------------------------


def test_the_trail_says_what_was_sent_and_not_only_what_was_asked(
    release: Release, client_of: SignIn, people: People
) -> None:
    sent: Any = client_of("dan").get(f"/releases/{release.pk}/export/?format=jsonl")
    next(iter(sent.streaming_content))
    sent._iterator.close()  # the reader goes away
    kept = release.files.get(format="jsonl")
    assert Sent.objects.get().size < kept.size
    take(client_of("dan"), release, "jsonl", range="bytes=5-104")
    assert Sent.objects.order_by("-at")[0].size == 100
    event = AuditEvent.objects.filter(action="sent")[0]
    assert (event.facts["bytes"], event.actor) == (100, people["dan"].audit_name)


@pytest.mark.parametrize("fmt", ["parquet", "csv", "bundle"])
def test_who_has_the_file_is_told_so_and_nothing_is_sent(release: Release, client_of: SignIn, fmt: str) -> None:
    client = client_of("dan")
    first = take(client, release, fmt)
    for asked in (first["ETag"], f'"other", W/{first["ETag"]}', "*"):
        again = take(client, release, fmt, **{"if-none-match": asked})
        assert (again.status_code, again.content) == (304, b"")
    assert take(client, release, fmt, **{"if-none-match": '"other"'}).status_code == 200
    assert Download.objects.count() == 2


def test_head_tells_what_would_be_sent_and_is_no_download(release: Release, client_of: SignIn) -> None:
    client = client_of("dan")
    for fmt in ("parquet", "xlsx", "bundle"):
        head = client.head(f"/releases/{release.pk}/export/?format={fmt}")
        assert head.status_code == 200
        whole = take(client, release, fmt)
        assert (head["Content-Length"], head["ETag"]) == (whole["Content-Length"], whole["ETag"])
    assert Download.objects.count() == 3


@pytest.mark.parametrize("fmt", ["parquet", "csv", "bundle"])
def test_a_download_cut_at_twenty_places_resumes_to_the_same_bytes(
    release: Release, client_of: SignIn, fmt: str
) -> None:
    client, address = client_of("dan"), f"/releases/{release.pk}/export/?format={fmt}"
    whole: Any = client.get(address)
    expected, tag = b"".join(whole.streaming_content), whole["ETag"]
    chance = random.Random(14)
    for cut in sorted(chance.sample(range(1, len(expected)), 20)):
        got = expected[:cut]
        rest: Any = client.get(address, headers={"range": f"bytes={cut}-", "if-range": tag})
        assert rest.status_code == 206
        assert got + b"".join(rest.streaming_content) == expected


def test_bytes_that_were_changed_on_the_shelf_do_not_leave(release: Release, client_of: SignIn) -> None:
    shelf = store().root / "released"  # type: ignore[attr-defined]
    for fmt in ("csv", "jsonl"):
        path = shelf / release.files.get(format=fmt).sha256
        whole = path.read_bytes()
        changed = bytearray(whole)
        changed[len(whole) // 2] ^= 1
        path.write_bytes(changed)
        refused = take(client_of("dan"), release, fmt)
        path.write_bytes(whole)
        assert refused.status_code == 409
        assert "were changed on disk" in refused.content.decode()
    assert not Download.objects.exists()


def test_a_large_file_that_was_changed_breaks_off_before_the_changed_byte() -> None:
    content = bytes(range(256)) * 16_384  # four pieces
    changed = bytearray(content)
    changed[3 * PIECE_BYTES + 7] ^= 1
    file = io.BufferedReader(CheckedFile(io.BytesIO(changed), measure(io.BytesIO(content))))
    ended: list[int] = []
    pieces = Pieces(file, 0, len(content) - 1, lambda size, by_proxy: ended.append(size))
    got: list[bytes] = []
    with pytest.raises(Changed):
        got.extend(pieces)
    pieces.close()
    assert b"".join(got) == content[: ended[0]]
    assert 0 < ended[0] <= 3 * PIECE_BYTES
