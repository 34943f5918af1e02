"""Refusals: where an error that has a reason becomes an answer and an event of the trail, on pages and in the API."""

from __future__ import annotations

import logging
from collections.abc import Callable

from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import DatabaseError, IntegrityError, OperationalError
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.views import defaults

from synthportal.errors import Conflict, DomainError, is_full_disk
from synthportal.triggers import said_by_guard

log = logging.getLogger(__name__)

API = "/api/"
TITLES = {
    400: "Bad request",
    401: "Not signed in",
    403: "Not permitted",
    404: "Not found",
    409: "Conflict",
    410: "Gone",
    429: "Too many requests",
    500: "Error on our side",
}
BUSY = "The portal is busy writing. Nothing was changed: try again in a moment."
FULL = "The portal's disk is full. Nothing was changed: ask your administrator to free some space, and try again."
TOO_MUCH = "This is larger than the portal takes in one form. Nothing was kept: send less at a time."
DEEP = "This is nested too deeply. Send lists and objects of a few levels."
OUR_FAULT = "Something broke on our side. The fault was recorded without any of your data, and nothing was half saved."


def in_words(error: BaseException) -> DomainError | None:
    """The error as a person can be told it; None for one that is a fault of the portal's own."""
    if isinstance(error, DomainError):
        return error
    if isinstance(error, RecursionError):
        return DomainError(DEEP)
    if isinstance(error, OperationalError) and "locked" in str(error):
        return Conflict(BUSY)
    # Two at once: one of them went past what both had read.
    if isinstance(error, IntegrityError) and (said := said_by_guard(error)):
        return Conflict(said)
    is_full = isinstance(error, OperationalError) and ("is full" in str(error) or "No space left" in str(error))
    if is_full or is_full_disk(error):
        return Conflict(FULL)
    return None


def refuse(request: HttpRequest, error: DomainError) -> None:
    """Record the refusal: called after the refused transaction has been rolled back."""
    from synthportal.trail.audit import record_refusal

    if not request.user.is_authenticated:
        return
    try:
        record_refusal(request.path, by=request.user, status=error.status)
    except (DatabaseError, OSError) as fault:  # a full disk refuses this as well
        log.warning("A refusal could not be recorded (%s).", type(fault).__name__)


class DomainErrorMiddleware:
    """Turns an error of a page that has a reason into its page (the API has its own mapper in synthportal.web.api)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        refused = in_words(exception)
        if refused is None:
            return None
        refuse(request, refused)
        context = {"reasons": refused.reasons, "back": request.META.get("HTTP_REFERER", "")}
        return render(request, f"{refused.status}.html", context, status=refused.status)


def problem(status: int, detail: str) -> JsonResponse:
    """Problem details (RFC 9457) where no view of the API has answered."""
    body = {"type": "about:blank", "title": TITLES[status], "status": status, "detail": detail}
    return JsonResponse(body, status=status, content_type="application/problem+json")


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """400 of what Django itself refuses."""
    too_much = isinstance(exception, RequestDataTooBig | TooManyFieldsSent | TooManyFilesSent)
    if request.path.startswith(API):
        return problem(400, TOO_MUCH if too_much else "This request cannot be read.")
    if too_much:
        return render(request, "400.html", {"reasons": [TOO_MUCH]}, status=400)
    return defaults.bad_request(request, exception)


def not_permitted(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """403 of what Django itself refuses."""
    if request.path.startswith(API):
        return problem(403, "This is not permitted.")
    return defaults.permission_denied(request, exception)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponseBase:
    """404 for an address that leads nowhere."""
    if request.path.startswith(API):
        return problem(404, "There is nothing here, or it is not yours.")
    return defaults.page_not_found(request, exception)


def server_error(request: HttpRequest) -> HttpResponseBase:
    """500: said without the database, which may be what broke."""
    if request.path.startswith(API):
        return problem(500, OUR_FAULT)
    return HttpResponse(render_to_string("500.html"), status=500)
