"""The page that compares runs of a dataset, and the way there from the list of all runs."""

from __future__ import annotations

from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from generation.pages.comparisons.page import MOST, comparison_context
from generation.permissions import datasets_for, runs_for
from synthportal.people.accounts.views import signed_in


@login_required
@require_GET
def comparison(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Two or more runs of a dataset side by side (?run=1&run=3)."""
    dataset = get_object_or_404(datasets_for(signed_in(request)), pk=pk)
    return render(request, "generation/comparisons/comparison.html", comparison_context(dataset, request.GET))


@login_required
@require_GET
def runs_compare(request: HttpRequest) -> HttpResponse:
    """From ticked runs of the list (?run=id) to the page of their dataset; they must be of one."""
    wanted = [one for one in request.GET.getlist("run")[: 4 * MOST] if _is_uuid(one)]
    runs = list(runs_for(signed_in(request)).filter(pk__in=wanted).order_by("number"))
    datasets = {run.dataset_id for run in runs}
    if len(datasets) != 1:
        told = "Tick two or more runs of one dataset." if not datasets else "These runs are of different datasets."
        messages.warning(request, f"{told} Only runs from the same source can be compared.")
        return redirect("runs")
    query = urlencode([("run", run.number) for run in runs])
    return redirect(f"{reverse('comparison', args=[datasets.pop()])}?{query}")


def _is_uuid(typed: str) -> bool:
    try:
        UUID(typed)
    except ValueError:
        return False
    return True
