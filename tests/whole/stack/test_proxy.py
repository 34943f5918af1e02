"""The shipped nginx in front of the portal: who is slow or greedy stops nobody else."""

from __future__ import annotations

import http.client
import json
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

import pytest

from tests.whole.stack.conftest import Stack

pytestmark = [pytest.mark.nginx, pytest.mark.slow]
BORDER = "b0rder"
HEAD = f'--{BORDER}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n'.encode()
# Far more than the portal has threads. An answer that waits for one of them comes after minutes, or never.
SLOW_SOCKETS, PATIENCE_SECONDS = 200, 60


def connected(stack: Stack) -> ssl.SSLSocket:
    return stack.context.wrap_socket(socket.create_connection(("127.0.0.1", stack.port)), server_hostname="localhost")


def ask(stack: Stack, method: str, path: str, body: bytes = b"", **headers: str) -> http.client.HTTPResponse:
    connection = http.client.HTTPSConnection("localhost", stack.port, context=stack.context, timeout=PATIENCE_SECONDS)
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


@contextmanager
def slow_uploads(stack: Stack, path: str, many: int, head: str = "") -> Iterator[list[ssl.SSLSocket]]:
    """So many sockets that announce an upload of a gigabyte and send its first line."""
    asked = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n{head}"
    asked += f"Content-Type: multipart/form-data; boundary={BORDER}\r\n\r\n"
    with ExitStack() as open_ones:
        sockets = [open_ones.enter_context(connected(stack)) for _ in range(many)]
        for each in sockets:
            each.sendall(asked.encode() + HEAD)
        yield sockets


@pytest.mark.parametrize("path", ["/datasets/new/", "/api/v1/datasets/", "/scan/", "/login/", "/nowhere/"])
def test_two_hundred_slow_sockets_without_a_login_hold_nobody_up(stack, path):
    with slow_uploads(stack, path, SLOW_SOCKETS):
        assert ask(stack, "GET", "/health/ready/").status == 200
        assert ask(stack, "GET", "/api/v1/datasets/", Authorization=f"Bearer {stack.tokens['ana']}").status == 200


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [("/api/v1/datasets/", 401, b"Not signed in"), ("/datasets/new/", 302, b""), ("/scan/", 302, b"")],
)
def test_an_upload_of_a_stranger_is_answered_before_its_bytes_are_read(stack, path, status, says):
    with slow_uploads(stack, path, 1) as (one,):
        answer = http.client.HTTPResponse(one)
        answer.begin()
        assert answer.status == status
        assert says in answer.read()


def test_an_upload_of_an_owner_passes_the_proxy_as_it_is(stack):
    stated = {"name": "incomes", "purpose": "testing", "prohibited_uses": "Re-identification."}
    fields = "".join(
        f'--{BORDER}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in stated.items()
    )
    rows = b"".join(b"name %d\n" % number for number in range(2_000_000))  # over what nginx takes elsewhere
    body = fields.encode() + HEAD + rows + f"\r\n--{BORDER}--\r\n".encode()
    kind = f"multipart/form-data; boundary={BORDER}"
    answer = ask(
        stack,
        "POST",
        "/api/v1/datasets/",
        body,
        Authorization=f"Bearer {stack.tokens['ana']}",
        **{"Content-Type": kind},
    )
    assert answer.status == 201, answer.body  # type: ignore[attr-defined]
    assert json.loads(answer.body)["name"] == "incomes"  # type: ignore[attr-defined]


def test_a_large_body_where_no_file_is_asked_for_is_refused_by_the_proxy(stack):
    with slow_uploads(stack, "/account/", 1) as (one,):
        answer = http.client.HTTPResponse(one)
        answer.begin()
        assert answer.status == 413
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert b"larger than the portal takes here" in answer.read()


def test_wrong_passwords_from_here_lock_nobody_who_comes_from_elsewhere(stack):
    """The address that counts is the visitor's: five failures through the proxy leave one of this address."""
    page = ask(stack, "GET", "/login/")
    cookie = page.headers["Set-Cookie"].split(";")[0]
    token = page.body.decode().split('name="csrfmiddlewaretoken" value="')[1].split('"')[0]  # type: ignore[attr-defined]
    body = f"csrfmiddlewaretoken={token}&username=eve&password=wrong".encode()
    kind = "application/x-www-form-urlencoded"
    headers = {"Cookie": cookie, "Content-Type": kind, "Referer": f"https://localhost:{stack.port}/login/"}
    codes = [ask(stack, "POST", "/login/", body, **headers).status for _ in range(5)]
    assert codes == [200, 200, 200, 200, 429]
    assert stack.portal.query("SELECT username, ip_address FROM axes_accessattempt") == [("eve", "127.0.0.1")]
