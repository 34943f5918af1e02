"""How the tests ask through nginx: whole requests, slow ones, sign-ins, from this address of the machine or another."""

from __future__ import annotations

import http.client
import json
import re
import socket
import ssl
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from urllib.parse import urlencode

from tests.cast import PASSWORD
from tests.whole.stack.conftest import Stack

BORDER = "b0rder"
HEAD = f'--{BORDER}\r\nContent-Disposition: form-data; name="file"; filename="a.csv"\r\n\r\nname\n'.encode()
PATIENCE_SECONDS = 60
HERE = "127.0.0.1"
# What every answer carries once, whoever made it.
HEADERS = (
    "Content-Security-Policy", "Strict-Transport-Security", "X-Content-Type-Options", "X-Frame-Options",
    "Referrer-Policy", "Permissions-Policy", "Cross-Origin-Opener-Policy", "Cache-Control",
)  # fmt: skip


def connected(stack: Stack, address: str = HERE) -> ssl.SSLSocket:
    plain = socket.create_connection(("127.0.0.1", stack.port), source_address=(address, 0))
    return stack.context.wrap_socket(plain, server_hostname="localhost")


def ask(
    stack: Stack, method: str, path: str, body: bytes = b"", *, address: str = HERE, **headers: str
) -> http.client.HTTPResponse:
    """The answer, with what it holds as its `body`."""
    connection = http.client.HTTPSConnection(
        "localhost", stack.port, context=stack.context, timeout=PATIENCE_SECONDS, source_address=(address, 0)
    )
    connection.request(method, path, body, headers)
    answer = connection.getresponse()
    answer.body = answer.read()  # type: ignore[attr-defined]
    connection.close()
    return answer


@contextmanager
def slow_uploads(
    stack: Stack, path: str, many: int, head: str = "", size: int = 10**9, *, address: str = HERE
) -> Iterator[list[ssl.SSLSocket]]:
    """So many sockets that announce an upload, of a gigabyte where nothing else is said, and send its first line."""
    asked = f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Length: {size}\r\n{head}"
    asked += f"Content-Type: multipart/form-data; boundary={BORDER}\r\n\r\n"
    with ExitStack() as open_ones:
        sockets = [open_ones.enter_context(connected(stack, address)) for _ in range(many)]
        for each in sockets:
            each.sendall(asked.encode() + HEAD)
        yield sockets


def answered(one: ssl.SSLSocket) -> http.client.HTTPResponse:
    """The answer that comes while the body of the request is still to be sent."""
    answer = http.client.HTTPResponse(one)
    answer.begin()
    answer.body = answer.read()  # type: ignore[attr-defined]
    return answer


def sign_in(stack: Stack, name: str, password: str, address: str = HERE, **more: str) -> http.client.HTTPResponse:
    """The answer to a name and a password, sent from an address of this machine's loopback network."""
    page = ask(stack, "GET", "/login/", address=address)
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page.body.decode())  # type: ignore[attr-defined]
    if token is None:
        return page
    body = urlencode({"csrfmiddlewaretoken": token[1], "username": name, "password": password}).encode()
    headers = {
        "Cookie": page.headers["Set-Cookie"].split(";")[0],
        "Content-Type": "application/x-www-form-urlencoded",
        "Referer": f"https://localhost:{stack.port}/login/",
    } | more
    return ask(stack, "POST", "/login/", body, address=address, **headers)


def signed_in(stack: Stack, name: str) -> str:
    """The cookies of a browser in which somebody signed in."""
    answer = sign_in(stack, name, PASSWORD)
    assert answer.status == 302, answer.status
    return "; ".join(each.split(";")[0] for each in answer.headers.get_all("Set-Cookie"))


def as_browser(stack: Stack, name: str) -> dict[str, str]:
    """What a browser in which somebody signed in sends with a form of the portal's own."""
    cookies = signed_in(stack, name)
    token = cookies.split("csrftoken=")[1].split(";")[0]
    return {"Cookie": cookies, "X-CSRFToken": token, "Referer": f"https://localhost:{stack.port}/"}


def told(answer: http.client.HTTPResponse) -> str:
    """What a person or a program reads, after a look at the headers."""
    for name in HEADERS:
        assert len(answer.headers.get_all(name) or ()) == 1, (answer.status, name)
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
    if answer.headers["Content-Type"] == "application/problem+json":
        found = json.loads(answer.body)
        assert found["status"] == answer.status
        return str(found["detail"])
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.body.startswith(b"<!doctype html>")
    return str(answer.body.decode())
