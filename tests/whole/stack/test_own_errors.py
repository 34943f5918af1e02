"""What nginx itself has to say: with the headers of the portal, as a page or as problem details, with what to do."""

from __future__ import annotations

import socket
from urllib.parse import urlsplit

import pytest

from tests.whole.stack.asking import HEADERS, answered, ask, connected, slow_uploads, told

pytestmark = [pytest.mark.nginx, pytest.mark.slow]


def raw(stack, request: bytes):
    with connected(stack) as one:
        one.sendall(request)
        return answered(one)


def test_what_the_portal_says_of_itself_the_proxy_says_as_well(stack):
    """One by one the same, but for the policy, which lets a page of the portal load its own style and scripts."""
    portal, proxy = ask(stack, "GET", "/login/"), ask(stack, "GET", "/static/nothing.css")
    assert proxy.status == 404
    for name in HEADERS[1:-1]:
        assert portal.headers[name] == proxy.headers[name], name
    assert "no-store" in portal.headers["Cache-Control"]


@pytest.mark.parametrize("path", ["/static/nothing.css", "/static/", "/nginx/page", "/released/x"])
def test_what_is_not_there_is_told_on_a_page(stack, path):
    answer = ask(stack, "GET", path)
    assert answer.status in {403, 404}
    assert "Go back to the first page." in told(answer)


@pytest.mark.parametrize("path", ["/account/", "/api/v1/policies/"])
def test_a_body_over_what_is_taken_is_told_with_what_to_do(stack, path):
    with slow_uploads(stack, path, 1, size=6 * 2**20 + 1) as (one,):
        answer = answered(one)
    assert answer.status == 413
    assert "Nothing was kept: send less at a time." in told(answer)


@pytest.mark.parametrize("path", ["/datasets/new/", "/api/v1/datasets/"])
def test_an_upload_over_what_is_taken_is_told_before_a_byte_of_it_is_sent(stack, path):
    head = f"Authorization: Bearer {stack.tokens['ana']}\r\n"
    with slow_uploads(stack, path, 1, head, size=2052 * 2**20 + 1) as (one,):
        answer = answered(one)
    assert answer.status == 413
    assert "larger than the portal takes here" in told(answer)


@pytest.mark.parametrize(
    ("request_", "status", "says"),
    [
        (b"NONSENSE\r\n\r\n", 400, "cannot be read"),
        (b"GET /api/ HTTP/1.1\r\nHost: localhost\r\nCookie: " + b"x" * 10_000 + b"\r\n\r\n", 400, "cookies"),
        (b"GET /api/" + b"x" * 10_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n", 414, "Shorten it"),
    ],
    ids=["nonsense", "a cookie of 10 kB", "an address of 10 kB"],
)  # fmt: skip
def test_what_cannot_be_read_is_told_without_a_detail_of_the_machine(stack, request_, status, says):
    answer = raw(stack, request_)
    assert answer.status == status
    assert says in told(answer)
    assert "nginx/" not in str(answer.headers)


def test_plain_http_at_the_port_of_tls_is_told(stack):
    with socket.create_connection(("127.0.0.1", stack.port)) as one:
        one.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        answer = answered(one)
    assert answer.status == 400
    assert "cannot be read" in told(answer)


def test_what_a_stranger_is_sent_to_and_told_carries_them_too(stack):
    for path, status in (("/datasets/new/", 302), ("/scan/", 302), ("/api/v1/datasets/", 401)):
        with slow_uploads(stack, path, 1, size=1000) as (one,):
            answer = answered(one)
        assert answer.status == status
        assert all(len(answer.headers.get_all(name)) == 1 for name in HEADERS), path
        if status == 302:
            assert urlsplit(answer.headers["Location"])[2:4] == ("/login/", f"next={path}")
    assert answer.headers["WWW-Authenticate"] == "Bearer"


def test_an_address_that_somebody_else_typed_leads_nobody_elsewhere(stack):
    with slow_uploads(stack, "//evil.example/../datasets/new/", 1, size=1000) as (one,):
        answer = answered(one)
    assert answer.headers["Location"] == f"https://localhost:{stack.port}/login/?next=/datasets/new/"


def test_too_many_at_once_are_told_when_to_come_again(stack):
    for _ in range(30):
        answer = ask(stack, "GET", "/login/", address="127.0.0.9")
        if answer.status == 429:
            break
    assert answer.status == 429
    assert answer.headers["Retry-After"] == "60"
    assert "Wait a minute and try again." in told(answer)
