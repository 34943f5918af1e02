"""What the tests of sign-in need: sessions that grew old, and codes of an authenticator app by RFC 6238."""

from __future__ import annotations

import base64
import hashlib
import hmac
import struct
import time

from django.test import Client

from synthportal.models import Person


def signed_in(name: str, minutes_ago: float = 0) -> Client:
    """A browser in which somebody signed in so long ago."""
    client = Client()
    client.force_login(Person.objects.get(username=name), backend="django.contrib.auth.backends.ModelBackend")
    grow_old(client, minutes_ago)
    return client


def grow_old(client: Client, minutes: float) -> None:
    session = client.session
    for name in ("signed_in_at", "confirmed_at", "used_at"):
        if name in session:
            session[name] -= 60 * minutes
    session.save()


def code_at(secret: str, moment: float | None = None, step: int = 30) -> str:
    """RFC 6238, written from the text of the standard."""
    counter = struct.pack(">Q", int((time.time() if moment is None else moment) // step))
    digest = hmac.new(base64.b32decode(secret), counter, hashlib.sha1).digest()
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"
