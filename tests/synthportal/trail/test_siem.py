"""The trail elsewhere: exports that other systems read, and heads that leave as they are made."""

from __future__ import annotations

import json
import re
import socketserver
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from io import StringIO

import pytest
from django.core.management import call_command
from django.urls import reverse

from synthportal.models import AuditEvent
from synthportal.trail.audit import record
from synthportal.trail.heads import public_key, read_lines
from synthportal.trail.sinks import forward

CEF = re.compile(r"CEF:0\|Synthportal\|Synthportal\|[^|]+\|(?:[^|\\]|\\.)+\|(?:[^|\\]|\\.)+\|\d+\|(.*)")


@pytest.fixture
def some(people, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        for number in range(3):
            record("tried|it", people["ana"], by=people["ana"], said=f"a=b\nsuser=root {number}")
    return people


def test_every_event_is_one_line_of_json_with_all_that_its_digest_covers(some, client_of):
    answer = client_of("eve").get(reverse("audit_export"), {"format": "jsonl", "after": 1})
    told = [json.loads(line) for line in answer.content.decode().splitlines()]
    assert [one["action"] for one in told] == ["tried|it", "tried|it", "trail exported"]
    assert told[0]["facts"] == {"said": "a=b\nsuser=root 1"}
    assert AuditEvent.objects.get(action="trail exported").actor == f"person:{some['eve'].pk}"


def test_no_fact_forges_a_field_or_a_line_of_cef(some):
    said = StringIO()
    call_command("export_trail", "--format", "cef", stdout=said)
    lines = said.getvalue().splitlines()
    assert len(lines) == 4
    extension = CEF.fullmatch(lines[0])[1]
    assert re.findall(r"(?<!\\)\bsuser=(\S+)", extension.replace("\\=", "")) == [f"person:{some['ana'].pk}"]
    assert "tried\\|it" in lines[0]


def test_who_may_not_read_the_trail_exports_nothing(some, client_of):
    for name in ("ana", "ben", "dan", "root"):
        assert client_of(name).get(reverse("audit_export")).status_code == 404


def test_heads_arrive_at_a_log_server_once_and_in_order(some, settings):
    got: list[bytes] = []

    class Taker(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            while size := self.rfile.read(1):
                while not size.endswith(b" "):
                    size += self.rfile.read(1)
                got.append(self.rfile.read(int(size)))

    with socketserver.TCPServer(("127.0.0.1", 0), Taker) as server:
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        settings.AUDIT_SINK = f"tcp://127.0.0.1:{server.server_address[1]}"
        forward()
        forward()
        with settings.AUDIT_HEADS.open("ab") as file:
            file.write(b'{"torn":')
        forward()
        thread.join()
    assert [message[:6] for message in got] == [b"<109>1"] * 4
    heads = list(read_lines(got, public_key()))
    assert [head.seq for head in heads] == [0, 1, 2, 3]


def test_two_processes_that_send_at_once_send_each_head_once(some, settings):
    got: list[bytes] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            forward()  # as another process would, before this one has noted what it sent
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        server.timeout = 5
        thread = threading.Thread(target=server.handle_request)
        thread.start()
        settings.AUDIT_SINK = f"http://127.0.0.1:{server.server_address[1]}/heads"
        forward()
        thread.join()
    assert got == [settings.AUDIT_HEADS.read_bytes()]


def test_heads_that_could_not_be_sent_are_sent_later(some, settings, caplog):
    got: list[bytes] = []

    class Taker(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            got.append(self.rfile.read(int(self.headers["Content-Length"])))
            self.send_response(500 if len(got) == 1 else 204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with HTTPServer(("127.0.0.1", 0), Taker) as server:
        thread = threading.Thread(target=lambda: [server.handle_request() for _ in range(2)])
        thread.start()
        settings.AUDIT_SINK = f"http://127.0.0.1:{server.server_address[1]}/heads"
        forward()
        assert "tried again" in caplog.text
        forward()
        forward()
        thread.join()
    assert len(got) == 2
    assert got[0] == got[1] == settings.AUDIT_HEADS.read_bytes()
