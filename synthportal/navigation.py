"""The header's links, for the roles a person has."""

from __future__ import annotations

from django.http import HttpRequest


def navigation(request: HttpRequest) -> dict[str, object]:
    """Context for every page."""
    return {}
