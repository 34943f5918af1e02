"""Guessing passwords is slowed: by name and address, and over all names by address."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from axes.backends import AxesStandaloneBackend
from axes.exceptions import AxesBackendPermissionDenied
from axes.handlers.proxy import AxesProxyHandler
from axes.models import AccessAttempt
from django.conf import settings
from django.contrib.auth.signals import user_login_failed
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone

from synthportal.people.sign_in.addresses import address_of

# Failures from one address over all names: an office behind one address mistypes less in a quarter of an hour.
MOST_FROM_AN_ADDRESS = 50
LOCKED = "Too many sign-ins failed. Wait a quarter of an hour and try again; from another network it works meanwhile."


class SlowedBackend(AxesStandaloneBackend):  # type: ignore[misc]
    """Signs nobody in: it refuses to look at a password where too many were wrong."""

    def authenticate(
        self, request: HttpRequest, username: str | None = None, password: str | None = None, **more: Any
    ) -> None:
        """Raises a refusal that ends the sign-in."""
        if _failures_from(address_of(request)) >= MOST_FROM_AN_ADDRESS:
            request.axes_locked_out = True  # type: ignore[attr-defined]
            raise AxesBackendPermissionDenied
        super().authenticate(request, username=username, password=password, **more)


def is_slowed(request: HttpRequest, username: str) -> bool:
    """Whether a code or a passkey of this name is not looked at now: it counts like a password."""
    if not _counts():
        return False
    many = _failures_from(address_of(request)) >= MOST_FROM_AN_ADDRESS
    return many or not AxesProxyHandler.is_allowed(request, {"username": username})


def note_failure(request: HttpRequest, username: str) -> None:
    """Count a wrong code as a wrong password."""
    user_login_failed.send(sender=__name__, credentials={"username": username}, request=request)


def forget_failures(request: HttpRequest, username: str) -> None:
    """What was right in the end takes back what was wrong before it, from this address."""
    if _counts():
        AxesProxyHandler.reset_attempts(username=username, ip_address=address_of(request))


def _counts() -> bool:
    return bool(getattr(settings, "AXES_ENABLED", True))


def _failures_from(address: str | None) -> int:
    since = timezone.now() - timedelta(hours=settings.AXES_COOLOFF_TIME)
    recent = AccessAttempt.objects.filter(ip_address=address, attempt_time__gte=since)
    return recent.aggregate(Sum("failures_since_start"))["failures_since_start__sum"] or 0


def locked_out(request: HttpRequest, *_: Any) -> HttpResponse:
    """The answer to a sign-in that is not looked at."""
    response = render(request, "429.html", {"reasons": [LOCKED]}, status=429)
    response["Retry-After"] = str(int(settings.AXES_COOLOFF_TIME * 3600))
    return response
