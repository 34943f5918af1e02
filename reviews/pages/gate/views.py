"""The gate of a run: every condition with its evidence, waivers, and the sentence that a steward signs."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from generation.models import GenerationRun
from generation.permissions import runs_for
from reviews.pages.gate.page import gate_context
from reviews.pages.gate.printed import dossier_pdf
from reviews.stages.gate import waive_condition
from reviews.tasks import submit_release
from synthportal.errors import Conflict, DomainError, NotPermitted
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.people.tokens.tokens import create_signing_token
from synthportal.roles import Role, require
from synthportal.trail.audit import record
from synthportal.web.look.kept import kept_page
from synthportal.web.refusals import refuse


@login_required
@require_safe
def gate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything the release of this run rests on."""
    return render(request, "reviews/gate/gate.html", gate_context(_run(request, pk), signed_in(request)))


@login_required
@require_safe
def dossier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The gate with all its evidence unfolded as one HTML file, to print or to file; that is written down."""
    run, person = _run(request, pk), signed_in(request)
    context = gate_context(run, person) | {"action": None, "may_evaluate": False}
    _exported(run, person)
    return kept_page(request, "reviews/gate/gate.html", context, name=f"dossier-{run.dataset_id}-run-{run.number}.html")


@login_required
@require_safe
def dossier_printed(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The same as a PDF; that is written down, too."""
    run, person = _run(request, pk), signed_in(request)
    _exported(run, person)
    return dossier_pdf(run, person, name=f"dossier-{run.dataset_id}-run-{run.number}.pdf")


def _exported(run: GenerationRun, person: Person) -> None:
    with transaction.atomic():
        record("dossier exported", run, by=person)


@login_required
@require_POST
def waive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let one shortfall of usefulness pass, with a reason."""
    run, condition, reason = _run(request, pk), request.POST.get("condition", ""), request.POST.get("reason", "")
    try:
        waive_condition(run, condition, reason=reason, by=signed_in(request))
    except Conflict as conflict:
        refuse(request, conflict)
        typed = {"failed": condition, "typed": reason, "errors": conflict.reasons}
        return render(request, "reviews/gate/gate.html", gate_context(run, signed_in(request)) | typed, status=409)
    messages.success(request, f"Waived: {condition}. It holds for the evidence as it is now.")
    return redirect("gate", pk=pk)


@login_required
@require_POST
def release_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign and release, bound to the dossier that the person had on the screen and to what they ticked as read."""
    run, person, seen = _run(request, pk), signed_in(request), request.POST.getlist("seen")
    try:
        released = submit_release(run, by=person, dossier_hash=request.POST.get("dossier", ""), seen=seen)
    except DomainError as refused:
        if isinstance(refused, NotPermitted):
            raise
        refuse(request, refused)
        context = gate_context(run, person, ticked=seen) | {"refused": refused.reasons}
        return render(request, "reviews/gate/gate.html", context, status=refused.status)
    messages.success(request, f"Release {released.number} is signed. Its files can be downloaded now.")
    return redirect("release", pk=released.pk)


@login_required
@require_POST
def signing_token(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A token that signs this run from a program within five minutes; its secret is shown in this answer alone."""
    run, person = _run(request, pk), signed_in(request)
    require(person, Role.STEWARD)
    _, secret = create_signing_token(person, run.pk)
    return render(request, "reviews/gate/token.html", {"run": run, "secret": secret})


def _run(request: HttpRequest, pk: UUID) -> GenerationRun:
    runs = runs_for(signed_in(request)).select_related("dataset__owner", "plan", "requested_by")
    return get_object_or_404(runs, pk=pk)
