"""The identity provider of the settings, as links at the sign-in and where it is asked again."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

# OpenID Connect Core 3.1.2.1: sign in anew whatever session there is, and say when.
ANEW = urlencode({"prompt": "login", "max_age": "0"})


@dataclass(frozen=True, slots=True)
class ProviderLink:
    """What the button says, and where it leads."""

    name: str
    url: str


def provider_links(request: HttpRequest, *, again: bool = False, next_url: str = "") -> list[ProviderLink]:
    """Where to sign in other than here: none where no provider is set."""
    if not settings.OIDC_URL:
        return []
    following = next_url or request.GET.get("next", "")
    asked = {"next": following} if following else {}
    if again:
        asked |= {"process": "login", "auth_params": ANEW}
    address = reverse("openid_connect_login", kwargs={"provider_id": settings.OIDC_ID})
    return [ProviderLink(settings.OIDC_NAME, f"{address}?{urlencode(asked)}" if asked else address)]


def back_to_sign_in(request: HttpRequest) -> HttpResponse:
    """Nobody signs up by themselves."""
    return redirect("login")
