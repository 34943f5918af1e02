"""The proxy's question before it lets the bytes of an upload in: is this address's door open to who sends them?"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from django.urls import Resolver404, ResolverMatch, resolve
from drf_spectacular.utils import extend_schema
from rest_framework.authentication import SessionAuthentication
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from synthportal.errors import NotPermitted
from synthportal.people.tokens.authentication import TokenAuthentication
from synthportal.people.tokens.scopes import SAFE
from synthportal.roles import require
from synthportal.storage.uploads import door_at
from synthportal.trail.audit import record_refusal
from synthportal.web.api import person_of, problem_response
from synthportal.web.refusals import API

METHOD, ADDRESS, REFUSAL = "X-Asked-Method", "X-Asked-Address", "X-Refusal"
NO_FILE = "No file is taken at this address."


@dataclass(frozen=True, slots=True)
class Asked:
    """The request that waits at the proxy, as far as it is known before its body is read."""

    method: str
    path: str
    resolver_match: ResolverMatch | None

    @classmethod
    def of(cls, request: Request) -> Asked | None:
        """None where the question names no address."""
        path = unquote(request.headers.get(ADDRESS, "").partition("?")[0])
        if not path:
            return None
        try:
            match = resolve(path)
        except Resolver404:
            match = None
        return cls(request.headers.get(METHOD, "POST"), path, match)


class TokenOfWhatIsAsked(TokenAuthentication):
    """Holds a token to the request that waits, not to the question; on pages no token signs anybody in."""

    def authenticate(self, request: Request) -> Any:
        """As TokenAuthentication."""
        asked = Asked.of(request)
        return super().authenticate(request) if asked is None or asked.path.startswith(API) else None

    def held_to(self, request: Request) -> Any:
        """The request that waits, if one is named."""
        return Asked.of(request) or request


class SignedIn(APIView):
    """Whether the session or token is valid, and opens the door of the address that X-Asked-Address names."""

    authentication_classes = (TokenOfWhatIsAsked, SessionAuthentication)

    @extend_schema(responses={204: None}, auth=[{"token": []}, {"cookieAuth": []}])  # type: ignore[list-item]
    def get(self, request: Request) -> Response:
        """204 with a valid session or token that may send a file where X-Asked-Address says, else 401 or 403. May:
        everybody who is signed in.
        """
        asked, person = Asked.of(request), person_of(request)
        if asked is None or asked.method in SAFE:
            return Response(status=204)
        door = door_at(asked.resolver_match)
        if door is None:  # what the proxy never asks: the trail keeps no address that somebody made up
            return problem_response(NotPermitted.status, NO_FILE)
        try:
            if door.roles:
                require(person, *door.roles)
        except NotPermitted as refused:
            record_refusal(asked.path, by=person, status=refused.status)
            return problem_response(refused.status, " ".join(refused.reasons))
        return Response(status=204)

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """A refusal stands in a header too: the proxy reads no body of what it asks, and passes these words on."""
        answer = super().finalize_response(request, response, *args, **kwargs)
        if answer.status_code == NotPermitted.status:
            answer[REFUSAL] = json.dumps(answer.data)
        return answer
