"""People who use the API, by a token or by the session of a browser."""

from __future__ import annotations

import json
import ssl
import time
import uuid
from http.cookiejar import CookieJar
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import HTTPCookieProcessor, HTTPSHandler, Request, build_opener, urlopen

from tests.e2e.conftest import PASSWORD, Served

PATIENCE_SECONDS = 300


class Caller:
    """One person's view of the API."""

    def __init__(self, served: Served, name: str, context: ssl.SSLContext | None = None) -> None:
        self.base, self.secret = f"{served.address}/api/v1", served.tokens[name]
        self.context = context  # whom to trust, where the address is https

    def open(self, request: Request) -> Any:
        return urlopen(request, timeout=120, context=self.context)

    def proof(self) -> dict[str, str]:
        """The headers that say who asks."""
        return {"Authorization": f"Bearer {self.secret}"}

    def call(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Status, parsed answer (bytes if it is not JSON) and headers; errors are answers too."""
        data = body if isinstance(body, bytes) else None if body is None else json.dumps(body).encode()
        sent = {"Content-Type": "application/json", **self.proof(), **headers}
        try:
            answer = self.open(Request(self.base + path, data, sent, method=method))
        except HTTPError as error:
            answer = error
        raw = answer.read()
        is_json = answer.headers.get_content_type() in {"application/json", "application/problem+json"}
        return answer.status, json.loads(raw) if is_json and raw else raw, dict(answer.headers)

    def get(self, path: str) -> Any:
        status, body, _ = self.call("GET", path)
        assert status == 200, body
        return body

    def post(self, path: str, body: Any = None, expect: int = 201) -> Any:
        status, found, _ = self.call("POST", path, {} if body is None else body)
        assert status == expect, found
        return found

    def upload(self, file: Path, **fields: str) -> tuple[int, Any]:
        """A multipart POST of a dataset."""
        border = uuid.uuid4().hex
        parts = [
            f'--{border}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()
            for name, value in fields.items()
        ]
        head = f'--{border}\r\nContent-Disposition: form-data; name="file"; filename="{file.name}"\r\n\r\n'
        body = b"".join(parts) + head.encode() + file.read_bytes() + f"\r\n--{border}--\r\n".encode()
        headers = {"Content-Type": f"multipart/form-data; boundary={border}"}
        status, found, _ = self.call("POST", "/datasets/", body, **headers)
        return status, found

    def wait(self, path: str, *statuses: str) -> Any:
        """Poll until the subject has one of the statuses."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while time.monotonic() < deadline:
            found = self.get(path)
            if found["status"] in statuses:
                return found
            assert found["status"] not in {"refused", "failed"}, found
            time.sleep(0.3)
        raise AssertionError(f"{path} never became {statuses}: {found}")


class SignedIn(Caller):
    """One who signed in a moment ago, with a password: what binds others is asked for so, and by no token."""

    def __init__(self, served: Served, name: str, context: ssl.SSLContext | None = None) -> None:
        super().__init__(served, name, context)
        self.cookies = CookieJar()
        handlers = [HTTPCookieProcessor(self.cookies), *([HTTPSHandler(context=context)] if context else [])]
        self.opener = build_opener(*handlers)
        page = f"{served.address}/login/"
        self.open(Request(page)).close()
        given = {"username": name, "password": PASSWORD, "csrfmiddlewaretoken": self.cookie("csrftoken")}
        self.open(Request(page, urlencode(given).encode(), {"Referer": page})).close()
        assert self.cookie("sessionid"), f"{name} was not signed in"

    def open(self, request: Request) -> Any:
        return self.opener.open(request, timeout=120)

    def cookie(self, ending: str) -> str:
        """The cookie of that name, with or without the prefix that https gives it."""
        return next((one.value or "" for one in self.cookies if one.name.endswith(ending)), "")

    def proof(self) -> dict[str, str]:
        return {"X-CSRFToken": self.cookie("csrftoken"), "Referer": self.base}
