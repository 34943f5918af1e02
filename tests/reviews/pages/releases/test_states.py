"""State x door: what every address of a release answers while it stands, is suspended, withdrawn, over or expired.

The addresses come from the portal's own list: one without an answer here fails.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from html import unescape
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow.parquet as pq
import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from django.utils import timezone

from reviews.engine.attestation.dsse import opened
from reviews.engine.attestation.status import STATUS_TYPE
from reviews.engine.certificate.certificate import key_id
from reviews.models import AccessRequest, Attestation, RecordReport, Release
from reviews.repositories.files import ATTESTATION, BUNDLE, formats_of
from reviews.repositories.trust.attestations import attested
from reviews.repositories.trust.keys import public_key_hex, signing_key
from reviews.stages.release import withdraw_release
from reviews.stages.use.grant import ask_access, grant_access, restrict_release
from reviews.tasks import submit_report, submit_suspension
from synthportal.jobs.here import work_through
from synthportal.jobs.queue import reap
from synthportal.models import AuditEvent, Person
from synthportal.people.tokens.grants import grant
from synthportal.people.tokens.tokens import create_token
from synthportal.roles import Role
from synthportal.storage.vault import open_sealed
from synthportal_client import Portal, PortalError, Withdrawn
from tests.cast import without_triggers
from tests.whole.test_url_matrix import EVERY, client_of

People = dict[str, Person]
REASON, WORDS = "A person recognised herself.", "My neighbour."
STATES = ("released", "suspended", "withdrawn", "over", "expired")
# dan was granted access, cleo is a steward, erin an engineer who was not granted any.
WHO = ("dan", "cleo", "erin")
BYTES = {"dan": "200 403 410 410 410", "cleo": "200 403 410 410 410", "erin": "403 403 410 410 410"}
FACTS = dict.fromkeys(WHO, "200 200 200 200 200")
STEWARDS = {"dan": "404 404 404 404 404", "cleo": "200 200 200 200 200", "erin": "404 404 404 404 404"}


def steward(codes: str, others: str = "403") -> dict[str, str]:
    return {"dan": " ".join([others] * 5), "cleo": codes, "erin": " ".join([others] * 5)}


def deed(code: str) -> dict[str, str]:
    """Something that everybody who sees it may do, whatever its state."""
    return dict.fromkeys(WHO, " ".join([code] * 5))


# What is reported of bytes that people hold, what was made of them, and what a token tells, is as true after the end.
ANSWERS: dict[str, dict[str, str]] = {
    "GET releases/<uuid:pk>/export/": BYTES,
    "GET releases/<uuid:pk>/files/<path:path>": BYTES,
    "GET releases/<uuid:pk>/records/": BYTES,
    "GET releases/<uuid:pk>/columns/": BYTES,
    "GET api/v1/releases/<uuid:pk>/export/": BYTES,
    "GET api/v1/releases/<uuid:pk>/files/<path:path>": BYTES,
    "GET api/v1/releases/<uuid:pk>/rows/": BYTES,
    "GET api/v1/releases/<uuid:pk>/columns/": BYTES,
    "GET reports/<uuid:pk>/": STEWARDS,  # the one record that the steward settles a report of
    "GET releases/": FACTS,
    "GET releases/<uuid:pk>/": FACTS,
    "GET releases/<uuid:pk>/certificate/": FACTS,
    "GET releases/<uuid:pk>/card/": FACTS,
    "GET releases/<uuid:pk>/manifest/": FACTS,
    "GET releases/<uuid:pk>/checklist/": FACTS,
    "GET reports/": FACTS,
    "GET access/": FACTS,
    "GET api/v1/releases/": FACTS,
    "GET api/v1/releases/<uuid:pk>/": FACTS,
    "GET api/v1/releases/<uuid:pk>/card/": FACTS,
    "GET api/v1/releases/<uuid:pk>/certificate/": FACTS,
    "GET api/v1/releases/<uuid:pk>/access/": FACTS,
    "GET api/v1/releases/<uuid:pk>/attestation/": FACTS,
    "GET api/v1/releases/<uuid:pk>/lineage/": FACTS,
    "GET .well-known/synthportal/releases/<uuid:pk>/status.json": FACTS,
    "POST releases/<uuid:pk>/withdraw/": steward("302 302 409 302 409"),
    "POST releases/<uuid:pk>/access/": deed("409") | {"erin": "302 302 409 409 409"},
    "POST releases/<uuid:pk>/restrict/": steward("302 302 302 302 302"),
    "POST releases/<uuid:pk>/token/": deed("200"),
    "POST releases/<uuid:pk>/report/": deed("302") | {"erin": "403 403 403 403 403"},
    "POST releases/<uuid:pk>/attest/": steward("302 302 409 409 409"),
    "POST releases/<uuid:pk>/derived/": deed("302"),
    "POST access/<uuid:pk>/grant/": steward("302 302 409 409 409", "404"),
    "POST access/<uuid:pk>/refuse/": steward("302 302 302 302 302", "404"),
    "POST reports/<uuid:pk>/suspend/": steward("302 302 302 302 302", "404"),
    "POST reports/<uuid:pk>/settle/": steward("302 302 302 302 302", "404"),
    "POST api/v1/releases/<uuid:pk>/withdraw/": steward("200 200 409 200 409"),
    "POST api/v1/releases/<uuid:pk>/access/": deed("409") | {"erin": "201 201 409 409 409"},
    "POST api/v1/releases/<uuid:pk>/tokens/": deed("201"),
    "POST api/v1/releases/<uuid:pk>/reports/": deed("201") | {"erin": "403 403 403 403 403"},
    "POST api/v1/releases/<uuid:pk>/attestation/": steward("202 202 409 409 409"),
    "POST api/v1/releases/<uuid:pk>/derived/": deed("201"),
    "POST api/v1/access/<uuid:pk>/grant/": steward("200 200 409 409 409", "404"),
    "POST api/v1/access/<uuid:pk>/refuse/": steward("200 200 200 200 200", "404"),
}
API = "api/v1/releases/<uuid:pk>/"
FILES = ("releases/<uuid:pk>/files/<path:path>", "api/v1/releases/<uuid:pk>/files/<path:path>")
BODIES: dict[str, dict[str, Any]] = {
    "grant": {"until": "2027-01-31"}, "refuse": {"reason": "It is prohibited."}, "access": {"purpose": "A course."},
    "withdraw": {"reason": REASON}, "restrict": {"on": "yes"}, "report": {"words": WORDS, "row": "1"},
    "reports": {"words": WORDS, "row": 1}, "attest": {"days": "30", "test_percent": "0"}, "derived": {"name": "x"},
    "suspend": {"on": "yes"}, "settle": {"is_leak": "no", "reason": "Nobody is in it."},
}  # fmt: skip


def first_word(route: str) -> str:
    return route.removeprefix("api/v1/").removeprefix(".well-known/synthportal/").split("/")[0]


ROUTES = [route for route in EVERY if first_word(route) in {"releases", "access", "reports"}]


class Held:
    """A release on request that dan holds, with a report that waits and a request that waits."""

    def __init__(self, release: Release, people: People) -> None:
        restrict_release(release, on_request=True, by=people["cora"])
        asked = ask_access(release, purpose="A model of costs.", by=people["dan"])
        grant_access(asked, until=timezone.localdate() + timedelta(days=60), by=people["cora"])
        waiting = AccessRequest.objects.create(release=release, person=people["eve"], purpose="A course.")
        self.release, self.people = release, people
        self.report: RecordReport = submit_report(release, row=3, words=WORDS, by=people["dan"])
        self.ids: dict[str, UUID] = {"releases": release.pk, "access": waiting.pk, "reports": self.report.pk}

    def address(self, route: str, path: str = "data/train.parquet") -> str:
        return "/" + route.replace("<uuid:pk>", str(self.ids[first_word(route)])).replace("<path:path>", path)

    def suspended(self) -> None:
        submit_suspension(self.report, is_on=True, by=self.people["cora"])

    def withdrawn(self) -> None:
        withdraw_release(self.release, reason=REASON, by=self.people["cora"])

    def over(self) -> None:
        with without_triggers():
            yesterday = timezone.now() - timedelta(days=1)
            Attestation.objects.filter(release=self.release).update(expires_at=yesterday)

    def expired(self) -> None:
        self.over()
        reap()
        work_through(self.release.pk)

    def put(self, state: str) -> None:
        """Bring it into the state."""
        verbs: dict[str, Callable[[], None]] = {
            "released": lambda: None, "suspended": self.suspended, "withdrawn": self.withdrawn, "over": self.over,
            "expired": self.expired,
        }  # fmt: skip
        verbs[state]()


@pytest.fixture
def held(release: Release, people: People, settings: Any) -> Held:
    settings.REAUTHENTICATION_MINUTES = 0
    erin = Person.objects.create(username="erin")
    grant(erin, Role.ENGINEER)
    return Held(release, people | {"erin": erin})


@contextmanager
def taken_back() -> Iterator[None]:
    point = transaction.savepoint()
    yield
    transaction.savepoint_rollback(point)


def plain(said: str) -> str:
    """Words and numbers alone, so that a record is found in a page, a table and a JSON answer alike."""
    return " ".join(re.findall(r"[\w.]+", unescape(re.sub(r"<[^>]+>", " ", said))))


def records_of(release: Release) -> list[str]:
    with open_sealed(release.run.dataset.key_id, release.artefact_sha256) as file:
        rows = pq.read_table(file).to_pylist()
    return [plain(" ".join(str(value) for value in row.values())) for row in rows if None not in row.values()]


def ask(client: Client, method: str, path: str) -> tuple[int, str]:
    """The code, and what was said where that is text."""
    body, is_api = BODIES.get(path.split("/")[-2], {}), path.startswith("/api/")
    with taken_back():
        if method == "POST":
            sent: Any = client.post(path, json.dumps(body) if is_api else body, **JSON if is_api else {})
        else:
            sent = client.generic(method, path)
        said = b"".join(sent.streaming_content) if sent.streaming else sent.content
    is_text = sent.get("Content-Type", "").startswith(("text/html", "text/markdown", "application/json"))
    return sent.status_code, said.decode() if is_text else ""


JSON = {"content_type": "application/json"}


def test_every_address_of_a_release_has_an_answer_in_every_state() -> None:
    assert {row.partition(" ")[2] for row in ANSWERS} == set(ROUTES)
    assert all(len(codes.split()) == len(STATES) for row in ANSWERS.values() for codes in row.values())


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_every_address_answers_as_the_table_says_and_shows_no_record_once_it_is_closed(held: Held, state: str) -> None:
    held.put(state)
    place, records = STATES.index(state), records_of(held.release)
    clients = {name: client_of(held.people[name]) for name in WHO}
    expected = {
        (method, route, name): int(ANSWERS[f"{method} {route}"][name].split()[place])
        if f"{method} {route}" in ANSWERS
        else 405
        for route in ROUTES
        for method in ("GET", "POST")
        for name in WHO
    }
    answers = {
        (method, route, name): ask(clients[name], method, held.address(route)) for method, route, name in expected
    }
    wrong = {key: code for key, (code, _) in answers.items() if code not in {expected[key], 401}}
    assert {key: (code, expected[key]) for key, code in wrong.items()} == {}
    said = {key: plain(words) for key, (_, words) in answers.items() if words}
    showing = {key for key, words in said.items() if any(record in words for record in records)}
    if state == "released":
        assert {
            ("GET", "releases/<uuid:pk>/records/", "dan"),
            ("GET", "api/v1/releases/<uuid:pk>/rows/", "dan"),
        } <= showing
    else:
        assert showing <= {("GET", "reports/<uuid:pk>/", "cleo")}


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_every_format_and_every_signed_file_answers_like_the_others(held: Held, state: str) -> None:
    files, formats = attested(held.release), [*(fmt.value for fmt in formats_of(held.release)), BUNDLE]
    assert files is not None
    paths = [held.address(route, path) for route in FILES for path in (*files.files, ATTESTATION)]
    exports = [f"/{api}releases/{held.release.pk}/export/?format={fmt}" for api in ("", "api/v1/") for fmt in formats]
    tags = {path: client_of(held.people["dan"]).head(path)["ETag"] for path in (*paths, *exports)}
    held.put(state)
    place = STATES.index(state)
    for name in WHO:
        client, code = client_of(held.people[name]), int(BYTES[name].split()[place])
        for path, tag in tags.items():
            with taken_back():
                assert client.head(path).status_code == code, (name, path)
                known = client.get(path, headers={"if-none-match": tag})
                assert known.status_code == (304 if code == 200 else code), (name, path)
                part: Any = client.get(path, headers={"range": "bytes=0-9"})
                assert part.status_code == (206 if code == 200 else code), (name, path)
                if part.streaming:
                    b"".join(part.streaming_content)  # at its end the test client closes it


@pytest.mark.slow
@pytest.mark.parametrize("state", STATES)
def test_a_program_learns_the_state_and_is_given_nothing_that_lies_in_its_cache(
    live_server: Any, held: Held, tmp_path: Path, state: str
) -> None:
    only = {"release": held.release.pk}
    secret = create_token(held.people["dan"], "tests", days=1, can_write=False, only_for=only)[1]
    portal = Portal(live_server.url, secret, tmp_path)
    kept = portal.download("release-1")
    held.put(state)
    word = "expired" if state == "over" else state
    assert client_of(held.people["dan"]).get(f"/api/v1/releases/{held.release.pk}/").json()["standing"] == word
    assert portal.status("release-1")["standing"] == word
    uses: tuple[Callable[[], object], ...] = (
        lambda: portal.load("release-1"),
        lambda: portal.download("release-1", "csv"),
        lambda: portal.download(str(held.release.pk)),
        lambda: portal.verify("release-1"),
    )
    if state == "released":
        assert portal.download("1") == kept
        return
    for use in uses:
        with pytest.raises(PortalError, match=f"Release 1 is {word}") as refused:
            use()
        assert isinstance(refused.value, Withdrawn) == (state != "suspended")


TONES = {
    "released": "met", "suspended": "attention", "withdrawn": "blocked", "over": "not_computed",
    "expired": "not_computed",
}  # fmt: skip


@pytest.mark.parametrize("state", STATES)
def test_strangers_pages_and_the_verifying_command_are_told_the_same_state(
    held: Held, tmp_path: Path, capsys: Any, state: str
) -> None:
    dan, pk, word = client_of(held.people["dan"]), held.release.pk, "expired" if state == "over" else state
    bundle: Any = dan.get(f"/releases/{pk}/export/?format=bundle")
    for name, content in (("bundle.zip", b"".join(bundle.streaming_content)), ("key", public_key_hex().encode())):
        (tmp_path / name).write_bytes(content)
    held.put(state)

    signed = Client().get(f"/.well-known/synthportal/releases/{pk}/status.json")
    said = opened(signed.json(), {key_id(signing_key().public_key()): signing_key().public_key()}, STATUS_TYPE)
    assert said["status"] == word
    if state == "suspended":
        assert said["since"] == AuditEvent.objects.get(action="suspended").at.isoformat(timespec="seconds")

    for address in (f"/releases/{pk}/", "/releases/", "/"):
        page = dan.get(address).content.decode()
        badges = re.findall(r'<span class="badge is-(\w+)">.*?</svg>(\w+)</span>', page, re.DOTALL)
        if address != "/" or badges:
            assert (TONES[state], word) in badges, (address, badges)

    (tmp_path / "status.json").write_bytes(signed.content)
    (tmp_path / "keys.json").write_bytes(Client().get("/.well-known/synthportal/keys.json").content)
    files = {name: str(tmp_path / name) for name in ("key", "status.json", "keys.json")}
    ask = ["verify", str(tmp_path / "bundle.zip"), "--public-key", files["key"], "--keys", files["keys.json"]]
    if state == "released":
        call_command(*ask, "--status", files["status.json"])
        assert "the portal said that it is released." in capsys.readouterr().out
    else:
        with pytest.raises(CommandError, match=f"NOT to be used. At .* the portal said that it is {word}."):
            call_command(*ask, "--status", files["status.json"])
