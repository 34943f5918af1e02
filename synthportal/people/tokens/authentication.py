"""How a program signs in to the API."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework import exceptions
from rest_framework.authentication import BaseAuthentication
from rest_framework.permissions import SAFE_METHODS
from rest_framework.request import Request

from synthportal.models import ApiToken, Person
from synthportal.people.tokens.tokens import find_token, opens

KEYWORD = "Bearer"


class TokenAuthentication(BaseAuthentication):
    """`Authorization: Bearer sp_...`; a token without the write scope may only read, and one that
    was made for one thing opens nothing else."""

    def authenticate(self, request: Request) -> tuple[Person, ApiToken] | None:
        keyword, _, secret = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() != KEYWORD.lower():
            return None
        token = find_token(secret.strip())
        if token is None:
            raise exceptions.AuthenticationFailed("This token is unknown, expired or revoked.")
        if request.method not in SAFE_METHODS and not token.can_write:
            raise exceptions.PermissionDenied("This token may only read. Make one that may write.")
        if not opens(token, request.path):
            raise exceptions.PermissionDenied(
                "This token opens one thing alone, which is not here. Make one without that limit."
            )
        return token.person, token

    def authenticate_header(self, request: Request) -> str:
        return KEYWORD


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """How the schema describes tokens."""

    target_class = "synthportal.people.tokens.authentication.TokenAuthentication"
    name = "token"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer"}
