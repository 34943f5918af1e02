"""Policies for everybody signed in; stewards change a tier here, see what it does first, and say why."""

from __future__ import annotations

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from generation.pages.limits.waiting import DecisionForm
from generation.stages.changes.versions import NEEDS_NOTE
from reviews.engine.policy.policy import TIERS, ReviewPolicy
from reviews.pages.tiers.forms import TierForm, lot_of
from reviews.pages.tiers.page import pace, preview, tier_context, tiers_context
from reviews.repositories.tiers import current_tier, versions_of
from reviews.tasks import submit_tier, submit_tier_decision
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, require
from synthportal.web.refusals import refuse


@login_required
@require_safe
def policies(request: HttpRequest) -> HttpResponse:
    """The review tiers side by side, with what each costs for a file of the size typed."""
    return render(request, "reviews/tiers/list.html", tiers_context(lot_of(request.GET), signed_in(request)))


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def tier(request: HttpRequest, tier: str) -> HttpResponse:
    """One tier with its history; a steward's change of it."""
    if tier not in TIERS:
        raise Http404
    if request.method == "POST":
        return _asked(request, tier)
    context = tier_context(tier, signed_in(request), None, lot_of(request.GET))
    return render(request, "reviews/tiers/tier.html", context)


def _asked(request: HttpRequest, name: str) -> HttpResponse:
    """Show what the change would do, or save it."""
    require(signed_in(request), Role.STEWARD)
    form = TierForm(request.POST, was=_seen(name, request.POST.get("seen", "")))
    if request.POST.get("do") == "save":
        return _saved(request, name, form)
    form.fields["reason"].required = False
    if request.htmx:  # type: ignore[attr-defined]
        shown = preview(current_tier(name), form, lot_of(request.POST)[1], pace())
        return render(request, "reviews/tiers/_preview.html", shown)
    return _again(request, name, form)


def _saved(request: HttpRequest, name: str, form: TierForm) -> HttpResponse:
    if not form.is_valid():
        return _again(request, name, form, status=422)
    given = form.cleaned_data
    try:
        made = submit_tier(name, form.changes(), reason=given["reason"], by=signed_in(request), seen=given["seen"])
    except Conflict as refused:
        refuse(request, refused)
        form = form.upon(current_tier(name))
        form.add_error(None, list(refused.reasons))
        return _again(request, name, form, status=409)
    messages.success(request, f"Version {made.version} is written. It counts when a second steward has confirmed it.")
    return redirect("tier", tier=name)


@login_required
@require_POST
def decide(request: HttpRequest, tier: str) -> HttpResponse:
    """A second steward confirms the version that waits, or anybody of them refuses it."""
    person, form = signed_in(request), DecisionForm(request.POST)
    if tier not in TIERS:
        raise Http404
    require(person, Role.STEWARD)
    if not form.is_valid():
        raise Conflict(NEEDS_NOTE)
    said, holds = form.cleaned_data, form.cleaned_data["do"] == "confirm"
    submit_tier_decision(tier, said["number"], holds=holds, note=said["note"], by=person)
    words = f"of the {tier} tier counts for reviews that open from now on" if holds else "is refused"
    messages.success(request, f"Version {said['number']} {words}.")
    return redirect("tier", tier=tier)


def _again(request: HttpRequest, name: str, form: TierForm, status: int = 200) -> HttpResponse:
    """The page with everything that was typed."""
    context = tier_context(name, signed_in(request), form, lot_of(request.POST))
    return render(request, "reviews/tiers/tier.html", context, status=status)


def _seen(name: str, number: str) -> ReviewPolicy:
    """The version that the person had before them; the one of now where that cannot be told."""
    return next((policy for policy, _ in versions_of(name) if str(policy.version) == number), current_tier(name))
