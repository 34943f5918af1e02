"""Celery as the messenger: a message carries a job's id and nothing else."""

from __future__ import annotations

import logging
import os
import threading
from typing import Any
from uuid import UUID

from celery import Celery, bootsteps

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "synthportal.settings")

from django.conf import settings

log = logging.getLogger(__name__)


def _transport_options(url: str) -> dict[str, Any]:
    if not url.startswith("filesystem://"):
        return {"visibility_timeout": 3600, "socket_timeout": 5, "socket_connect_timeout": 3}
    folder = settings.CELERY_BROKER_DIR
    for name in ("messages", "control"):
        (folder / name).mkdir(parents=True, exist_ok=True)
    messages = str(folder / "messages")
    return {
        "data_folder_in": messages,
        "data_folder_out": messages,
        "control_folder": str(folder / "control"),
        "polling_interval": 0.1,
    }


app = Celery("synthportal")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    broker_transport_options=_transport_options(settings.CELERY_BROKER_URL),
    broker_connection_retry_on_startup=True,
    broker_connection_timeout=3,
    task_serializer="json",
    accept_content=["json"],
    task_ignore_result=True,
    task_store_errors_even_if_ignored=False,
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    event_queue_ttl=60,
)


@app.task(name="synthportal.run_job")
def run_job(job_id: str) -> None:
    """Claim the job and run it; a message that says anything but a known, free job's id does nothing."""
    from synthportal.jobs.queue import claim
    from synthportal.jobs.supervise import supervise

    try:
        worker = claim(UUID(job_id))
    except (ValueError, AttributeError, TypeError):
        log.warning("A message without a job's id was thrown away.")
        return
    if worker:
        supervise(worker)


class Reaper(bootsteps.StartStopStep):
    """A thread in every worker that looks for lost messages and lapsed leases."""

    def __init__(self, parent: Any, **kwargs: Any) -> None:
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._loop, name="reaper", daemon=True)

    def start(self, parent: Any) -> None:
        import django

        django.setup()
        self._thread.start()

    def stop(self, parent: Any) -> None:
        self._stop.set()

    def _loop(self) -> None:
        from django.db import DatabaseError, close_old_connections

        from synthportal.jobs.queue import reap

        while not self._stop.wait(settings.REAP_SECONDS):
            close_old_connections()
            try:
                reap()
            except DatabaseError as error:
                log.warning("The reaper could not reach the database (%s); it tries again.", type(error).__name__)


app.steps["worker"].add(Reaper)
