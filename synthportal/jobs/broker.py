"""The way to the broker: where it is, and what a message may hold."""

from __future__ import annotations

from typing import Any

from celery import Celery
from django.conf import settings
from kombu import Exchange, Queue

RUN_JOB = "synthportal.run_job"
# By lane. A worker that is started without -Q takes all; "celery" is what the one queue was called. What signs has a
# lane of its own, so that no other worker needs the signing key; so has what another worker measures again.
QUEUES = {"short": "celery", "long": "long", "sign": "sign", "recompute": "recompute"}


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
    task_queues=[Queue(name, Exchange(name), routing_key=name) for name in QUEUES.values()],
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    event_queue_ttl=60,
)
