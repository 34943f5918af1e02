"""What the proxy says when the portal itself says nothing."""

from __future__ import annotations

import os
import signal

import pytest

from tests.whole.stack.test_proxy import ask

pytestmark = [pytest.mark.nginx, pytest.mark.slow]


def test_a_portal_that_is_down_is_said_by_the_proxy_with_the_headers_of_the_portal(stack):
    os.killpg(stack.web.pid, signal.SIGKILL)
    stack.web.wait()
    answer = ask(stack, "GET", "/health/live/")
    assert answer.status == 502
    assert b"Nothing was lost: try again in a minute." in answer.body  # type: ignore[attr-defined]
    for name in ("Content-Security-Policy", "Strict-Transport-Security", "X-Frame-Options", "Referrer-Policy"):
        assert len(answer.headers.get_all(name)) == 1, name
