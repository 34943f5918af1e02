"""docker/ followed by hand: every process of the table with its own secrets, PostgreSQL, Redis, nginx with TLS.

The whole way to a release, each part killed once on it; the metrics scraped; a backup made and restored.
"""

from __future__ import annotations

import gzip
import json
import os
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from pathlib import Path
from types import SimpleNamespace
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import psycopg
import pytest

from synthportal.management.reference.processes import PROCESSES, Process, environment_of
from tests.cast import ADULT
from tests.conftest import NGINX, POSTGRES_URL, answers
from tests.e2e.callers import Caller, SignedIn
from tests.e2e.conftest import PEOPLE, free_port
from tests.e2e.walks.test_api_walk import (
    check_download,
    judge_everything,
    read_what_needs_eyes,
    wait_for_review,
    waive_what_may_be_waived,
)
from tests.faults.portal import ROOT, fresh_postgres, wait_for
from tests.whole.stack.conftest import _certificate, _configured

pytestmark = [pytest.mark.nginx, pytest.mark.postgres, pytest.mark.redis, pytest.mark.slow]
TABLE = {process.name: process for process in PROCESSES}
LASTING = [process.name for process in PROCESSES if not (process.once or process.daily)]


class ByHand:
    """The processes of docker/ on this machine."""

    def __init__(self, home: Path, database: str) -> None:
        self.home, self.database, self.redis_port, self.web_port, self.port = (
            home,
            database,
            *(free_port() for _ in "abc"),
        )
        self.kept, self.running = home / "kept", {}
        self.kept.mkdir()
        for name in ("secret_key", "master_key", "sample_key", "signing_key", "audit_key", "metrics_token"):
            (self.kept / name).write_text(secrets.token_hex(32))
        (self.kept / "database_url").write_text(database)
        certificate = _certificate(home)
        self.context = ssl.create_default_context(cafile=str(certificate))
        self.address = f"https://localhost:{self.port}"
        self.tokens: dict[str, str] = {}

    def environment(self, process: Process, home: Path | None = None) -> dict[str, str]:
        """What docker/ gives this process, with the folders of this machine, and no other secret."""
        given = {name: value.replace("/run/secrets", str(self.kept)) for name, value in environment_of(process).items()}
        return {
            "PATH": os.environ["PATH"],
            "DATABASE_URL": self.database,
            "CELERY_BROKER_URL": f"redis://127.0.0.1:{self.redis_port}/0",
            "SYNTHPORTAL_MODE": "production",
            "SYNTHPORTAL_HOME": str(home or self.home / "portal"),
            "SYNTHPORTAL_HOSTS": "localhost",
            "SYNTHPORTAL_ORIGINS": self.address,
            "SYNTHPORTAL_PROXIES": "1",
            "SYNTHPORTAL_READING_SPEED": "0",  # nobody of a test reads
            "SYNTHPORTAL_LEASE_SECONDS": "6",
            "SYNTHPORTAL_REAP_SECONDS": "1",
            "SYNTHPORTAL_LONG_JOB_SECONDS": "10",
            "SYNTHPORTAL_METRICS_TOKEN_FILE": str(self.kept / "metrics_token"),
            **given,
        }

    def start(self, name: str) -> None:
        if name == "redis":
            words = ["redis-server", "--port", str(self.redis_port), "--save", "", "--appendonly", "no"]
            self.running[name] = subprocess.Popen(words, stdout=subprocess.DEVNULL, start_new_session=True)
        elif name == "nginx":
            config = _configured(self.home, self.port, self.web_port)
            self.running[name] = subprocess.Popen([str(NGINX), "-c", str(config), "-g", "daemon off;"])
        else:
            process = TABLE[name]
            words = [sys.executable, "-m", *process.command.split(), *self._bind(process)]
            if "celery" in process.command:
                words += ["--hostname", f"{name}@{self.port}"]
            self.running[name] = subprocess.Popen(
                words, cwd=ROOT, env=self.environment(process), start_new_session=True
            )

    def _bind(self, process: Process) -> list[str]:
        return ["--bind", f"127.0.0.1:{self.web_port}"] if process.bind else []

    def kill(self, name: str) -> None:
        """kill -9, of the whole container as it were, and a new one."""
        process = self.running[name]
        if name == "nginx":
            process.send_signal(signal.SIGQUIT)
        else:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        self.start(name)

    def manage(self, name: str, *words: str, home: Path | None = None, **more: str) -> str:
        """A command in the place of one of the processes."""
        done = subprocess.run(
            [sys.executable, "manage.py", *words],
            cwd=ROOT, env=self.environment(TABLE[name], home) | more, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr[-3000:]
        return done.stdout.strip()

    def caller(self, name: str, kind: type[Caller] = Caller) -> Caller:
        return kind(SimpleNamespace(address=self.address, tokens=self.tokens), name, self.context)

    def up(self) -> None:
        wait_for(lambda: answers(f"http://127.0.0.1:{self.web_port}"), "gunicorn")
        wait_for(lambda: self._status("/health/ready/") == 200, "nginx and the portal")

    def _status(self, path: str) -> int:
        try:
            with urlopen(self.address + path, timeout=5, context=self.context) as answer:
                return int(answer.status)
        except HTTPError as error:
            error.close()
            return error.code
        except OSError:
            return 0

    def stop(self) -> None:
        for process in reversed(self.running.values()):
            process.terminate()
        for process in self.running.values():
            try:
                process.wait(timeout=10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


@pytest.fixture(scope="module")
def by_hand(postgres_url: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ByHand]:
    if not shutil.which("redis-server"):
        pytest.skip("there is no redis-server")
    found = ByHand(tmp_path_factory.mktemp("by-hand"), postgres_url)
    try:
        found.manage("migrate", "migrate", "--noinput", "-v0")
        for name in ("redis", *LASTING, "nginx"):
            found.start(name)
        found.tokens = json.loads(found.manage("web", "shell", "--no-imports", "-v0", "-c", PEOPLE))
        found.up()
        yield found
    finally:
        found.stop()


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    yield from fresh_postgres(POSTGRES_URL)


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """20,000 records: with fewer the evidence is not decided, and no review opens."""
    path = tmp_path_factory.mktemp("small") / "small.csv"
    with gzip.open(ADULT, "rb") as source:
        path.write_bytes(b"".join(islice(source, 20_001)))
    return path


@pytest.fixture(scope="module")
def released(by_hand: ByHand, small: Path) -> tuple[dict, dict]:
    """The whole way by the API through nginx; on it every part is killed once."""
    ana, ben = (by_hand.caller(name) for name in ("ana", "ben"))
    status, dataset = ana.upload(small, name="small", purpose="training", target="income", description="To try.")
    assert status == 201, dataset
    by_hand.kill("worker")
    data = f"/datasets/{dataset['id']}/"
    ana.wait(data, "profiled")
    by_hand.kill("redis")
    ana.post(data + "minimise/", expect=202)
    ana.wait(data, "minimised")
    run = ana.post(data + "runs/", {"synthesizer": "trees", "rows": 3_000, "seed": 5, "policy": "quick"})
    by_hand.kill("worker-long")
    ran = f"/runs/{run['id']}/"
    done = ana.wait(ran, "evaluated")
    review = wait_for_review(by_hand.caller("cleo"), ran)
    by_hand.kill("web")
    by_hand.up()
    judge_everything(ben, review["id"])
    by_hand.kill("nginx")
    by_hand.up()
    assert statuses_at_once(ana, data) == {200}
    with psycopg.connect(by_hand.database, autocommit=True) as server:
        server.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    assert statuses_at_once(ana, data) == {200}  # no thread meets the connection that it had
    cora, cleo = (by_hand.caller(name, SignedIn) for name in ("cora", "cleo"))
    gate = waive_what_may_be_waived(cora, ran)
    assert [line["why"] for line in gate["conditions"] if not line["met"]] == []
    approval = {"dossier_hash": gate["dossier_hash"], "seen": read_what_needs_eyes(gate)}
    release = cleo.post(ran + "release/", approval)
    by_hand.kill("signer")
    return release, done


def statuses_at_once(caller: Caller, path: str, threads: int = 16) -> set[int]:
    """Of more requests than the portal answers at once: every thread of it has a connection to the database."""
    with ThreadPoolExecutor(threads) as pool:
        return {status for status, *_ in pool.map(lambda _: caller.call("GET", path), range(2 * threads))}


def test_a_release_comes_about_though_every_part_was_killed_on_the_way(by_hand, released):
    release, run = released
    check_download(by_hand.caller("dan"), release, run)
    assert "whole" in by_hand.manage("web", "verify_audit")


def test_only_the_lane_that_signs_has_signed(by_hand, released):
    with psycopg.connect(by_hand.database) as server:
        lanes = dict(server.execute("SELECT kind, lane FROM synthportal_job").fetchall())
    assert lanes["publish"] == "sign"
    assert "sign" not in {lane for kind, lane in lanes.items() if kind not in {"publish", "expire"}}
    for process in ("worker", "worker-long", "backup", "migrate"):
        assert "SYNTHPORTAL_SIGNING_KEY_FILE" not in by_hand.environment(TABLE[process])


def test_a_prometheus_with_the_token_sees_the_release_and_nobody_else_sees_anything(by_hand, released):
    assert by_hand._status("/metrics") == 404
    wait_for(lambda: 'synthportal_jobs{kind="publish",state="done"} 1' in scraped(by_hand), "the files to be signed")
    lines = scraped(by_hand)
    assert any(line.startswith('synthportal_events_total{action="released"} ') for line in lines)
    assert 'synthportal_queue_waiting{lane="sign"} 0' in lines


def scraped(by_hand: ByHand) -> list[str]:
    asked = Request(f"{by_hand.address}/metrics")
    asked.add_header("Authorization", f"Bearer {(by_hand.kept / 'metrics_token').read_text()}")
    with urlopen(asked, timeout=10, context=by_hand.context) as answer:
        return answer.read().decode().splitlines()


def test_what_was_backed_up_is_restored_with_its_release_and_its_sources(by_hand, released, tmp_path):
    release, _ = released
    by_hand.manage("backup", "backup", str(tmp_path / "backup"), "--shares", str(tmp_path / "shares"))
    for database in fresh_postgres(POSTGRES_URL):
        elsewhere = {"home": tmp_path / "elsewhere", "DATABASE_URL": database}
        by_hand.manage("backup", "restore", str(tmp_path / "backup"), "--shares", str(tmp_path / "shares"), **elsewhere)
        code = f"""
from reviews.models import Release
from reviews.stages.export import offer_of
from generation.models import Dataset
from synthportal.storage.vault import holds
release = Release.objects.get(pk="{release["id"]}")
dataset = Dataset.objects.get()
assert offer_of(release, "parquet") is not None
print(holds(dataset.key_id, dataset.sha256))
"""
        assert by_hand.manage("web", "shell", "--no-imports", "-v0", "-c", code, **elsewhere) == "True"
