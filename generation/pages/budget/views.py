"""The page of the privacy budget: a steward writes the limit of a source, a second one confirms it."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from generation.pages.budget.forms import BudgetForm
from generation.pages.limits.waiting import DecisionForm
from generation.permissions import datasets_for
from generation.stages.changes.versions import NEEDS_NOTE
from generation.tasks import submit_privacy_limit, submit_privacy_limit_decision
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, require


@login_required
@require_POST
def dataset_budget(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write another limit of the dataset's source."""
    person, form = signed_in(request), BudgetForm(request.POST)
    found = get_object_or_404(datasets_for(person), pk=pk)
    if not form.is_valid():
        raise Conflict("Give a number as the limit, and a reason.")
    submit_privacy_limit(found, form.cleaned_data["limit"], reason=form.cleaned_data["reason"], by=person)
    messages.success(request, "The limit is written. It counts when a second steward has confirmed it.")
    return redirect("dataset", pk=pk)


@login_required
@require_POST
def dataset_budget_decide(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second steward confirms the limit that waits, or anybody of them refuses it."""
    person, form = signed_in(request), DecisionForm(request.POST)
    found = get_object_or_404(datasets_for(person), pk=pk)
    require(person, Role.STEWARD)
    if not form.is_valid():
        raise Conflict(NEEDS_NOTE)
    said, holds = form.cleaned_data, form.cleaned_data["do"] == "confirm"
    made = submit_privacy_limit_decision(found, said["number"], holds=holds, note=said["note"], by=person)
    messages.success(request, f"The limit of epsilon {made.epsilon:g} {'holds now' if holds else 'is refused'}.")
    return redirect("dataset", pk=pk)
