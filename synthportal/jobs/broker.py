"""The way to the broker: where it is, and what a message may hold."""

from __future__ import annotations

import fcntl
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty
from typing import Any
from uuid import uuid4

from celery import Celery
from django.conf import settings
from kombu import Exchange, Queue
from kombu.exceptions import ChannelError
from kombu.transport import filesystem
from kombu.utils.json import dumps

log = logging.getLogger(__name__)

RUN_JOB = "synthportal.run_job"
# By lane. A worker that is started without -Q takes all; "celery" is what the one queue was called. What signs has a
# lane of its own, so that no other worker needs the signing key; so has what another worker measures again.
QUEUES = {"short": "celery", "long": "long", "sign": "sign", "recompute": "recompute"}


class FolderChannel(filesystem.Channel):
    """Messages and tables as files of a folder, each there whole or not at all.

    Kombu's own opens a file and then writes to it. Who reads in between gets nothing, and that ends a worker
    (celery/kombu#1551); so does what a killed process or a full disk has cut, until somebody removes it.
    """

    def _put(self, queue: str, payload: dict[str, Any], **_: Any) -> None:  # type: ignore[override]  # as kombu's
        file = Path(self.data_folder_out, f"{time.monotonic_ns() // 1_000_000}_{uuid4()}.{queue}.msg")
        unfinished = file.with_name(f"{file.name}.part")  # nobody looks for this name
        try:
            unfinished.write_text(dumps(payload))
            unfinished.rename(file)
        except OSError as error:
            with suppress(OSError):
                unfinished.unlink()
            raise ChannelError("A message cannot be written.") from error

    def _get(self, queue: str, timeout: float | None = None) -> Any:
        try:
            return super()._get(queue)
        except ValueError:
            log.warning("A message is cut and left out; the reaper sends its job again.")
            raise Empty from None

    def get_table(self, exchange: str) -> list[filesystem.exchange_queue_t]:  # type: ignore[override]
        with self._tables():
            return self._table_of(exchange)

    def _queue_bind(self, exchange: str, *args: Any) -> None:
        with self._tables():
            self._table_of(exchange)
            super()._queue_bind(exchange, *args)

    def _delete(self, queue: str, exchange: str, *args: Any, **named: Any) -> None:
        with self._tables():
            self._table_of(exchange)
            super()._delete(queue, exchange, *args, **named)

    def _table_of(self, exchange: str) -> list[filesystem.exchange_queue_t]:
        """The queues of an exchange; a table that is cut is begun again, by whoever binds next."""
        try:
            return super().get_table(exchange)
        except ValueError:
            (self.control_folder / f"{exchange}.exchange").unlink(missing_ok=True)
            return []

    @contextmanager
    def _tables(self) -> Iterator[None]:
        with (self.control_folder / "lock").open("w") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class FolderTransport(filesystem.Transport):
    Channel = FolderChannel


def _transport(url: str) -> str | None:
    return f"{__name__}:FolderTransport" if url.startswith("filesystem://") else None


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
    broker_transport=_transport(settings.CELERY_BROKER_URL),
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
