"""Who is signed in, for the proxy: it passes on the bytes of an upload only for them."""

from __future__ import annotations

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView


class SignedIn(APIView):
    """Whether the session or token is valid."""

    @extend_schema(responses={204: None})
    def get(self, request: Request) -> Response:
        """204 with a valid session or token, else 401. May: everybody who is signed in."""
        return Response(status=204)
