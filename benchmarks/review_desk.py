"""Loads the review desk over real HTTP: a long queue, many annotators with think time, gunicorn, SQLite and PostgreSQL.

    python benchmarks/review_desk.py [--records 1000000] [--annotators 50 100 200] [--seconds 60] [--think 4]
                                     [--databases sqlite postgres] [--postgres URL] [--json -]

Each annotator claims a record, thinks (exponential, --think seconds on average) and sends a verdict whose answer
holds the next record, over a kept connection, as a program does with the API. Beside them a steward opens the pages
of lists. Measured: verdict + next record, the pages, errors, records claimed by two people, verdicts that were
acknowledged and are not there. Exits with 1 on any error, double claim or lost verdict. Times depend on the machine:
the last column is the time divided by the aim. The load is made by a process of its own on the same machine.
"""

from __future__ import annotations

import argparse
import hashlib
import http.client
import json
import os
import random
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import quantiles
from urllib.parse import urlsplit

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.suite.figures import offer_json, told_on, write_json

ROOT = Path(__file__).resolve().parents[1]
# Seconds: p95 and p99 of verdict + next record, p95 of a page.
AIMS = {"next p95": 0.080, "next p99": 0.150, "page p95": 0.200}
TABLE = ROOT / "generation" / "demo" / "adult_extract.csv.gz"
SESSION_COOKIE = "sessionid"
PAGES = ("/", "/reviews/", "/runs/", "/releases/")

SETUP = """
import json, sys, uuid
from datetime import timedelta
from django.conf import settings
from django.test import Client
from generation.models import Evaluation, GenerationRun
from reviews.models import Review, ReviewRecord
from reviews.stages.sample import encode_record, refresh_statistics
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.keys import unwrap
from synthportal.storage.sealing import seal_bytes
from synthportal.people.tokens.tokens import create_token
records, annotators = {records}, {annotators}
shown = Review.objects.select_related("run__dataset").first()
run = GenerationRun.objects.get(pk=shown.run_id)
evaluation = Evaluation.objects.filter(run=run).first()
content = encode_record({{f"column {{place}}": f"value {{place}}" for place in range(15)}})
key = run.dataset.key_id
secret = unwrap(key).secret
run.pk, run.number, run.artefact_sha256, run.artefact_rows = uuid.uuid4(), run.number + 1, "ab" * 32, records
run._state.adding = True
run.save()
evaluation.pk, evaluation.run, evaluation.artefact_sha256 = uuid.uuid4(), run, "ab" * 32
evaluation._state.adding = True
evaluation.save()
queue = shown
queue.pk, queue.run, queue.artefact_sha256, queue.lot = uuid.uuid4(), run, "ab" * 32, records
queue.places = {{"random": records}}
queue._state.adding = True
queue.save()
for first in range(0, records, 20_000):
    made = []
    for place in range(first, min(first + 20_000, records)):
        one = ReviewRecord(review=queue, lane="random", row=place, position=place + 1)
        one.sealed = seal_bytes(content, secret, key.bytes + one.pk.bytes)
        made.append(one)
    ReviewRecord.objects.bulk_create(made, batch_size=500)
refresh_statistics()
tokens = []
for number in range(annotators):
    person = Person.objects.create(username=f"annotator {{number}}")
    grant(person, Role.ANNOTATOR)
    tokens.append(create_token(person, "load", days=1, can_write=True)[1])
steward = Person.objects.create(username="steward")
steward.set_password(uuid.uuid4().hex)
steward.save()
grant(steward, Role.STEWARD)
browser = Client()
browser.force_login(steward, backend="django.contrib.auth.backends.ModelBackend")
session = browser.cookies[settings.SESSION_COOKIE_NAME].value
print(json.dumps({{"review": str(queue.pk), "tokens": tokens, "session": session}}))
"""
CHECK = """
import json
from django.db.models import Count
from reviews.models import Verdict
standing = Verdict.objects.filter(undone_at__isnull=True, record__review_id="{review}")
twice = standing.values("record").annotate(n=Count("pk")).filter(n__gt=1).count()
print(json.dumps([sorted(str(pk) for pk in standing.values_list("record_id", flat=True)), twice]))
"""


@dataclass
class Seen:
    """What the load saw: seconds, refusals, and the records whose verdict was acknowledged."""

    next_record: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    saved: list[str] = field(default_factory=list)


class Portal:
    """A portal of its own in a temporary folder, on one of the two databases."""

    def __init__(self, home: Path, database_url: str) -> None:
        self.env = {
            **os.environ,
            "SYNTHPORTAL_HOME": str(home),
            "SYNTHPORTAL_READING_SPEED": "0",  # nobody of a benchmark reads
            # The same holdout each time, so that a review opens each time.
            "SYNTHPORTAL_SAMPLE_KEY": hashlib.sha256(b"review desk").hexdigest(),
            "DJANGO_SETTINGS_MODULE": "synthportal.settings",
        }
        self.env["SYNTHPORTAL_ALLOWED_HOSTS"] = "127.0.0.1"
        self.env.pop("DATABASE_URL", None)
        if database_url:
            self.env["DATABASE_URL"] = database_url
        self.processes = 2 if database_url else 1

    def manage(self, *words: str) -> str:
        done = subprocess.run(
            [sys.executable, "manage.py", *words], cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )
        if done.returncode:
            raise SystemExit(done.stderr[-2000:])
        return done.stdout

    def shell(self, code: str) -> str:
        return self.manage("shell", "--no-imports", "-v0", "-c", code)

    @contextmanager
    def serving(self) -> Iterator[int]:
        """gunicorn with threads, as the portal itself starts it; the port."""
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = int(free.getsockname()[1])
        words = ["-m", "gunicorn", "synthportal.wsgi", "--bind", f"127.0.0.1:{port}", "--worker-class", "gthread"]
        words += ["--workers", str(self.processes), "--threads", "8", "--keep-alive", "30", "--log-level", "error"]
        web = subprocess.Popen([sys.executable, *words], cwd=ROOT, env=self.env, start_new_session=True)
        try:
            _wait_for(port)
            yield port
        finally:
            os.killpg(web.pid, signal.SIGTERM)
            web.wait()


def _wait_for(port: int) -> None:
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    raise SystemExit("gunicorn did not start.")


class Caller:
    """One kept connection with its headers, opened anew when the server has closed it for being idle."""

    def __init__(self, port: int, headers: dict[str, str]) -> None:
        self.headers = headers
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def call(self, method: str, path: str, body: object = None) -> tuple[int, bytes]:
        data = json.dumps(body).encode() if body is not None else None
        headers = self.headers | {"Content-Type": "application/json"}
        try:
            self.connection.request(method, path, data, headers)
            answer = self.connection.getresponse()
        except (BrokenPipeError, http.client.RemoteDisconnected, ConnectionResetError):
            self.connection.close()
            self.connection.request(method, path, data, headers)
            answer = self.connection.getresponse()
        return answer.status, answer.read()


def annotate(port: int, review: str, token: str, until: float, think: float, seen: Seen) -> None:
    """One annotator's time at the desk."""
    chance = random.Random(token)
    caller = Caller(port, {"Authorization": f"Bearer {token}"})
    time.sleep(chance.uniform(0, think))
    status, body = caller.call("POST", f"/api/v1/reviews/{review}/claim/")
    record = json.loads(body) if status == 200 else None
    while time.monotonic() < until and record:
        time.sleep(chance.expovariate(1 / think))
        began = time.perf_counter()
        verdict = {"verdict": "clean", "token": record["token"], "next": True}
        status, body = caller.call("POST", f"/api/v1/records/{record['id']}/verdict/", verdict)
        if status != 201:
            break
        seen.next_record.append(time.perf_counter() - began)
        seen.saved.append(record["id"])
        record = json.loads(body)["next"]
        if record is None:
            break
    if status not in (200, 201) or record is None:
        seen.errors.append(f"{status}: {body[:200].decode(errors='replace')}")


def browse(port: int, session: str, until: float, seen: Seen) -> None:
    """A steward who opens the lists, one after another."""
    caller = Caller(port, {"Cookie": f"{SESSION_COOKIE}={session}"})
    while time.monotonic() < until:
        for page in PAGES:
            began = time.perf_counter()
            status, _ = caller.call("GET", page)
            seen.pages.append(time.perf_counter() - began)
            if status != 200:
                seen.errors.append(f"{page}: {status}")
        time.sleep(0.5)


def load(port: int, facts: dict[str, object], people: int, chosen: argparse.Namespace) -> Seen:
    seen, until = Seen(), time.monotonic() + chosen.seconds
    tokens = facts["tokens"]
    assert isinstance(tokens, list)
    work = [
        threading.Thread(target=annotate, args=(port, facts["review"], token, until, chosen.think, seen))
        for token in tokens[:people]
    ]
    work.append(threading.Thread(target=browse, args=(port, facts["session"], until, seen)))
    for thread in work:
        thread.start()
    for thread in work:
        thread.join()
    return seen


def share(values: list[float], percent: int) -> float:
    return quantiles(values, n=100)[percent - 1] if len(values) > 1 else float("nan")


@dataclass(frozen=True)
class Load:
    """What so many annotators on a database met: seconds, counts and the first errors."""

    database: str
    annotators: int
    verdicts: int
    lost: int
    twice: int
    median: float
    seconds: dict[str, float]
    errors: list[str]

    @property
    def is_good(self) -> bool:
        return not (self.errors or self.lost or self.twice)

    def lines(self) -> Iterator[str]:
        yield (
            f"{self.database}, {self.annotators} annotators: {self.verdicts:,} verdicts, {len(self.errors)} errors, "
            f"{self.lost} lost verdicts, {self.twice} records judged twice; median {1000 * self.median:.0f} ms"
        )
        for name, seconds in self.seconds.items():
            aim = AIMS[name]
            yield f"    {name} {1000 * seconds:6.0f} ms   {seconds / aim:.2f} of the aim ({1000 * aim:.0f} ms)"
        yield from (f"    {error}" for error in sorted(set(self.errors))[:5])


def met(database: str, people: int, seen: Seen, lost: int, twice: int) -> Load:
    seconds = {
        "next p95": share(seen.next_record, 95),
        "next p99": share(seen.next_record, 99),
        "page p95": share(seen.pages, 95),
    }
    return Load(database, people, len(seen.saved), lost, twice, share(seen.next_record, 50), seconds, list(seen.errors))


def run(database: str, url: str, chosen: argparse.Namespace) -> list[Load]:
    """All loads on one database."""
    with tempfile.TemporaryDirectory() as folder:
        portal = Portal(Path(folder), url)
        portal.manage("migrate", "-v0")
        words = ["--purpose", "training", "--target", "income", "--synthesizer", "gaussian_copula", "--rows", "2000"]
        portal.manage("pipeline", str(TABLE), *words, "--tier", "quick", "--json", "--out", str(Path(folder) / "out"))
        code = SETUP.format(records=chosen.records, annotators=max(chosen.annotators))
        facts = json.loads(portal.shell(code))
        saved: list[str] = []
        loads: list[Load] = []
        with portal.serving() as port:
            for people in chosen.annotators:
                seen = load(port, facts, people, chosen)
                saved += seen.saved
                there, twice = json.loads(portal.shell(CHECK.format(review=facts["review"])))
                lost, again = len(set(saved) - set(there)), twice + len(saved) - len(set(saved))
                loads.append(met(database, people, seen, lost, again))
                print("\n".join(loads[-1].lines()), file=told_on(chosen.json), flush=True)
        return loads


@contextmanager
def fresh_postgres(server_url: str) -> Iterator[str]:
    """A new, empty database on the server; dropped at the end."""
    import psycopg

    name = f"synthportal_load_{uuid.uuid4().hex[:12]}"
    with psycopg.connect(server_url, autocommit=True) as server:
        server.execute(f"CREATE DATABASE {name}")
        try:
            yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
        finally:
            server.execute(f"DROP DATABASE {name} WITH (FORCE)")


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=1_000_000)
    parser.add_argument("--annotators", type=int, nargs="+", default=[50, 100, 200])
    parser.add_argument("--seconds", type=float, default=60)
    parser.add_argument("--think", type=float, default=4, help="seconds, on average")
    parser.add_argument("--databases", nargs="+", choices=("sqlite", "postgres"), default=["postgres", "sqlite"])
    parser.add_argument("--postgres", default="postgres://postgres@127.0.0.1:5432/postgres")
    offer_json(parser)
    chosen = parser.parse_args()
    loads: list[Load] = []
    for database in chosen.databases:
        if database == "sqlite":
            loads += run(database, "", chosen)
        else:
            with fresh_postgres(chosen.postgres) as url:
                loads += run(database, url, chosen)
    write_json(chosen.json, [asdict(one) for one in loads])
    return 0 if all(one.is_good for one in loads) else 1


if __name__ == "__main__":
    sys.exit(main())
