"""How a program signs in to the API."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.request import Request

from synthportal.models import ApiToken, Person
from synthportal.people.sign_in.required import may_act_by_token
from synthportal.people.sign_in.sensitive import act_at, in_words
from synthportal.people.tokens.scopes import READS, Scope, scope_needed
from synthportal.people.tokens.tokens import find_token, opens

KEYWORD = "Bearer"


def bearer_of(request: HttpRequest | Request) -> str | None:
    """The secret of the request's token; None where it brings none, whatever else its header holds."""
    keyword, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if keyword.lower() == KEYWORD.lower() else None


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer sp_...`; a token does what its scopes say, and one that was made for one thing opens
    nothing else."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        secret = bearer_of(request)
        if secret is None:
            return None
        token = find_token(secret)
        if token is None:
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        held = self.held_to(request)
        if not opens(token, held.method, held.path):
            raise exceptions.PermissionDenied(
                "This token opens one thing alone, which is not here. Make one without that limit."
            )
        _hold_to_scopes(token, held)
        return token.person, token

    def held_to(self, request: Request) -> Any:
        """What the token must open: method, path and resolver_match of this request."""
        return request

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


def _hold_to_scopes(token: ApiToken, request: Request) -> None:
    """Raise PermissionDenied, with the way to go, for what this token was not made for."""
    match = request.resolver_match
    route, scopes = match.route if match else "", token.scope_words
    act = act_at(request.method, route)
    if act is not None:
        is_kind = Scope.RELEASE in scopes and act.token_kind == token.only_for_kind
        if not (is_kind and match and match.kwargs.get("pk") == token.only_for):
            no_token = "" if act.token_kind else "This binds others, so no token does it. "
            raise exceptions.PermissionDenied(no_token + in_words(act))
    elif (needed := scope_needed(request.method, route)) is None:
        raise exceptions.PermissionDenied("This binds others, so no token does it: sign in, and do it as yourself.")
    elif needed not in scopes:
        may = "may only read" if set(scopes) <= READS else f"may only {', '.join(scopes)}"
        raise exceptions.PermissionDenied(f"This token {may}. Make one with the scope {needed.value}.")
    if not may_act_by_token(token.person):
        raise exceptions.PermissionDenied(f"Your role needs a second factor. Set one up at {reverse('mfa_index')}.")


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes tokens."""

    target_class = "synthportal.people.tokens.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
