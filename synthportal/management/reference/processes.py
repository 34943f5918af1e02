"""The processes of a deployment: one table, from which manifests and units are printed.

`manage.py deployment_files` prints docker/kubernetes/, docker/systemd/ and the doors of docker/nginx.conf;
docker/compose.yml is compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from synthportal.storage.secrets import KEYS_OF, NAMES

WORKER = "celery --quiet -A synthportal.celery worker --pool threads --concurrency 1 --without-gossip --without-mingle"
WORKERS, THREADS_EACH = 2, 8
THREADS = WORKERS * THREADS_EACH
WEB = (
    f"gunicorn synthportal.wsgi --worker-class gthread --workers {WORKERS} --threads {THREADS_EACH} --timeout 600 "
    "--log-level warning"
)
CONNECTED = ("database_url",)
# Asked from inside, under a name that the portal answers to: an orchestrator's own request names an address.
ASKS = (
    'import os, urllib.request as u; host = os.environ["SYNTHPORTAL_HOSTS"].split(",")[0]; '
    'u.urlopen(u.Request("http://127.0.0.1:{port}/health/{what}/", headers={{"Host": host}}), timeout=5)'
)


@dataclass(frozen=True, slots=True)
class Process:
    """One kind of process: `kind` is its SYNTHPORTAL_PROCESS, `memory` in MiB, `bind` whether it listens. What is
    `optional` is started only by who asks for it.
    """

    name: str
    kind: str
    image: str
    command: str
    memory: int
    once: bool = False
    daily: bool = False
    bind: str = ""
    optional: bool = False

    def probe(self, what: str) -> list[str]:
        """The command that fails unless the process is `what`: live, or ready."""
        return ["python", "-c", ASKS.format(port=self.bind, what=what)]

    @property
    def secrets(self) -> list[str]:
        """The files of secrets that it is given, and no others."""
        keys = sorted(KEYS_OF[self.kind], key=NAMES.index)
        return [*(name.lower() for name in keys), *CONNECTED]


PROCESSES = (
    Process("migrate", "setup", "web", "python manage.py migrate --noinput", 1024, once=True),
    Process("web", "web", "web", WEB, 4096, bind="8000"),
    Process("worker", "worker", "worker", f"{WORKER} --loglevel WARNING -Q celery", 24576),
    Process("worker-long", "worker", "worker", f"{WORKER} --loglevel WARNING -Q long", 24576),
    Process("signer", "signer", "worker", f"{WORKER} --loglevel WARNING -Q sign", 8192),
    Process("recomputer", "recomputer", "worker", f"{WORKER} --loglevel WARNING -Q recompute", 24576, optional=True),
    Process("backup", "keeper", "keeper", "python manage.py backup /backup --shares /shares", 2048, daily=True),
)
# What every process is told, whatever it is. Names and folders of one's own are for the operator.
COMMON = {
    "SYNTHPORTAL_MODE": "production",
    "SYNTHPORTAL_PROXIES": "1",
    "SYNTHPORTAL_HOSTS": "portal.example.org",
    "SYNTHPORTAL_URL": "https://portal.example.org",
}


def environment_of(process: Process) -> dict[str, str]:
    """The variables of one process: what all have, what it is, and where its secrets are."""
    keys = {
        f"SYNTHPORTAL_{name.upper()}_FILE": f"/run/secrets/{name}" for name in process.secrets if name != "database_url"
    }
    named = {"SYNTHPORTAL_WORKER_NAME": process.name} if process.optional else {}
    return {"SYNTHPORTAL_PROCESS": process.kind, **named, **keys}
