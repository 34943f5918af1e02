"""The limits of the evidence for everybody signed in; stewards change them here and say why."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from generation.engine.evaluation.policy import PURPOSES
from generation.pages.limits.forms import LimitsForm
from generation.pages.limits.page import limits_context, preview
from generation.pages.limits.waiting import DecisionForm
from generation.repositories.judged.limits import LimitsVersion, current_version, versions_of
from generation.stages.changes.versions import NEEDS_NOTE
from generation.tasks import submit_limits, submit_limits_decision
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, require
from synthportal.web.refusals import refuse


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def limits(request: HttpRequest, purpose: str) -> HttpResponse:
    """One purpose's limits with their history; a steward's change of them."""
    if purpose not in PURPOSES:
        raise Http404
    if request.method == "POST":
        return _asked(request, purpose)
    return render(request, "generation/limits/limits.html", limits_context(purpose, signed_in(request), None))


def _asked(request: HttpRequest, purpose: str) -> HttpResponse:
    """Show what the change would do, or save it."""
    require(signed_in(request), Role.STEWARD)
    form = LimitsForm(request.POST, was=_seen(purpose, request.POST.get("seen", "")))
    if request.POST.get("do") == "save":
        return _saved(request, purpose, form)
    form.fields["reason"].required = False
    if request.htmx:  # type: ignore[attr-defined]
        return render(request, "generation/limits/_preview.html", preview(current_version(purpose), form))
    return _again(request, purpose, form)


def _saved(request: HttpRequest, purpose: str, form: LimitsForm) -> HttpResponse:
    if not form.is_valid():
        return _again(request, purpose, form, status=422)
    given = form.cleaned_data
    try:
        made = submit_limits(purpose, form.changes(), reason=given["reason"], by=signed_in(request), seen=given["seen"])
    except Conflict as refused:
        refuse(request, refused)
        form = form.upon(current_version(purpose))
        form.add_error(None, list(refused.reasons))
        return _again(request, purpose, form, status=409)
    messages.success(request, f"Version {made.number} is written. It counts when a second steward has confirmed it.")
    return redirect("limits", purpose=purpose)


@login_required
@require_POST
def decide(request: HttpRequest, purpose: str) -> HttpResponse:
    """A second steward confirms the version that waits, or anybody of them refuses it."""
    person, form = signed_in(request), DecisionForm(request.POST)
    if purpose not in PURPOSES:
        raise Http404
    require(person, Role.STEWARD)
    if not form.is_valid():
        raise Conflict(NEEDS_NOTE)
    said, holds = form.cleaned_data, form.cleaned_data["do"] == "confirm"
    submit_limits_decision(purpose, said["number"], holds=holds, note=said["note"], by=person)
    words = "counts now. Evidence that was judged before must be evaluated again" if holds else "is refused"
    messages.success(request, f"Version {said['number']} {words}.")
    return redirect("limits", purpose=purpose)


def _again(request: HttpRequest, purpose: str, form: LimitsForm, status: int = 200) -> HttpResponse:
    """The page with everything that was typed."""
    context = limits_context(purpose, signed_in(request), form)
    return render(request, "generation/limits/limits.html", context, status=status)


def _seen(purpose: str, number: str) -> LimitsVersion:
    """The version that the person had before them; the one of now where that cannot be told."""
    found = versions_of(purpose)
    return next((version for version in found if str(version.number) == number), found[0])
