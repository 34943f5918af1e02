"""What happens when the identity provider has signed somebody in."""

from __future__ import annotations

import time
from typing import Any

from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from django.conf import settings
from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest
from django.shortcuts import redirect

from synthportal.models import Person
from synthportal.people.identity_provider.groups import give_roles
from synthportal.people.sign_in.required import ASKED_ELSEWHERE, claims_in, was_asked_elsewhere
from synthportal.people.sign_in.sessions import SIGNED_IN
from synthportal.trail.audit import record

FAILED = "Signing in with {name} did not work. Try again; if it stays so, ask your administrator."
CLOSED = "Your account here is closed. Ask an administrator."
NOT_ANEW = "Your identity provider did not ask you again, so this is not confirmed."


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]
    """People of the provider get an account of their own at their first sign-in; its groups give roles each time."""

    def is_open_for_signup(self, request: HttpRequest, sociallogin: Any) -> bool:
        return True

    def pre_social_login(self, request: HttpRequest, sociallogin: Any) -> None:
        """Before somebody known is signed in, or has confirmed that it is them."""
        claims = claims_in(sociallogin.account.extra_data)
        if sociallogin.is_existing:
            if not sociallogin.user.is_active:
                raise _back(request, CLOSED)
            give_roles(sociallogin.user, claims.get(settings.OIDC_GROUPS_CLAIM))
        request.told_by_provider = _told(request, sociallogin, claims)  # type: ignore[attr-defined]

    def save_user(self, request: HttpRequest, sociallogin: Any, form: Any = None) -> Any:
        """An account for somebody new, without a password here, with the roles of their groups."""
        with transaction.atomic():
            person = super().save_user(request, sociallogin, form)
            record("account made", person, by=person, provider=settings.OIDC_ID)
            give_roles(person, claims_in(sociallogin.account.extra_data).get(settings.OIDC_GROUPS_CLAIM))
        return person

    def on_authentication_error(self, request: HttpRequest, *_: Any, **__: Any) -> None:
        """Said at the sign-in; what the provider answered may hold more than a page should."""
        raise _back(request, FAILED.format(name=settings.OIDC_NAME))


def _back(request: HttpRequest, words: str) -> ImmediateHttpResponse:
    messages.error(request, words)
    return ImmediateHttpResponse(redirect("login"))


def _told(request: HttpRequest, sociallogin: Any, claims: dict[str, Any]) -> dict[str, Any]:
    """What the new session is to hold: when the person last typed something at the provider, and how strongly.

    That may be hours before it sent them here. Who is asked again is confirmed by a time alone.
    """
    told: dict[str, Any] = {}
    at, now = claims.get("auth_time"), time.time()
    is_again = isinstance(request.user, Person) and request.user.pk == sociallogin.user.pk
    if isinstance(at, int | float):
        told[SIGNED_IN] = min(float(at), now)
    elif is_again:
        told[SIGNED_IN] = 0.0
    if is_again and now - told[SIGNED_IN] >= 60 * settings.REAUTHENTICATION_MINUTES:
        messages.error(request, NOT_ANEW)
    if was_asked_elsewhere(claims):
        told[ASKED_ELSEWHERE] = True
    return told
