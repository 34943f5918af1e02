"""The shipped nginx in front of the portal: who is slow or greedy stops nobody else."""

from __future__ import annotations

import json
from contextlib import ExitStack
from uuid import uuid4

import pytest

from generation.stages.scan import MOST_BYTES as MOST_SCANNED
from tests.faults.portal import wait_for
from tests.whole.stack.asking import (
    BORDER,
    HEAD,
    answered,
    as_browser,
    ask,
    signed_in,
    slow_uploads,
)

pytestmark = [pytest.mark.nginx, pytest.mark.slow]
# Far more than the portal has threads. An answer that waits for one of them comes after minutes, or never.
SLOW_SOCKETS = 200
# What is announced to each address: as much as it would take.
SIZES = dict.fromkeys(("/datasets/new/", "/api/v1/datasets/", "/login/", "/nowhere/"), 10**9) | {"/scan/": MOST_SCANNED}


@pytest.mark.parametrize("path", SIZES)
def test_two_hundred_slow_sockets_without_a_login_hold_nobody_up(stack, path):
    with slow_uploads(stack, path, SLOW_SOCKETS, size=SIZES[path]):
        assert ask(stack, "GET", "/health/ready/").status == 200
        assert ask(stack, "GET", "/api/v1/datasets/", Authorization=f"Bearer {stack.tokens['ana']}").status == 200


@pytest.mark.parametrize(
    ("path", "status", "says"),
    [("/api/v1/datasets/", 401, b"Not signed in"), ("/datasets/new/", 302, b""), ("/scan/", 302, b"")],
)
def test_an_upload_of_a_stranger_is_answered_before_its_bytes_are_read(stack, path, status, says):
    with slow_uploads(stack, path, 1, size=SIZES[path]) as (one,):
        answer = answered(one)
    assert answer.status == status
    assert says in answer.body  # type: ignore[attr-defined]


def test_an_upload_of_somebody_without_the_role_is_answered_before_its_bytes_are_read(stack):
    """In the API in the portal's own words; a page is asked for again, and says them."""
    with slow_uploads(stack, "/api/v1/datasets/", 1, f"Authorization: Bearer {stack.tokens['dan']}\r\n") as (one,):
        answer = answered(one)
    assert (answer.status, answer.headers["Content-Type"]) == (403, "application/problem+json")
    assert json.loads(answer.body)["detail"] == "This needs the role owner."  # type: ignore[attr-defined]
    cookies = signed_in(stack, "dan")
    with slow_uploads(stack, "/datasets/new/", 1, f"Cookie: {cookies}\r\n") as (one,):
        answer = answered(one)
    assert (answer.status, answer.headers["Location"]) == (303, f"https://localhost:{stack.port}/datasets/new/")
    page = ask(stack, "GET", "/datasets/new/", Cookie=cookies)
    assert page.status == 403
    assert b"This needs the role owner." in page.body  # type: ignore[attr-defined]


def test_two_hundred_slow_sockets_of_somebody_without_the_role_hold_nobody_up(stack):
    with slow_uploads(stack, "/datasets/new/", SLOW_SOCKETS, f"Cookie: {signed_in(stack, 'dan')}\r\n"):
        assert ask(stack, "GET", "/health/ready/").status == 200
        assert ask(stack, "GET", "/api/v1/datasets/", Authorization=f"Bearer {stack.tokens['ana']}").status == 200


def test_a_scan_takes_what_a_page_scans_and_no_more(stack):
    cookies = signed_in(stack, "dan")
    with slow_uploads(stack, "/scan/", 1, f"Cookie: {cookies}\r\n") as (one,):  # a gigabyte
        assert answered(one).status == 413


def test_a_log_of_results_larger_than_a_form_passes_the_proxy(stack):
    """There is no such run, which only the portal knows; and it reads no log of who may not send one."""
    path, log = f"/runs/{uuid4()}/results/", HEAD + b"x" * 8 * 2**20 + f"\r\n--{BORDER}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={BORDER}"}
    assert ask(stack, "POST", path, log, **as_browser(stack, "ana"), **kind).status == 404
    with slow_uploads(stack, path, 1, f"Cookie: {signed_in(stack, 'dan')}\r\n", size=len(log)) as (one,):
        answer = answered(one)
    assert (answer.status, answer.headers["Location"]) == (303, f"https://localhost:{stack.port}{path}")


def test_slow_uploads_of_one_person_from_many_addresses_leave_places_to_others(stack):
    """Two of one person wait for their bytes, whatever else of theirs is told to come again."""
    head = "".join(f"{name}: {value}\r\n" for name, value in as_browser(stack, "dan").items())
    with slow_uploads(stack, "/scan/", 6, head, size=MOST_SCANNED) as many:
        told = [answer for answer in map(answered_soon, many) if answer]
        assert [answer.status for answer in told] == [429] * 4
        assert all(b"You are sending 2 files already." in answer.body for answer in told)
        assert scan_of(stack, "ben").status == 302


def test_uploads_from_many_addresses_together_hold_half_of_the_threads(stack):
    with ExitStack() as held:
        for number, name in enumerate(("ana", "ben", "cleo", "dan")):
            head = "".join(f"{key}: {value}\r\n" for key, value in as_browser(stack, name).items())
            address = f"127.0.0.{20 + number}"
            held.enter_context(slow_uploads(stack, "/scan/", 2, head, size=MOST_SCANNED, address=address))
        wait_for(lambda: scan_of(stack, "cora").status == 429, "all places to be taken")
        assert ask(stack, "GET", "/health/ready/").status == 200
    wait_for(lambda: scan_of(stack, "cora").status == 302, "the places to be free again")


def answered_soon(one):
    """None for an upload that is waited for."""
    one.settimeout(5)
    try:
        return answered(one)
    except TimeoutError:
        return None


def scan_of(stack, name: str):
    body = HEAD + f"\r\n--{BORDER}--\r\n".encode()
    kind = {"Content-Type": f"multipart/form-data; boundary={BORDER}"}
    return ask(stack, "POST", "/scan/", body, **as_browser(stack, name), **kind)


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
        answer = answered(one)
    assert answer.status == 413
    assert b"larger than the portal takes here" in answer.body  # type: ignore[attr-defined]
