"""What django-allauth asks the house: what it says, how it keeps second factors, who may remove one."""

from __future__ import annotations

import base64
import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from django.conf import settings
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from synthportal.errors import Conflict
from synthportal.people.sign_in.required import needs_second_factor

ENDED = "This account is closed. Ask an administrator."
UNREADABLE = (
    "Your second factor cannot be read, because the portal's secret key was changed. Use a passkey, or ask your "
    "administrator to give back the old key (SYNTHPORTAL_OLD_SECRET_KEY_FILE) or to take your second factor away."
)
# Where django-allauth keeps what it encrypts, of apps and of recovery codes.
SEALED = ("secret", "seed")


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nobody signs up by themselves, no mail goes out, and pages say what happened in the house's words."""

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def post_login(self, request: HttpRequest, user: Any, **kwargs: Any) -> Any:
        """The new session holds what the identity provider told of it, if one did (identity_provider/adapter.py)."""
        request.session.update(getattr(request, "told_by_provider", {}))
        return super().post_login(request, user, **kwargs)

    def add_message(self, *_: Any, **__: Any) -> None:
        """The house's own pages say it."""

    def send_notification_mail(self, *_: Any, **__: Any) -> None:
        """Nothing is sent."""

    def is_reauthentication_required(self, *, app: str) -> bool:
        """Asked at the one door for all that asks again: web/confirmation.py."""
        return False

    def respond_user_inactive(self, request: HttpRequest, user: Any) -> HttpResponse:
        return render(request, "403.html", {"reasons": [ENDED]}, status=403)

    def get_client_ip(self, request: HttpRequest) -> str:
        from synthportal.people.sign_in.addresses import address_of

        return address_of(request) or "unknown"


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]
    """Seeds of second factors are kept encrypted: a copy of the database alone makes no code."""

    def encrypt(self, text: str) -> str:
        sealed: bytes = _ciphers().encrypt(text.encode())
        return sealed.decode()

    def decrypt(self, encrypted_text: str) -> str:
        try:
            return _ciphers().decrypt(encrypted_text.encode()).decode()
        except InvalidToken as error:
            raise Conflict(UNREADABLE) from error

    def can_delete_authenticator(self, authenticator: Any) -> bool:
        """The last one stays where one is required."""
        others = authenticator.user.authenticator_set.exclude(pk=authenticator.pk).exclude(type="recovery_codes")
        return bool(others.exists() or not needs_second_factor(authenticator.user))

    def _get_user_identifier(self, user: Any) -> str:
        """By the name they sign in with: a portal of many people without addresses tells them apart by it."""
        name: str = user.username
        return name


def _ciphers() -> MultiFernet:
    """Keyed by the secret that signs sessions, and by those that it replaced."""
    secrets = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    keys = (hashlib.sha256(b"second factors:" + str(secret).encode()).digest() for secret in secrets)
    return MultiFernet([Fernet(base64.urlsafe_b64encode(key)) for key in keys])


def reseal_factors() -> tuple[int, int]:
    """Encrypt the seeds of second factors with today's secret key: how many, and how many no key at hand opens."""
    done = broken = 0
    with transaction.atomic():
        for row in Authenticator.objects.select_for_update().exclude(type=Authenticator.Type.WEBAUTHN):
            try:
                row.data |= {
                    name: _ciphers().rotate(row.data[name].encode()).decode() for name in SEALED if name in row.data
                }
            except InvalidToken:
                broken += 1
                continue
            row.save(update_fields=["data"])
            done += 1
    return done, broken
