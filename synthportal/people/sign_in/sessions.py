"""Browsers in which people are signed in: hashed keys, what they are shown of them, the idle limit, and their end."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends.db import SessionStore as DatabaseStore
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from synthportal.people.sign_in.addresses import address_of

# Of a use only the minute is kept: a page that asks for ten things writes one line.
USED_STEP_SECONDS = 60
# What a page asks for by itself is no sign of a person.
BY_ITSELF = "/progress/"
SIGNED_IN, CONFIRMED, USED, DEVICE, ADDRESS = "signed_in_at", "confirmed_at", "used_at", "device", "address"
BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
SYSTEMS = (
    ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Windows", "Windows"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


def hashed(key: str | None) -> str:
    """What the table keeps of a session's key, which only the browser has: 160 bits of its SHA-256."""
    return hashlib.sha256((key or "").encode()).hexdigest()[:40]


class SessionStore(DatabaseStore):
    """Django's sessions, with hashed keys and the columns of synthportal.models.Session."""

    @classmethod
    def get_model_class(cls) -> Any:
        from synthportal.models import Session

        return Session

    def load(self) -> dict[str, Any]:
        """The session's values; none of one that lay idle for too long, which ends."""
        values = super().load()
        if is_idle(values):
            self.delete()
            self._session_key = None
            return {}
        return values

    def _get_session_from_db(self) -> Any:
        model = self.get_model_class()
        row = model.objects.filter(session_key=hashed(self.session_key), expire_date__gt=timezone.now()).first()
        if row is None:
            self._session_key = None
        return row

    def exists(self, session_key: str) -> bool:
        found: bool = self.get_model_class().objects.filter(session_key=hashed(session_key)).exists()
        return found

    def save(self, must_create: bool = False) -> None:
        """Keep the values. From a session's first save with a person on, it says when they signed in."""
        values = self._get_session(no_load=must_create)  # type: ignore[attr-defined]
        if SESSION_KEY in values:
            values.setdefault(SIGNED_IN, time.time())
        super().save(must_create=must_create)

    def create_model_instance(self, data: dict[str, Any]) -> Any:
        row = self.get_model_class()(
            session_key=hashed(self._get_or_create_session_key()),  # type: ignore[attr-defined]
            session_data=self.encode(data),
            expire_date=self.get_expiry_date(),
        )
        if SESSION_KEY in data:
            row.shown_as = shown_as(row.session_key)
            row.person_id = int(data[SESSION_KEY])
            row.signed_in_at, row.used_at = _moment(data.get(SIGNED_IN)), _moment(data.get(USED))
            row.device, row.address = data.get(DEVICE, ""), data.get(ADDRESS, "")
        return row

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            self.get_model_class().objects.filter(session_key=hashed(key)).delete()


def shown_as(row_key: str) -> Any:
    """A session's name in addresses, which is not its key."""
    from uuid import UUID

    return UUID(hashlib.sha256(f"shown:{row_key}".encode()).hexdigest()[:32])


def _moment(seconds: float | None) -> datetime | None:
    return datetime.fromtimestamp(seconds, UTC) if seconds else None


def is_idle(values: dict[str, Any]) -> bool:
    """Whether a person's session was used last before the idle limit."""
    minutes, last = settings.IDLE_MINUTES, values.get(USED)
    return bool(minutes and SESSION_KEY in values and last and time.time() - last > 60 * minutes)


class SessionUseMiddleware:
    """Notes when, from where and with what a person's session was used last."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        session = getattr(request, "session", None)
        if session is not None and _is_loaded(session) and session.get(SESSION_KEY):
            note_use(request)
        return response


def _is_loaded(session: Any) -> bool:
    """Whether the request asked for its session at all: a file or a health check does not."""
    return hasattr(session, "_session_cache")


def note_use(request: HttpRequest) -> None:
    """Keep the minute of this use, unless the page asked by itself."""
    session, now = request.session, time.time()
    if now - session.get(USED, 0) < USED_STEP_SECONDS or request.path.endswith(BY_ITSELF):
        return
    session[USED] = now
    session[DEVICE] = device_of(request.headers.get("User-Agent", ""))
    session[ADDRESS] = address_of(request) or ""


def device_of(agent: str) -> str:
    """Browser and system in words a person knows their machine by, from what the browser says of itself."""
    browser = next((name for sign, name in BROWSERS if sign in agent), "Another program")
    system = next((name for sign, name in SYSTEMS if sign in agent), "")
    return f"{browser} on {system}" if system else browser


def was_recent(request: HttpRequest) -> bool:
    """Whether the person of this session has shown lately that it is them: signed in, or confirmed it since."""
    if not settings.REAUTHENTICATION_MINUTES:
        return True
    last = max(request.session.get(SIGNED_IN, 0), request.session.get(CONFIRMED, 0))
    return bool(time.time() - last < 60 * settings.REAUTHENTICATION_MINUTES)


def confirm(request: HttpRequest) -> None:
    """The person has just shown that it is them."""
    request.session[CONFIRMED] = time.time()


def end_sessions(person: Any, *, but: HttpRequest | None = None) -> int:
    """Sign a person out everywhere, or everywhere but in the browser of a request. How many ended."""
    found = person.sessions.all()
    if but is not None:
        found = found.exclude(session_key=hashed(but.session.session_key))
    count: int = found.delete()[0]
    return count
