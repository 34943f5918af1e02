"""How many requests of one person may bring a file at once: each holds a thread for as long as its sender likes."""

from __future__ import annotations

import fcntl
from collections.abc import Callable
from pathlib import Path
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render

from synthportal.people.tokens.authentication import bearer_of
from synthportal.people.tokens.scopes import SAFE
from synthportal.people.tokens.tokens import find_token
from synthportal.storage.uploads import door_at
from synthportal.web.refusals import API, problem

AT_ONCE = 2
RETRY_SECONDS = 60
TAKEN = f"You are sending {AT_ONCE} files already. Wait until one of them is there, and send this one again."


class UploadPlacesMiddleware:
    """Gives a person's upload a place before a byte of its body is read, and takes it back after the answer."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        try:
            return self.get_response(request)
        finally:
            if place := request.__dict__.pop("upload_place", None):
                place.close()

    def process_view(self, request: HttpRequest, *_: Any) -> HttpResponseBase | None:
        """None with a place, and for who is nobody: such a one's upload is refused unread."""
        if request.method in SAFE or door_at(request.resolver_match) is None or not (person_id := _person_id(request)):
            return None
        place = _take_place(settings.DATA_DIR / "uploads", person_id)
        if place is None:
            return _refused(request)
        request.upload_place = place  # type: ignore[attr-defined]
        return None


def _person_id(request: HttpRequest) -> int | None:
    secret = bearer_of(request) if request.path.startswith(API) else None
    if secret is None:
        return request.user.pk
    token = find_token(secret)
    return token.person_id if token else None


def _take_place(folder: Path, person_id: int) -> IO[bytes] | None:
    """A file that is locked until it is closed, or its process ends however it may; None where all are."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    for number in range(AT_ONCE):
        place = (folder / f"{person_id}-{number}").open("ab")
        try:
            fcntl.flock(place, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            place.close()
        else:
            return place
    return None


def _refused(request: HttpRequest) -> HttpResponse:
    if request.path.startswith(API):
        answer: HttpResponse = problem(429, TAKEN)
    else:
        answer = render(request, "429.html", {"reasons": [TAKEN]}, status=429)
    answer["Retry-After"] = str(RETRY_SECONDS)
    return answer
