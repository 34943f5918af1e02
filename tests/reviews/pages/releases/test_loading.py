"""What readers use, against a running portal: the code of the release page as it stands, the client, its filesystem."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import time
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import BytesIO
from pathlib import Path
from threading import Thread
from typing import Any

import fsspec
import pandas as pd
import pytest
from django.test import Client

from reviews.models import Release
from reviews.pages.releases.loading import loading_code
from reviews.repositories.trust.keys import public_key_hex
from reviews.stages.use.grant import restrict_release
from reviews.tasks import submit_withdrawal
from synthportal.jobs.here import work_through
from synthportal.models import Delivery, Notice, Person
from synthportal.people.messages.webhooks import SIGNATURE, STAMP, add_webhook, deliver_due, signature
from synthportal.people.tokens.tokens import create_token
from synthportal.web.client import wheel, wheel_name
from synthportal_client import Portal, PortalError, Withdrawn
from synthportal_client.filesystem import ReleaseFileSystem

ROWS = 2_000


class Reader:
    """An engineer's program: a token for the release alone, an empty cache, the portal's address."""

    def __init__(self, url: str, release: Release, person: Person, folder: Path) -> None:
        only = {"release": release.pk}
        self.token = create_token(person, "tests", days=1, can_write=False, only_for=only)[1]
        self.url, self.cache, self.release = url, folder, release
        self.portal = Portal(url, self.token, folder)

    def code(self, tool: str) -> str:
        return loading_code(self.release.number, self.release.pk, self.url)[tool]


@pytest.fixture
def reader(
    live_server: Any, release: Release, people: dict[str, Person], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Reader:
    found = Reader(live_server.url, release, people["dan"], tmp_path)
    for name, said in (("URL", found.url), ("TOKEN", found.token), ("CACHE", str(tmp_path))):
        monkeypatch.setenv(f"SYNTHPORTAL_{name}", said)
    monkeypatch.setenv("HF_DATASETS_CACHE", str(tmp_path / "hf"))
    monkeypatch.chdir(tmp_path)
    fsspec.register_implementation("synthportal", ReleaseFileSystem, clobber=True)  # as where it is installed
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")  # of other people's packages
@pytest.mark.parametrize("tool", ["one line", "fsspec", "pandas", "polars", "datasets", "DuckDB"])
def test_the_code_of_the_page_reads_every_record(reader: Reader, tool: str) -> None:
    found: dict[str, Any] = {}
    exec(reader.code(tool), found)  # the page's own words
    table = found["table"]
    assert {"DuckDB": lambda: table.shape[0], "polars": lambda: table.height}.get(tool, lambda: len(table))() == ROWS


def test_curl_goes_on_where_a_download_stopped(reader: Reader) -> None:
    whole = reader.portal.download("release-1").read_bytes()
    Path("release-1.parquet").write_bytes(whole[:10_000])
    subprocess.run(reader.code("curl"), shell=True, check=True, capture_output=True)
    assert Path("release-1.parquet").read_bytes() == whole


def test_the_client_goes_on_where_a_download_stopped_and_throws_damaged_bytes_away(reader: Reader) -> None:
    asked: list[tuple[int, int]] = []
    path = reader.portal.download("release-1", progress=lambda done, total: asked.append((done, total)))
    whole = path.read_bytes()
    assert asked[-1] == (len(whole), len(whole))
    part = path.with_name(path.name + ".part")
    path.unlink()
    part.write_bytes(whole[:5_000])
    part.with_name(part.name + ".etag").write_text(reader.release.artefact_sha256)
    assert reader.portal.download("1").read_bytes() == whole
    path.unlink()
    part.write_bytes(b"x" * 5_000)
    part.with_name(part.name + ".etag").write_text(reader.release.artefact_sha256)
    with pytest.raises(PortalError, match="damaged"):
        reader.portal.download("release-1")
    path.write_bytes(b"changed on disk")
    assert reader.portal.download("release-1").read_bytes() == whole


def test_the_client_keeps_every_form_of_a_release_under_a_name_of_its_own(reader: Reader) -> None:
    forms = ("parquet", "csv", "plain_csv", "jsonl", "xlsx", "bundle")
    first = {form: reader.portal.download("release-1", form) for form in forms}
    assert len(set(first.values())) == len(forms)
    kept = {form: path.read_bytes() for form, path in first.items()}
    for form in reversed(forms):
        again = reader.portal.download("release-1", form)
        assert (again, again.read_bytes()) == (first[form], kept[form])
    assert kept["csv"] != kept["plain_csv"]


def test_the_client_takes_nothing_from_its_cache_that_is_not_what_was_signed(reader: Reader) -> None:
    path = reader.portal.download("release-1")
    whole = path.read_bytes()
    path.write_bytes(b"other bytes")
    path.with_name(path.name + ".sha256").write_text(hashlib.sha256(b"other bytes").hexdigest())
    assert reader.portal.download("release-1").read_bytes() == whole


def test_the_client_verifies_who_signed_and_says_when_it_was_somebody_else(reader: Reader) -> None:
    assert reader.portal.verify("release-1", public_key_hex())["artefact"]["rows"] == ROWS
    with pytest.raises(PortalError, match="not signed with this key"):
        reader.portal.verify("release-1", "aa" * 32)


def test_what_is_not_there_or_not_granted_is_told_in_words(reader: Reader, people: dict[str, Person]) -> None:
    with pytest.raises(PortalError, match="no release 77"):
        reader.portal.load("release-77")
    restrict_release(reader.release, on_request=True, by=people["cleo"])
    with pytest.raises(PortalError, match="asks for access first"):
        reader.portal.load("release-1")
    with pytest.raises(PortalError, match="unknown, expired or revoked"):
        Portal(reader.url, "sp_nothing", reader.cache).load("release-1")


class Receiver(BaseHTTPRequestHandler):
    """A receiver of webhooks that fails the first time."""

    heard: list[tuple[dict[str, str], bytes]] = []
    answers = [503, 204]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append((dict(self.headers), body))
        self.send_response(self.answers[min(len(self.heard), 2) - 1])
        self.end_headers()

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture
def receiver() -> Iterator[str]:
    Receiver.heard = []
    with HTTPServer(("127.0.0.1", 0), Receiver) as server:
        thread = Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/hook?for=releases"
        server.shutdown()
        thread.join()


def test_three_past_downloaders_learn_of_a_withdrawal_by_token_client_and_webhook(
    reader: Reader, people: dict[str, Person], receiver: str
) -> None:
    hook, secret = add_webhook(receiver, ["withdrawn"], by=people["root"])
    reader.portal.load("release-1")
    address = f"/api/v1/releases/{reader.release.pk}/export/"
    sent = {"Authorization": f"Bearer {reader.token}"}
    began = time.monotonic()
    submit_withdrawal(reader.release, reason="A person recognised herself.", by=people["cleo"])
    gone = Client().get(address, headers=sent)
    assert (gone.status_code, "recognised herself" in gone.json()["detail"]) == (410, True)
    for use in (reader.portal.load, reader.portal.verify, lambda name: pd.read_parquet(f"synthportal://{name}")):
        with pytest.raises(Withdrawn, match="recognised herself"):
            use("release-1")
    one = Delivery.objects.get(webhook=hook)
    work_through(one.pk)
    one.refresh_from_db()
    assert (one.attempts, one.answer, one.delivered_at) == (1, "answered 503", None)
    Delivery.objects.filter(pk=one.pk).update(next_at=one.created_at)
    deliver_due()
    work_through(one.pk)
    assert time.monotonic() - began < 60
    one.refresh_from_db()
    assert (one.attempts, one.answer, one.next_at) == (2, "204", None)
    headers, body = Receiver.heard[-1]
    assert headers[SIGNATURE] == signature(secret, headers[STAMP], body)
    assert b"withdrawn" in body
    assert b"recognised" not in body
    assert Notice.objects.filter(person=people["dan"], event="withdrawn").count() == 1


def test_the_client_installs_from_the_portal_and_brings_its_filesystem(reader: Reader, tmp_path: Path) -> None:
    address = f"{reader.url}/client/{wheel_name()}"
    words = [
        sys.executable,
        "-m",
        "pip",
        "install",
        "--no-deps",
        "--no-index",
        "--target",
        str(tmp_path / "site"),
        "-q",
    ]
    subprocess.run([*words, address], check=True, capture_output=True)
    assert (tmp_path / "site/synthportal_client/filesystem.py").exists()
    names = zipfile.ZipFile(BytesIO(wheel())).namelist()
    assert any(name.endswith("entry_points.txt") for name in names)
    lines = (Path(sys.modules["synthportal_client"].__file__ or "").parent / "__init__.py").read_text().splitlines()
    assert len(lines) < 200
