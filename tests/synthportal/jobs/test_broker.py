"""Messages in a folder: whole or not there, whoever writes, reads, is killed or finds the disk full in between."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from queue import Empty

import pytest
from kombu import Connection
from kombu.exceptions import ChannelError

from synthportal.jobs.broker import FolderTransport, _transport_options

SENDER = """
import sys
from pathlib import Path
import django
from django.conf import settings
settings.configure(CELERY_BROKER_URL="filesystem://", CELERY_BROKER_DIR=Path(sys.argv[1]))
from synthportal.jobs.broker import app
with app.connection_for_write() as connection:
    queue = connection.SimpleQueue("celery")
    for number in range(int(sys.argv[2])):
        queue.put({"number": number})
"""


@pytest.fixture
def folder(tmp_path, settings) -> Path:
    settings.CELERY_BROKER_URL = "filesystem://"
    settings.CELERY_BROKER_DIR = tmp_path
    return tmp_path


@pytest.fixture
def connection(folder):
    options = _transport_options("filesystem://")
    FolderTransport.global_state.clear()  # what this process knows to be bound, in another test's folder
    with Connection(transport=FolderTransport, transport_options=options) as connection:
        yield connection
    FolderTransport.global_state.clear()


def test_no_message_is_lost_to_a_reader_that_looks_while_it_is_written(folder, connection):
    """Kombu's own transport loses one in some hundreds here, and a worker ends with it."""
    sent, queue, received = 2_000, connection.SimpleQueue("celery"), []
    with subprocess.Popen([sys.executable, "-c", SENDER, str(folder), str(sent)]) as sender:
        while len(received) < sent:
            ended = sender.poll() is not None
            try:
                message = queue.get(block=False)
            except Empty:
                assert not ended, f"{len(received)} of {sent} came."
            else:
                message.ack()
                received.append(message.payload["number"])
    assert sorted(received) == list(range(sent))


@pytest.mark.parametrize("cut", [b"", b'{"body": "W10=", "headers'])
def test_a_message_that_is_cut_is_left_out_and_the_next_one_comes(folder, connection, cut):
    queue = connection.SimpleQueue("celery")
    (folder / "messages" / "0_cut.celery.msg").write_bytes(cut)
    queue.put({"number": 1})
    with pytest.raises(Empty):
        queue.get(block=False)
    assert queue.get(block=False).payload == {"number": 1}


@pytest.mark.parametrize("cut", [b"", b'[["celery", "", "cel'])
def test_a_table_of_queues_that_is_cut_is_begun_again(folder, connection, cut):
    (folder / "control" / "celery.exchange").write_bytes(cut)
    queue = connection.SimpleQueue("celery")
    queue.put({"number": 1})
    assert queue.get(block=False).payload == {"number": 1}


def test_a_message_that_cannot_be_written_leaves_nothing_behind(folder, connection):
    channel = connection.default_channel
    before = sorted(folder.rglob("*"))
    with pytest.raises(ChannelError, match="cannot be written"):
        channel._put("x" * 300, {"number": 1})
    assert sorted(folder.rglob("*")) == before
