"""The nginx that is shipped, for real: it sends released files itself, once the portal has checked and named them."""

from __future__ import annotations

import hashlib
import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from tests.faults.portal import Portal, wait_for
from tests.faults.proxied import Proxied, served_by_nginx
from tests.whole.test_upgrade import SENT, kept_home

pytestmark = pytest.mark.nginx
# A release of the version before, attested by this one, and a program that may read it.
PREPARE = """
import json
from reviews.models import Release
from reviews.tasks import submit_attestation
from synthportal.jobs.here import work_through
from synthportal.models import Person
from synthportal.people.tokens.tokens import create_token
release = Release.objects.get()
submit_attestation(release, by=Person.objects.get(username="cleo"), days=30)
work_through(release.pk)
secret = create_token(Person.objects.get(username="dan"), "program", days=1, can_write=False)[1]
print(json.dumps([str(release.pk), secret, release.number]))
"""
SENT_SO_FAR = (
    "SELECT s.size, s.by_proxy FROM reviews_sent s JOIN reviews_download d ON d.id = s.download_id ORDER BY s.at"
)


class Reader:
    """A program that downloads by its token through nginx."""

    def __init__(self, portal: Portal, proxied: Proxied) -> None:
        self.portal, self.proxied = portal, proxied
        self.release, self.secret, self.number = json.loads(portal.run(PREPARE))

    def get(self, what: str, method: str = "GET", **headers: str) -> Any:
        """The answer with its body; what is refused too."""
        url = f"{self.proxied.address}/api/v1/releases/{self.release}/{what}"
        asked = Request(url, method=method, headers={"Authorization": f"Bearer {self.secret}", **headers})
        try:
            with urlopen(asked, context=self.proxied.trust, timeout=30) as answer:
                return answer.status, dict(answer.headers), answer.read()
        except HTTPError as error:
            with error:
                return error.code, dict(error.headers), error.read()


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Reader]:
    portal = Portal(kept_home(tmp_path_factory.mktemp("proxied") / "home"))
    with served_by_nginx(portal, tmp_path_factory.mktemp("nginx")) as proxied:
        yield Reader(portal, proxied)


def test_a_release_of_the_version_before_comes_through_as_the_bytes_that_were_signed(reader: Reader) -> None:
    for fmt, sha256 in SENT.items():
        status, headers, body = reader.get(f"export/?format={fmt}")
        assert (status, hashlib.sha256(body).hexdigest()) == (200, sha256)
        assert headers["ETag"] == f'"{sha256}"'
        assert headers["Accept-Ranges"] == "bytes"
        assert headers["Content-Disposition"].startswith("attachment")
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "default-src 'none'" in headers["Content-Security-Policy"]
    assert [by_proxy for _, by_proxy in reader.portal.query(SENT_SO_FAR)[-len(SENT) :]] == [1] * len(SENT)


def test_the_bundle_of_a_release_of_the_version_before_is_accepted_by_its_own_program(
    reader: Reader, tmp_path: Path
) -> None:
    status, _, body = reader.get("export/?format=bundle")
    assert status == 200
    (tmp_path / "bundle.zip").write_bytes(body)
    shutil.unpack_archive(tmp_path / "bundle.zip", tmp_path / "bundle")
    done = subprocess.run(
        [sys.executable, tmp_path / "bundle" / "verify.py"], capture_output=True, text=True, check=False
    )
    assert done.stdout.startswith("valid: 95 % sure that fewer than 5 % of the 2,000 records"), done.stdout
    assert "asked for since it was signed, and were not run: membership_auc" in done.stdout
    record = json.loads((tmp_path / "bundle" / "metadata" / "review.json").read_text())
    assert (record["draw"]["proof"], len(record["draw"]["commitment"])) == ("", 64)  # drawn by HMAC, as before


def test_a_download_by_curl_resumes_to_the_same_digest(reader: Reader, tmp_path: Path) -> None:
    _, _, whole = reader.get("export/?format=csv")
    kept = tmp_path / "release.csv"
    kept.write_bytes(whole[: len(whole) // 3])
    url = f"{reader.proxied.address}/api/v1/releases/{reader.release}/export/?format=csv"
    command = ["curl", "--fail", "--silent", "--show-error", "--cacert", reader.proxied.folder / "fullchain.pem"]
    command += ["-C", "-", "-o", kept, "-H", f"Authorization: Bearer {reader.secret}", url]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert hashlib.sha256(kept.read_bytes()).hexdigest() == SENT["csv"]
    # Written when the server has closed the answer, which is after the reader has it.
    rest = (len(whole) - len(whole) // 3, 0)
    wait_for(lambda: rest in reader.portal.query(SENT_SO_FAR), "the record of what was sent")


def test_ranges_head_and_conditions_are_answered_by_the_portal(reader: Reader) -> None:
    status, headers, body = reader.get("export/?format=jsonl", Range="bytes=10-19")
    assert (status, len(body)) == (206, 10)
    assert headers["Content-Range"].startswith("bytes 10-19/")
    status, _, body = reader.get("export/?format=jsonl", **{"Range": "bytes=10-19", "If-Range": '"another"'})
    assert (status, hashlib.sha256(body).hexdigest()) == (200, SENT["jsonl"])
    status, _, body = reader.get("export/?format=jsonl", **{"If-None-Match": f'"{SENT["jsonl"]}"'})
    assert (status, body) == (304, b"")
    status, headers, body = reader.get("export/?format=jsonl", method="HEAD")
    assert (status, body, headers["ETag"]) == (200, b"", f'"{SENT["jsonl"]}"')


def test_nobody_reaches_the_shelf_past_the_portal(reader: Reader) -> None:
    with pytest.raises(HTTPError) as refused:
        urlopen(f"{reader.proxied.address}/released/{SENT['csv']}", context=reader.proxied.trust, timeout=10)
    refused.value.close()
    assert refused.value.code == 404


def test_a_file_that_was_changed_on_the_shelf_is_not_handed_to_nginx(reader: Reader) -> None:
    path = reader.portal.home / "data" / "vault" / "released" / SENT["spreadsheet_csv"]
    whole = path.read_bytes()
    try:
        path.write_bytes(whole[:-3] + b"?" + whole[-2:])
        status, _, body = reader.get("export/?format=spreadsheet_csv")
    finally:
        path.write_bytes(whole)
    assert status == 409
    assert "changed on disk" in body.decode()
    assert reader.get("export/?format=spreadsheet_csv")[0] == 200
