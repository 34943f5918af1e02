"""What every part of the API shares: problem details (RFC 9457), who asks, and a job's progress."""

from __future__ import annotations

from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from rest_framework import exceptions
from rest_framework.request import Request
from rest_framework.response import Response

from synthportal.jobs.progress import eta_seconds, percent
from synthportal.models import Job, Person
from synthportal.people.tokens.authentication import KEYWORD
from synthportal.web.refusals import TITLES, in_words, refuse


def problem_details(error: Exception, context: dict[str, Any]) -> Response | None:
    """Every error as application/problem+json; domain errors carry their reasons, and are audited after rollback."""
    from rest_framework.renderers import JSONRenderer  # at import time DRF is still loading this module's neighbours
    from rest_framework.views import set_rollback

    set_rollback()
    # A refusal is JSON, at an address too that answers in YAML.
    context["request"].accepted_renderer, context["request"].accepted_media_type = (
        JSONRenderer(),
        JSONRenderer.media_type,
    )
    if refused := in_words(error):
        refuse(context["request"], refused)
        return problem_response(refused.status, " ".join(refused.reasons), reasons=list(refused.reasons))
    if isinstance(error, Http404 | exceptions.NotFound | PermissionDenied):
        return problem_response(404, "There is nothing here, or it is not yours.")
    if isinstance(error, ValidationError):
        return problem_response(400, "; ".join(error.messages))
    if isinstance(error, exceptions.ValidationError):
        return problem_response(400, "Some fields are missing or wrong.", fields=error.detail)
    if isinstance(error, exceptions.APIException):
        response = problem_response(error.status_code, str(error.detail))
        if isinstance(error, exceptions.NotAuthenticated | exceptions.AuthenticationFailed):
            response["WWW-Authenticate"] = KEYWORD
        return response
    return None


def problem_response(code: int, detail: str, **more: object) -> Response:
    """Problem details (RFC 9457) of a view of the API."""
    body = {"type": "about:blank", "title": TITLES.get(code, "Error"), "status": code, "detail": detail, **more}
    return Response(body, status=code, content_type="application/problem+json")


def person_of(request: Request) -> Person:
    """Who asks. The API serves nobody who has not signed in."""
    if not isinstance(request.user, Person):
        raise exceptions.NotAuthenticated
    return request.user


def job_facts(job: Job | None) -> dict[str, object]:
    """Phase, percentage and time left of a job, as the API and the pages show them."""
    if job is None:
        return {"job": None, "phase": "", "progress": None, "eta_seconds": None}
    return {
        "job": {"id": str(job.pk), "kind": job.kind, "state": job.state, "attempt": job.attempt, "error": job.error},
        "phase": job.phase if not job.is_final else job.state,
        "progress": percent(job),
        "eta_seconds": eta_seconds(job),
    }
