"""What only people know of a dataset: about its source, and what its columns mean. Goes onto the cards of releases."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generation.engine.profiling.about import unanswered
from generation.models import Dataset
from generation.pages.datasets.about.forms import AboutForm, DictionaryForm, typed_words
from generation.permissions import datasets_for, owns
from generation.repositories.tables import labels_of
from generation.stages.declare import describe_columns, dictionary_from, state_about
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in


@login_required
def about(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read what is said about a source; its owner changes it."""
    dataset = _dataset(request, pk)
    if request.method != "POST":
        return render(request, "generation/about/about.html", _context(request, dataset))
    form = AboutForm(request.POST)
    try:
        if form.is_valid():
            state_about(dataset, form.answers(), by=signed_in(request))
            messages.success(request, "It is kept. Releases that were signed before keep what was said then.")
            return redirect("about", pk=pk)
    except Conflict as refused:
        form.add_error(None, list(refused.reasons))
    return render(request, "generation/about/about.html", _context(request, dataset) | {"form": form}, status=422)


@login_required
@require_POST
def dictionary(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Keep what was typed into the table of columns, then what was pasted."""
    dataset, form = _dataset(request, pk), DictionaryForm(request.POST)
    typed = typed_words(request.POST, list(labels_of(dataset)))
    try:
        if form.is_valid():
            describe_columns(dataset, typed, by=signed_in(request))
            dataset.refresh_from_db()
            describe_columns(dataset, dictionary_from(form.cleaned_data["dictionary"]), by=signed_in(request))
            messages.success(request, "The dictionary is kept.")
            return redirect("about", pk=pk)
    except Conflict as refused:
        form.add_error(None, list(refused.reasons))
    context = _context(request, dataset) | {"dictionary_form": form, "columns": _columns(dataset, typed)}
    return render(request, "generation/about/about.html", context, status=422)


def _dataset(request: HttpRequest, pk: UUID) -> Dataset:
    return get_object_or_404(datasets_for(signed_in(request)).select_related("owner"), pk=pk)


def _context(request: HttpRequest, dataset: Dataset) -> dict[str, Any]:
    columns = _columns(dataset, {})
    named, may_change = set(labels_of(dataset)), owns(signed_in(request), dataset)
    return {
        "facts": _facts(dataset),
        "action": {"label": "Keep the answers", "form": "about-form", "why_not": []} if may_change else None,
        "dataset": dataset,
        "form": AboutForm(initial=dataset.about),
        "dictionary_form": DictionaryForm(),
        "columns": columns,
        "lost": sorted(set(dataset.choices) - named) if named else [],
        "versions": dataset.abouts.select_related("by")[:20],
        "undescribed": sum(not column["description"] for column in columns),
        "may_change": may_change,
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
    }


def _facts(dataset: Dataset) -> list[str]:
    left, newest = len(unanswered(dataset.about)), dataset.abouts.select_related("by").first()
    facts = [
        "What no machine can know: it goes onto the card of every release signed from now on.",
        f"{left} question{'' if left == 1 else 's'} not answered" if left else "every question is answered",
    ]
    return [*facts, f"version {newest.version} by {newest.by.display_name}"] if newest else facts


def _columns(dataset: Dataset, typed: Any) -> list[dict[str, str]]:
    """The columns with what is said of them, or was just typed."""
    return [
        {"name": name, "label": label, "description": "", "unit": "", "allowed": ""}
        | {key: text for key, text in dataset.choices.get(name, {}).items() if isinstance(text, str)}
        | typed.get(name, {})
        | {"label": label}
        for name, label in labels_of(dataset).items()
    ]
