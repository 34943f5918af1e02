"""What the proxy says when the portal itself says nothing."""

from __future__ import annotations

import os
import signal

import pytest

from tests.whole.stack.asking import answered, ask, slow_uploads, told

pytestmark = [pytest.mark.nginx, pytest.mark.slow]


def test_a_portal_that_is_down_is_said_by_the_proxy_with_the_headers_of_the_portal(stack):
    os.killpg(stack.web.pid, signal.SIGKILL)
    stack.web.wait()
    answer = ask(stack, "GET", "/health/live/")
    assert answer.status == 502
    assert "Nothing was lost: try again in a minute." in told(answer)
    for path in ("/datasets/new/", "/api/v1/datasets/"):  # nobody can be asked whether the door is open
        with slow_uploads(stack, path, 1) as (one,):
            answer = answered(one)
        assert (answer.status, answer.headers["Retry-After"]) == (500, "60")
        assert "Nothing was kept: try again in a minute" in told(answer)
