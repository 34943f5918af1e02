"""The page of a column's written exceptions: a steward lets its direct identifiers stay, or takes that back."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from generation.models import Dataset
from generation.pages.datasets.exceptions.forms import ExceptionForm
from generation.permissions import datasets_for
from generation.repositories.minimisation.exceptions import standing_exceptions
from generation.repositories.tables import labels_of
from generation.stages.govern import why_not_except, write_exception
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in


@login_required
def written_exception(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Read the exceptions of a column, and write one."""
    dataset = get_object_or_404(datasets_for(signed_in(request)), pk=pk)
    if name not in labels_of(dataset):
        raise Http404
    form = ExceptionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and _written(request, form, dataset, name):
        return redirect("dataset", pk=pk)
    context = _context(request, dataset, name, form)
    return render(request, "generation/exceptions/exception.html", context, status=422 if form.is_bound else 200)


def _written(request: HttpRequest, form: ExceptionForm, dataset: Dataset, name: str) -> bool:
    is_granted = request.POST.get("is_granted") == "yes"
    if not form.is_valid():
        return False
    try:
        write_exception(dataset, name, reason=form.cleaned_data["reason"], is_granted=is_granted, by=signed_in(request))
    except Conflict as refused:
        form.add_error(None, list(refused.reasons))
        return False
    done = "The exception is written" if is_granted else "The exception is taken back"
    messages.success(request, f"{done}, and stands in the trail with its reason.")
    return True


def _context(request: HttpRequest, dataset: Dataset, name: str, form: ExceptionForm) -> dict[str, Any]:
    return {
        "dataset": dataset,
        "name": name,
        "label": labels_of(dataset)[name],
        "form": form,
        "standing": standing_exceptions(dataset).get(name),
        "history": dataset.exceptions.filter(column=name).select_related("by").order_by("-pk"),
        "why_not": why_not_except(signed_in(request), dataset),
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
    }
