"""The page of one column: some of its cells as they stand, what they are read as, and what its owner says it is."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generation.models import Dataset
from generation.pages.datasets.columns.findings import found_in_column
from generation.pages.datasets.columns.forms import ColumnForm, initial_of
from generation.pages.status.timeline import profile_cost_words
from generation.permissions import datasets_for, owned_by
from generation.repositories.tables import labels_of
from generation.stages.changes.reread import preview_column, why_not_reread
from generation.stages.minimise import why_not_plan
from generation.tasks import submit_columns, submit_overruling, submit_restoring
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in


@login_required
def column(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Look at a column and decide what it is."""
    dataset, label = _column(request, pk, name)
    if request.method != "POST":
        form = ColumnForm(initial=initial_of(dataset.choices.get(name, {})))
        return render(request, "generation/columns/column.html", _context(request, dataset, name, label, form))
    form = ColumnForm(request.POST)
    if _saved(request, form, dataset, name, label):
        return redirect("dataset", pk=pk)
    context = _context(request, dataset, name, label, form)
    return render(request, "generation/columns/column.html", context, status=422)


@login_required
@require_POST
def column_preview(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """The part of the page that shows what the choice makes of the cells."""
    dataset, label = _column(request, pk, name)
    context = _context(request, dataset, name, label, ColumnForm(request.POST))
    is_part = bool(request.htmx)  # type: ignore[attr-defined]
    return render(request, f"generation/columns/{'_preview' if is_part else 'column'}.html", context)


@login_required
@require_POST
def column_finding(request: HttpRequest, pk: UUID, name: str) -> HttpResponse:
    """Overrule a finding of a column, or take it back. What is refused stays on the page as it was typed."""
    dataset, label = _column(request, pk, name)
    try:
        said = _overruled(request, dataset, name)
    except Conflict as refused:
        form = ColumnForm(initial=initial_of(dataset.choices.get(name, {})))
        context = _context(request, dataset, name, label, form)
        context |= found_in_column(dataset, name, request.POST.dict(), list(refused.reasons))
        return render(request, "generation/columns/column.html", context, status=422)
    messages.success(request, f"{said} The profile is made again, and a new version of the plan proposed.")
    return redirect("dataset", pk=pk)


def _overruled(request: HttpRequest, dataset: Dataset, name: str) -> str:
    """What was done, in a sentence."""
    person, entity = signed_in(request), request.POST.get("entity", "")
    if "restore" in request.POST:
        submit_restoring(dataset, name, entity, by=person)
        return "It is taken back: the finding stands again."
    reason, knows = request.POST.get("reason", ""), "although_validated" in request.POST
    submit_overruling(dataset, name, entity, reason=reason, although_validated=knows, by=person)
    return "The finding is overruled."


def _column(request: HttpRequest, pk: UUID, name: str) -> tuple[Dataset, str]:
    """A column of a dataset of one's own: nobody else sees cells of a source. 404 otherwise."""
    dataset = get_object_or_404(datasets_for(signed_in(request)).filter(owned_by(signed_in(request))), pk=pk)
    if name not in (labels := labels_of(dataset)):
        raise Http404
    return dataset, labels[name]


def _saved(request: HttpRequest, form: ColumnForm, dataset: Dataset, name: str, label: str) -> bool:
    if not form.is_valid():
        return False
    try:
        must_read = submit_columns(dataset, {name: form.choice()}, by=signed_in(request))
    except Conflict as refused:
        form.add_error(None, list(refused.reasons))
        return False
    after = "The file is read again, and a new version of the plan proposed." if must_read else "It is kept."
    messages.success(request, f"{label} is decided. {after}")
    return True


def _context(request: HttpRequest, dataset: Dataset, name: str, label: str, form: ColumnForm) -> dict[str, Any]:
    preview, wrong = None, list[str]()
    said = form.choice() if form.is_bound and form.is_valid() else dataset.choices.get(name, {})
    try:
        preview = preview_column(dataset, name, said, by=signed_in(request))
    except Conflict as refused:
        wrong = list(refused.reasons)
    facts = next(each for each in dataset.file_facts["columns"] if each["name"] == name)
    return {
        "dataset": dataset,
        "name": name,
        "label": label,
        "form": form,
        "preview": preview,
        "wrong": wrong,
        "facts": facts,
        "why_not": why_not_reread(dataset),
        "why_not_plan": why_not_plan(dataset),
        "cost": profile_cost_words(dataset),
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        **found_in_column(dataset, name),
    }
