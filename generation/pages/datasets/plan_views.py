"""Steering a plan: many columns at once, and one version back."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST

from generation.models import Dataset
from generation.pages.datasets.views import to_plan
from generation.permissions import datasets_for, require_owner
from generation.repositories.minimisation.steering import Steered, steered
from generation.tasks import submit_plan, submit_undo
from synthportal.people.accounts.views import signed_in

_MOST_NAMED = 5


@login_required
@require_POST
def plan_bulk(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One treatment for the columns that are ticked, or for the one whose button was pressed."""
    found = _own(request, pk)
    name, _, what = request.POST.get("only", "").partition(":")
    names, what = ({name}, what) if name else (set(request.POST.getlist("pick")), request.POST.get("what", ""))
    made = steered(found, names, what)
    if made.changed:
        submit_plan(found, treatments=made.treatments, roles={}, by=signed_in(request))
    messages.success(request, _told(made))
    return to_plan(request, pk)


@login_required
@require_POST
def plan_undo(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The version before, as a new one."""
    plan = submit_undo(_own(request, pk), by=signed_in(request))
    messages.success(request, f"Version {plan.restores} is back, as version {plan.version}.")
    return to_plan(request, pk)


def _own(request: HttpRequest, pk: UUID) -> Dataset:
    found = get_object_or_404(datasets_for(signed_in(request)), pk=pk)
    require_owner(found, signed_in(request))
    return found


def _told(made: Steered) -> str:
    """What was done, and which columns could not take it."""
    told = f"{made.changed} column{'' if made.changed == 1 else 's'} changed."
    if not made.left:
        return told
    named = ", ".join(made.left[:_MOST_NAMED]) + (" and more" if len(made.left) > _MOST_NAMED else "")
    return f"{told} As they were, since it does not fit them or would leave identifiers: {named}."
