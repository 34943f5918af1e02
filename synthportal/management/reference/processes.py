"""The processes of a deployment: one table, from which manifests and units are printed.

`manage.py deployment_files` prints docker/kubernetes/ and docker/systemd/; docker/compose.yml is compared with it.
"""

from __future__ import annotations

from dataclasses import dataclass

from synthportal.storage.secrets import KEYS_OF, NAMES

WORKER = "celery --quiet -A synthportal.celery worker --pool threads --concurrency 1 --without-gossip --without-mingle"
WEB = "gunicorn synthportal.wsgi --worker-class gthread --workers 2 --threads 8 --timeout 600 --log-level warning"
CONNECTED = ("database_url",)


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
