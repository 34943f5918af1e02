"""Refusals: where a domain error becomes a page and an event of the trail."""

from __future__ import annotations

from collections.abc import Callable

from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from synthportal.errors import Conflict, DomainError


def refuse(request: HttpRequest, error: DomainError) -> None:
    """Record the refusal: called after the refused transaction has been rolled back."""
    from synthportal.audit import record_refusal

    if request.user.is_authenticated:
        record_refusal(request.path, by=request.user, status=error.status)


class DomainErrorMiddleware:
    """Turns a domain error of a page into its error page (the API has its own mapper in synthportal.web.api)."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, OperationalError) and "locked" in str(exception):
            exception = Conflict("The portal is busy writing. Nothing was changed: try again in a moment.")
        if not isinstance(exception, DomainError):
            return None
        refuse(request, exception)
        context = {"reasons": exception.reasons, "back": request.META.get("HTTP_REFERER", "")}
        return render(request, f"{exception.status}.html", context, status=exception.status)
