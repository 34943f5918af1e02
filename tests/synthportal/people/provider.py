"""A real OpenID Connect provider in a process of its own, on the loopback."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.parse import urlencode, urlsplit
from urllib.request import HTTPRedirectHandler, Request, build_opener, urlopen

import pytest

from tests.e2e.conftest import free_port
from tests.faults.portal import wait_for


class _Stay(HTTPRedirectHandler):
    """The answer's address is what is wanted, not what lies there."""

    def redirect_request(self, *_: Any) -> None:
        return None


@dataclass(frozen=True)
class Provider:
    url: str

    def knows(self, sub: str, **claims: Any) -> None:
        """Somebody with these claims."""
        body = json.dumps(claims).encode()
        headers = {"Content-Type": "application/json"}
        urlopen(Request(f"{self.url}/users/{sub}", body, headers, method="PUT"), timeout=10).close()

    def consent(self, address: str, sub: str) -> str:
        """Sign in there as this person: where the provider sends the browser."""
        with pytest.raises(HTTPError) as answer:
            build_opener(_Stay).open(address, urlencode({"sub": sub}).encode(), timeout=10)
        where: str = answer.value.headers["Location"]
        answer.value.close()
        return where


@contextmanager
def provider() -> Iterator[Provider]:
    port = free_port()
    words = [sys.executable, "-m", "oidc_provider_mock", "--host", "127.0.0.1", "--port", str(port)]
    process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        wait_for(lambda: _answers(url), "the provider to answer")
        yield Provider(url)
    finally:
        process.terminate()
        process.wait(timeout=30)


def _answers(url: str) -> bool:
    try:
        urlopen(f"{url}/.well-known/openid-configuration", timeout=5).close()
    except (URLError, OSError):
        return False
    return True


def path_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"
