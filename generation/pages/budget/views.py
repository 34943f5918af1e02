"""The page of the privacy budget: a steward sets the limit of a source."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.http import require_POST

from generation.pages.budget.forms import BudgetForm
from generation.permissions import datasets_for
from generation.stages.govern import change_limit
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in


@login_required
@require_POST
def dataset_budget(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Set the limit of the dataset's source."""
    person, form = signed_in(request), BudgetForm(request.POST)
    found = get_object_or_404(datasets_for(person), pk=pk)
    if not form.is_valid():
        raise Conflict("Give a number as the limit, and a reason.")
    change_limit(found, form.cleaned_data["limit"], reason=form.cleaned_data["reason"], by=person)
    messages.success(request, "The limit is set, and stands in the ledger with its reason.")
    return redirect("dataset", pk=pk)
