"""The acts that bind others, in one table: for these it is asked again whether it is still the same person.

What decides who may hold data or roles, opens a way out of the portal, or cannot be taken back belongs here, on pages
and in the API; what only stops something (a pause, a suspension) does not: it must be quick.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse


@dataclass(frozen=True, slots=True)
class Act:
    """What is done at an address; `token_kind`: what a short token may be made for that opens this act alone."""

    method: str
    route: str
    words: str
    token_kind: str = ""


SENSITIVE = (
    Act("GET", "account/confirm/", "go on"),
    Act("POST", "runs/<uuid:pk>/release/", "sign the release"),
    Act("POST", "runs/<uuid:pk>/waive/", "waive a condition"),
    Act("POST", "runs/<uuid:pk>/token/", "make a token that signs"),
    Act("POST", "policies/limits/<slug:purpose>/", "change the limits"),
    Act("POST", "policies/tiers/<slug:tier>/", "change the review policy"),
    Act("POST", "policies/limits/<slug:purpose>/decide/", "decide about limits"),
    Act("POST", "policies/tiers/<slug:tier>/decide/", "decide about a review policy"),
    Act("POST", "datasets/<uuid:pk>/budget/", "change the limit of the privacy budget"),
    Act("POST", "datasets/<uuid:pk>/budget/decide/", "decide about the limit of the privacy budget"),
    Act("POST", "datasets/<uuid:pk>/columns/<slug:name>/exception/", "state an exception"),
    Act("POST", "datasets/<uuid:pk>/erase/", "erase the dataset"),
    Act("POST", "datasets/<uuid:pk>/owners/", "share the dataset"),
    Act("POST", "owners/<uuid:pk>/end/", "end a share in the dataset"),
    Act("POST", "releases/<uuid:pk>/attest/", "have the release signed anew"),
    Act("POST", "releases/<uuid:pk>/withdraw/", "withdraw the release"),
    Act("POST", "releases/<uuid:pk>/restrict/", "change who may have the release"),
    Act("POST", "access/<uuid:pk>/grant/", "grant access"),
    Act("POST", "access/<uuid:pk>/refuse/", "refuse access"),
    Act("POST", "webhooks/", "add a webhook"),
    Act("POST", "people/teams/", "make a team"),
    Act("POST", "people/teams/<uuid:pk>/", "change a team"),
    Act("POST", "account/", "make a token"),
    Act("POST", "releases/<uuid:pk>/token/", "make a token"),
    Act("POST", "account/sign-in/app/", "set up an authenticator app"),
    Act("GET", "account/sign-in/app/", "set up an authenticator app"),
    Act("GET", "account/sign-in/app/remove/", "take your authenticator app away"),
    Act("POST", "account/sign-in/app/remove/", "take your authenticator app away"),
    Act("GET", "account/sign-in/passkeys/new/", "add a passkey"),
    Act("POST", "account/sign-in/passkeys/new/", "add a passkey"),
    Act("GET", "account/sign-in/passkeys/<int:pk>/remove/", "take a passkey away"),
    Act("POST", "account/sign-in/passkeys/<int:pk>/remove/", "take a passkey away"),
    Act("GET", "account/sign-in/codes/", "see your recovery codes"),
    Act("GET", "account/sign-in/codes/new/", "make new recovery codes"),
    Act("POST", "account/sign-in/codes/new/", "make new recovery codes"),
    Act("POST", "people/", "invite somebody"),
    Act("POST", "people/<int:pk>/", "change roles"),
    Act("POST", "people/<int:pk>/link/", "make a link that sets a password"),
    Act("POST", "people/<int:pk>/factor/", "take a lost second factor away"),
    Act("POST", "people/<int:pk>/open/", "open or close an account"),
    Act("POST", "people/requests/<uuid:pk>/", "decide about a role"),
    Act("POST", "api/v1/runs/<uuid:pk>/release/", "sign the release", token_kind="run"),
    Act("POST", "api/v1/runs/<uuid:pk>/waivers/", "waive a condition"),
    Act("POST", "api/v1/policies/", "change a policy"),
    Act("POST", "api/v1/policies/decisions/", "decide about a policy"),
    Act("PUT", "api/v1/datasets/<uuid:pk>/budget/", "change the limit of the privacy budget"),
    Act("POST", "api/v1/datasets/<uuid:pk>/budget/decisions/", "decide about the limit of the privacy budget"),
    Act("POST", "api/v1/datasets/<uuid:pk>/exceptions/", "state an exception"),
    Act("DELETE", "api/v1/datasets/<uuid:pk>/", "erase the dataset"),
    Act("POST", "api/v1/releases/<uuid:pk>/tokens/", "make a token"),
    Act("POST", "api/v1/releases/<uuid:pk>/attestation/", "have the release signed anew"),
    Act("POST", "api/v1/releases/<uuid:pk>/withdraw/", "withdraw the release"),
    Act("POST", "api/v1/access/<uuid:pk>/grant/", "grant access"),
    Act("POST", "api/v1/access/<uuid:pk>/refuse/", "refuse access"),
)
_ACTS = {(act.method, act.route): act for act in SENSITIVE}


def act_at(method: str | None, route: str) -> Act | None:
    """The sensitive act that a request asks for; None for all others."""
    return _ACTS.get((method or "", route))


def in_words(act: Act) -> str:
    """What a program is told."""
    again = f"sign in again at {reverse('login')}, or open {reverse('confirm')} in the browser of this session"
    token = " A token made on the page of the gate for this one run will do as well." if act.token_kind else ""
    return (
        f"To {act.words} you must have signed in within the last {settings.REAUTHENTICATION_MINUTES} minutes: "
        f"{again}, and repeat the request.{token}"
    )
