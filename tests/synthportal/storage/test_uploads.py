"""Uploads: sealed on the way, never in plain on the disk, never whole in memory; what is refused leaves nothing."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from generation.models import Dataset
from generation.stages.ingest import receive_dataset, sealed_upload
from synthportal.errors import Conflict
from synthportal.models import DataKey
from synthportal.people.tokens.tokens import create_token
from synthportal.storage import vault
from synthportal.storage.vault import has_sealed
from tests.conftest import answers
from tests.e2e.conftest import PEOPLE
from tests.faults.portal import ROOT, Portal, wait_for
from tests.synthportal.storage.test_vault import disk_of_folder, free_port

CANARY = b"CANARY-90b2"
ROWS = b"name,age\n" + b"".join(b"%s,%d\n" % (CANARY, number) for number in range(60_000))
STATED = {"name": "incomes", "purpose": "testing", "prohibited_uses": "Re-identification."}
BORDER = "b0rder"


@pytest.fixture
def disk(tmp_path, settings) -> Iterator[Path]:
    """The vault of this test alone; temporary files would lie beside it."""
    vault.store.cache_clear()
    settings.VAULT_URL = f"file://{tmp_path / 'vault'}"
    yield tmp_path
    vault.store.cache_clear()


def upload(client: Client, content: bytes = ROWS, path: str = "/datasets/new/", **more: str):
    file = SimpleUploadedFile("people.csv", content)
    return client.post(path, {**STATED, **more, "file": file})


def sealed(disk: Path) -> dict[str, bytes]:
    return disk_of_folder(disk / "vault")


def usable_keys() -> int:
    return DataKey.objects.filter(wrapped__isnull=False).count()


def test_an_upload_goes_sealed_into_the_vault_and_is_named_by_its_digest(disk, client_of):
    answer = upload(client_of("ana"))
    assert answer.status_code == 302, answer.content.decode()
    dataset = Dataset.objects.get()
    assert (dataset.size, dataset.file_name, dataset.owner.username) == (len(ROWS), "people.csv", "ana")
    with vault.open_sealed(dataset.key_id, dataset.sha256) as file:
        assert file.read() == ROWS
    assert list(sealed(disk)) == [f"sealed/{dataset.key_id.hex}/{dataset.sha256}"]


def test_no_plaintext_touches_the_disk_on_the_way(disk, client_of, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(disk))
    seen: list[bytes] = []
    write = vault.Hashing.write

    def look_first(self: vault.Hashing, data: bytes) -> int:
        seen.extend(path.read_bytes() for path in disk.rglob("*") if path.is_file())
        return write(self, data)

    monkeypatch.setattr(vault.Hashing, "write", look_first)
    upload(client_of("ana"))
    assert len(seen) >= 2
    assert CANARY not in b"".join(seen)
    assert all(CANARY not in content for content in disk_of_folder(disk).values())


@pytest.mark.parametrize("path", ["/datasets/new/", "/api/v1/datasets/"])
def test_a_file_over_the_limit_gets_one_sentence_and_nothing_is_kept(disk, client_of, settings, path):
    settings.UPLOAD_LIMIT_BYTES = 300_000
    answer = upload(client_of("ana"), path=path)
    assert answer.status_code in {409, 422}
    assert "larger than 0.0 GiB, the most this portal accepts" in answer.content.decode()
    assert sealed(disk) == {}
    assert (Dataset.objects.count(), usable_keys()) == (0, 0)


@pytest.mark.parametrize("path", ["/datasets/new/", "/api/v1/datasets/"])
@pytest.mark.parametrize(
    ("who", "more", "codes"),
    [
        ("ana", {"purpose": "fun"}, {400, 422}),
        ("dan", {}, {403}),
        ("root", {}, {403}),
    ],
    ids=["no purpose", "engineer", "administrator"],
)
def test_an_upload_that_becomes_no_dataset_is_not_kept(disk, client_of, path, who, more, codes):
    assert upload(client_of(who), path=path, **more).status_code in codes
    assert sealed(disk) == {}
    assert (Dataset.objects.count(), usable_keys()) == (0, 0)


def test_a_forged_request_leaves_nothing(disk, people):
    client = Client(enforce_csrf_checks=True)
    client.force_login(people["ana"], backend="django.contrib.auth.backends.ModelBackend")
    for path in ("/datasets/new/", "/api/v1/datasets/"):
        assert upload(client, path=path).status_code == 403
    assert sealed(disk) == {}
    assert (Dataset.objects.count(), usable_keys()) == (0, 0)


@pytest.mark.parametrize("path", ["/datasets/new/", "/api/v1/datasets/", "/login/", "/nowhere/"])
def test_nobody_who_is_not_signed_in_gets_a_byte_stored(disk, db, monkeypatch, path):
    monkeypatch.setattr(vault.Hashing, "write", lambda *_: pytest.fail("stored"))
    assert upload(Client(), path=path).status_code in {200, 302, 400, 401, 403, 404}
    assert sealed(disk) == {}
    assert DataKey.objects.count() == 0


def test_a_file_sent_where_none_is_asked_for_is_not_kept(disk, client_of):
    upload(client_of("ana"), path="/account/")
    assert sealed(disk) == {}
    assert usable_keys() == 0


@pytest.mark.parametrize(
    ("who", "path"),
    [
        ("ana", "/account/"), ("ana", "/datasets/00000000-0000-4000-8000-000000000000/"), ("ana", "/nowhere/"),
        ("dan", "/datasets/new/"), ("dan", "/api/v1/datasets/"), ("ben", "/"), ("root", "/admin/login/"),
    ],
)  # fmt: skip
def test_no_byte_is_stored_where_no_file_is_asked_for_or_not_of_this_person(disk, client_of, monkeypatch, who, path):
    monkeypatch.setattr(vault.Hashing, "write", lambda *_: pytest.fail("stored"))
    upload(client_of(who), path=path)
    assert DataKey.objects.count() == 0


@pytest.mark.parametrize("path", ["/datasets/new/", "/api/v1/datasets/"])
def test_the_sources_of_one_person_have_a_quota_and_erasing_gives_room(disk, client_of, settings, path):
    settings.PERSON_QUOTA_BYTES = int(1.5 * len(ROWS))
    ana = client_of("ana")
    assert upload(ana, path=path).status_code in {201, 302}
    refused = upload(ana, path=path)
    assert refused.status_code in {409, 422}
    assert "GiB that one person may keep here. Erase one" in refused.content.decode()
    assert usable_keys() == len(sealed(disk)) == 1
    Dataset.objects.update(status=Dataset.Status.ERASED)
    assert upload(ana, path=path).status_code in {201, 302}


def test_uploads_that_began_at_once_have_the_room_of_one_person_together(people, settings):
    """Each was let in while there was room for it: the one that comes last is told."""
    settings.PERSON_QUOTA_BYTES = int(1.5 * len(ROWS))
    began = [sealed_upload(ROWS, "a.csv", name=f"number {at}", purpose="testing") for at in range(2)]
    receive_dataset(began[0], by=people["ana"])
    with pytest.raises(Conflict, match="one person may keep here"):
        receive_dataset(began[1], by=people["ana"])
    assert Dataset.objects.count() == 1
    assert not has_sealed(began[1].key_id, began[1].blob.sha256)


def test_a_file_of_rules_is_a_small_one(disk, client_of):
    upload(client_of("ana"))
    dataset = Dataset.objects.get()
    upload(client_of("ana"), path=f"/datasets/{dataset.pk}/rules/", do="yaml")
    assert usable_keys() == len(sealed(disk)) == 1


def test_a_body_that_ends_in_the_middle_of_the_file_leaves_nothing(disk, client_of):
    head = f'--{BORDER}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\n'
    client = client_of("ana")
    client.generic("POST", "/datasets/new/", head.encode() + ROWS, f"multipart/form-data; boundary={BORDER}")
    assert sealed(disk) == {}
    assert (Dataset.objects.count(), usable_keys()) == (0, 0)


def test_two_files_in_one_request_leave_at_most_the_dataset(disk, client_of):
    first, second = (SimpleUploadedFile(name, ROWS) for name in ("one.csv", "two.csv"))
    client_of("ana").post("/datasets/new/", {**STATED, "file": first, "other": second})
    assert len(sealed(disk)) == usable_keys() == Dataset.objects.count() == 1


def test_a_token_uploads_by_the_api(disk, people):
    secret = create_token(people["ana"], "pipeline", days=1, can_write=True)[1]
    body = {**STATED, "file": SimpleUploadedFile("people.csv", ROWS)}
    answer = Client().post("/api/v1/datasets/", body, headers={"authorization": f"Bearer {secret}"})
    assert answer.status_code == 201
    assert Dataset.objects.get().owner == people["ana"]


@pytest.fixture(scope="module")
def web(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Portal, int, str, int]]:
    """A real gunicorn: its portal, its port, ana's token, its worker's process id."""
    portal = Portal(tmp_path_factory.mktemp("web"))
    secret, port = json.loads(portal.run(PEOPLE))["ana"], free_port()
    master = subprocess.Popen(
        [sys.executable, "-m", "gunicorn", "synthportal.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class",
         "gthread", "--threads", "4", "--timeout", "600", "--log-level", "error"],
        cwd=ROOT, env=portal.env, start_new_session=True,
    )  # fmt: skip
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}"), "gunicorn")
        children = Path(f"/proc/{master.pid}/task/{master.pid}/children")
        worker = int(wait_for(lambda: children.read_text().split(), "gunicorn's worker")[0])
        yield portal, port, secret, worker
    finally:
        os.killpg(master.pid, signal.SIGTERM)
        master.wait()


def send(port: int, secret: str, megabytes: int, *, stop_at: int | None = None) -> int:
    """POST a CSV of so many megabytes in pieces; its status, or 0 when the sender hangs up after `stop_at`."""
    fields = "".join(
        f'--{BORDER}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in STATED.items()
    )
    head = f'{fields}--{BORDER}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n'.encode()
    piece, tail = (CANARY + b"\n") * 87_382, f"\r\n--{BORDER}--\r\n".encode()  # just over a megabyte
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)
    connection.putrequest("POST", "/api/v1/datasets/")
    connection.putheader("Authorization", f"Bearer {secret}")
    connection.putheader("Content-Type", f"multipart/form-data; boundary={BORDER}")
    connection.putheader("Content-Length", str(len(head) + megabytes * len(piece) + len(tail)))
    connection.endheaders(head)
    for number in range(megabytes):
        if number == stop_at:
            connection.close()
            return 0
        connection.send(piece)
    connection.send(tail)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def peak_megabytes(pid: int) -> float:
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))


@pytest.mark.slow
def test_three_hundred_megabytes_go_through_the_web_process_in_flat_memory(web):
    portal, port, secret, worker = web
    assert send(port, secret, 1) == 201
    before = peak_megabytes(worker)
    assert send(port, secret, 300) == 201
    assert peak_megabytes(worker) - before < 60
    files = [path for path in portal.home.rglob("*") if path.is_file() and path.stat().st_size > 250e6]
    assert len(files) == 1
    with files[0].open("rb") as file:
        assert CANARY not in file.read(50_000_000)


@pytest.mark.slow
def test_a_browser_that_is_closed_in_the_middle_of_an_upload_leaves_nothing(web):
    portal, port, secret, _ = web
    vaulted = portal.home / "data" / "vault"
    before = set(disk_of_folder(vaulted))
    datasets = portal.query("SELECT count(*) FROM generation_dataset")
    assert send(port, secret, 40, stop_at=20) == 0

    def is_clean() -> bool:
        left = portal.query("SELECT count(*) FROM synthportal_datakey WHERE wrapped IS NOT NULL")
        return set(disk_of_folder(vaulted)) == before and left == portal.query(
            "SELECT count(*) FROM generation_dataset"
        )

    wait_for(is_clean, "the interrupted upload to be cleaned away")
    assert portal.query("SELECT count(*) FROM generation_dataset") == datasets
