"""What strangers may read without an account: the portal's keys, and where a release stands. Both are signed."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from reviews.models import Release
from reviews.repositories.trust.statuses import signed_keys, signed_status

STALE_SECONDS = 30


@require_safe
def keys(request: HttpRequest) -> HttpResponse:
    """The keys that the portal signs and draws with, and those before them, with their validity."""
    return _signed(signed_keys())


@require_safe
def status(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Where one release stands. Who has its id has its files, or was told of it."""
    return _signed(signed_status(get_object_or_404(Release, pk=pk)))


def _signed(envelope: dict[str, Any]) -> HttpResponse:
    answer = HttpResponse(json.dumps(envelope), content_type="application/json")
    answer["Cache-Control"] = f"public, max-age={STALE_SECONDS}"
    return answer
