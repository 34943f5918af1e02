"""What readers use, against a running portal: the code of the release page as it stands, the client, its filesystem."""

from __future__ import annotations

import hashlib
import os
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
from django.core.management import call_command
from django.test import Client

from reviews.models import Release
from reviews.pages.releases.loading import loading_code
from reviews.repositories import files
from reviews.repositories.trust.keys import public_key_hex
from reviews.stages.use.grant import restrict_release
from reviews.tasks import submit_attestation, submit_withdrawal
from synthportal.jobs.here import work_through
from synthportal.models import Delivery, Notice, Person
from synthportal.people.messages.webhooks import SIGNATURE, STAMP, add_webhook, deliver_due, signature
from synthportal.people.tokens.tokens import create_token
from synthportal.web.client import wheel, wheel_name
from synthportal_client import ENDINGS, Portal, PortalError, Withdrawn
from synthportal_client.filesystem import ReleaseFileSystem
from tests.reviews.signing import publish

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


def test_the_client_names_every_form_as_the_portal_does(reader: Reader) -> None:
    assert {form.value: ending for form, ending in files.ENDINGS.items()} | {"bundle": "zip"} == ENDINGS


@pytest.mark.filterwarnings("ignore")  # of other people's packages
@pytest.mark.parametrize(
    ("name", "read"),
    [
        ("release-1.parquet", pd.read_parquet),
        ("release-1.csv", pd.read_csv),
        ("release-1.plain.csv", pd.read_csv),
        ("release-1.jsonl", lambda address: pd.read_json(address, lines=True)),
        ("release-1.xlsx", pd.read_excel),
    ],
)
def test_the_filesystem_has_every_form_by_its_ending(reader: Reader, name: str, read: Any) -> None:
    assert len(read(f"synthportal://{name}")) == ROWS
    with pytest.raises(FileNotFoundError):
        read("synthportal://release-1.docx")


@pytest.mark.parametrize("form", ["csv", "jsonl", "xlsx", "bundle"])
def test_the_client_finds_any_file_of_a_release_that_was_changed_since(reader: Reader, form: str) -> None:
    path = reader.portal.download("release-1", form)
    assert reader.portal.verify("release-1", public_key_hex())["artefact"]["rows"] == ROWS
    content = bytearray(path.read_bytes())
    content[len(content) // 3] ^= 1
    path.write_bytes(content)
    with pytest.raises(PortalError, match=path.name):
        reader.portal.verify("release-1")


def test_after_a_rotation_every_key_of_the_portal_leads_to_who_signed(
    reader: Reader, people: dict[str, Person], settings: Any, tmp_path: Path
) -> None:
    first, following = public_key_hex(), bytes(range(40, 72))
    (tmp_path / "next").write_text(following.hex())
    call_command("signing_keys", "--rotate", str(tmp_path / "next"))
    settings.SIGNING_KEY = following
    for key in (first, public_key_hex()):  # signed by the first, which today's key endorses
        assert reader.portal.verify("release-1", key)["artefact"]["rows"] == ROWS
    submit_attestation(reader.release, by=people["cleo"])
    publish(reader.release)
    for key in (first, public_key_hex()):  # signed by today's key, which the first introduced
        assert reader.portal.verify("release-1", key)["artefact"]["rows"] == ROWS
    with pytest.raises(PortalError, match="not signed with this key"):
        reader.portal.verify("release-1", "aa" * 32)
    call_command("signing_keys", "--revoke", key_id_of(first), "--reason", "It was seen.")
    assert reader.portal.verify("release-1", first)["artefact"]["rows"] == ROWS


def test_what_a_revoked_key_has_signed_is_not_found_genuine(reader: Reader, settings: Any, tmp_path: Path) -> None:
    first, following = public_key_hex(), bytes(range(40, 72))
    reader.portal.download("release-1")
    (tmp_path / "next").write_text(following.hex())
    call_command("signing_keys", "--rotate", str(tmp_path / "next"))
    settings.SIGNING_KEY = following
    call_command("signing_keys", "--revoke", key_id_of(first), "--reason", "It was seen.")
    for key in (first, public_key_hex()):
        with pytest.raises(PortalError, match="not signed with this key"):
            reader.portal.verify("release-1", key)


def key_id_of(public_key: str) -> str:
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def test_before_the_files_are_signed_the_certificate_is_checked_alone(
    live_server: Any, unsigned: Release, people: dict[str, Person], tmp_path: Path
) -> None:
    portal = Reader(live_server.url, unsigned, people["dan"], tmp_path).portal
    assert portal.verify("release-1", public_key_hex())["artefact"]["rows"] == ROWS
    with pytest.raises(PortalError, match="not signed with this key"):
        portal.verify("release-1", "aa" * 32)


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
    kept = Path(sys.modules["synthportal_client"].__file__ or "").parent
    assert {f"synthportal_client/{path.name}" for path in kept.glob("*.py")} <= set(names)
    assert all(len(path.read_text().splitlines()) < 200 for path in kept.glob("*.py"))


def test_three_who_download_at_once_into_one_cache_each_get_the_whole_file(reader: Reader, tmp_path: Path) -> None:
    """Three programs of one machine: each in its own process, as a cluster job or three notebooks would be."""
    code = (
        "import sys; from synthportal_client import Portal\n"
        "portal = Portal(sys.argv[1], sys.argv[2], sys.argv[3])\n"
        "print(portal.download('release-1'), portal.download('release-1', 'csv'))"
    )
    words = [sys.executable, "-c", code, reader.url, reader.token, str(tmp_path / "one")]
    where = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[4])}
    pipes: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True, "env": where}
    running = [subprocess.Popen(words, **pipes) for _ in range(3)]
    said = [process.communicate(timeout=120) for process in running]

    assert [(process.returncode, err) for process, (_, err) in zip(running, said, strict=True)] == [(0, "")] * 3
    assert len({out for out, _ in said}) == 1
    kept = Path(said[0][0].split()[0])
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == reader.release.artefact_sha256
    assert not list(kept.parent.glob("*.part*"))
