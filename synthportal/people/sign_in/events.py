"""Sign-ins, failures, sign-outs and new passwords as events. Django tells of them by its signals and validators."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver
from django.http import HttpRequest

from synthportal.models import Person
from synthportal.people.sign_in.addresses import address_of
from synthportal.roles import Unknown
from synthportal.trail.audit import record, record_of_portal


def _came_from_outside(request: HttpRequest | None) -> bool:
    """A program that signs somebody in by itself, as tests do, sends no request."""
    return request is not None and "REQUEST_METHOD" in request.META


@receiver(user_logged_in, dispatch_uid="trail signed in")
def _signed_in(request: HttpRequest | None, user: Person, **_: Any) -> None:
    if request is not None and _came_from_outside(request):
        with transaction.atomic():
            record("signed in", user, by=user, address=address_of(request))


@receiver(user_logged_out, dispatch_uid="trail signed out")
def _signed_out(request: HttpRequest | None, user: Person | None, **_: Any) -> None:
    if request is not None and user is not None and _came_from_outside(request):
        with transaction.atomic():
            record("signed out", user, by=user)


@receiver(user_login_failed, dispatch_uid="trail sign-in failed")
def _failed(credentials: dict[str, Any], request: HttpRequest | None = None, **_: Any) -> None:
    """What was typed as a name is kept only where somebody has it: it may be a password."""
    if request is None or not _came_from_outside(request):
        return
    person = Person.objects.filter(username=str(credentials.get("username", ""))).first()
    if person is None:
        record_of_portal("sign-in failed", by=Unknown(), address=address_of(request))
        return
    with transaction.atomic():
        record("sign-in failed", person, by=Unknown(), address=address_of(request))


class PasswordsAreEvents:
    """A validator that refuses nothing: Django tells it of every password that was set."""

    def validate(self, password: str, user: Person | None = None) -> None:
        """Any password will do here."""

    def get_help_text(self) -> str:
        return ""

    def password_changed(self, password: str, user: Person | None = None) -> None:
        if user is not None and user.pk:
            with transaction.atomic():
                record("password changed", user, by=user)
