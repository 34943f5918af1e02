"""What an owner says of a dataset, which columns they point out, and what they call a run; after the upload."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generation.models import Column, Dataset
from generation.pages.datasets.forms import DatasetForm
from generation.pages.status.timeline import profile_cost_words
from generation.permissions import datasets_for, owned_by, runs_for
from generation.repositories.tables import labels_of
from generation.stages.changes.describe import Description, describe_dataset, describe_run, why_not_describe
from generation.stages.changes.reread import unnamed_people, why_not_name
from generation.tasks import submit_names
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.templatetags.human import count

FIELDS = Description.__slots__
AFTER = "The file is read again, and a new version of the plan proposed."


class DescribeForm(forms.Form):
    """The fields of the upload that may change later, with the same words."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        fields = DatasetForm().fields
        self.fields |= {name: fields[name] for name in FIELDS}
        self.fields["name"].required, self.fields["name"].help_text = True, "As people will look for it."


class RunForm(forms.Form):
    """What an owner calls a run."""

    title = forms.CharField(required=False, max_length=80)
    remark = forms.CharField(required=False, max_length=2000)


@login_required
def describe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change name, description, prohibited uses and the day of erasure."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person).select_related("owner"), pk=pk)
    posted = request.POST if request.method == "POST" else None
    form = DescribeForm(posted, initial={name: getattr(dataset, name) for name in FIELDS})
    if request.method == "POST" and form.is_valid():
        try:
            describe_dataset(dataset, Description(**form.cleaned_data), by=person)
            messages.success(request, "It is kept. Releases that were signed before keep what was said then.")
            return redirect(f"{reverse('dataset', args=[pk])}#about")
        except Conflict as refused:
            form.add_error(None, list(refused.reasons))
    why_not = why_not_describe(person, dataset)
    context = {
        "form": form,
        "dataset": dataset,
        "crumbs": _crumbs(dataset),
        "action": {"label": "Keep", "form": "describe-form", "why_not": why_not},
    }
    return render(request, "generation/about/describe.html", context, status=422 if form.errors else 200)


class NamesForm(forms.Form):
    """Two of the columns that the file has, or none."""

    target = forms.ChoiceField(
        label="Target column",
        required=False,
        help_text="The column a model shall predict. Without one, utility cannot be measured.",
    )
    person_column = forms.ChoiceField(
        label="Column that names a person",
        required=False,
        help_text="All records of one person stay on one side of the holdout.",
    )

    def __init__(self, dataset: Dataset, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        columns = [(column.name, _column_words(column)) for column in dataset.columns.all()]
        for field in self.fields.values():
            field.choices = [("", "none"), *columns]  # type: ignore[attr-defined]


def _column_words(column: Column) -> str:
    kind = column.sdtype.replace("_", " ")
    return f"{column.label} ({kind}, {count(column.distinct)} different)"


@login_required
def names(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Choose target and person column from those that the file has; its owner alone sees this page."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person).filter(owned_by(person)), pk=pk)
    by_label = {label.casefold(): name for name, label in labels_of(dataset).items()}
    now = {name: by_label.get(getattr(dataset, name).strip().casefold(), "") for name in NamesForm.base_fields}
    if found := unnamed_people(dataset):
        now["person_column"] = found.name
    form = NamesForm(dataset, request.POST if request.method == "POST" else None, initial=now)
    if request.method == "POST" and form.is_valid():
        try:
            must_read = submit_names(dataset, **form.cleaned_data, by=person)
            messages.success(request, AFTER if must_read else "Nothing changed: it was so already.")
            return redirect(f"{reverse('dataset', args=[pk])}#plan")
        except Conflict as refused:
            form.add_error(None, list(refused.reasons))
    context = {
        "form": form,
        "dataset": dataset,
        "crumbs": _crumbs(dataset),
        "why_not": why_not_name(dataset),
        "cost": profile_cost_words(dataset),
        "action": {"label": "Read the file again", "form": "names-form", "why_not": why_not_name(dataset)},
    }
    return render(request, "generation/about/names.html", context, status=422 if form.errors else 200)


def _crumbs(dataset: Dataset) -> list[dict[str, str]]:
    return [
        {"label": "Datasets", "url": reverse("datasets")},
        {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
    ]


@login_required
@require_POST
def run_describe(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what a run is called, and the note on it."""
    run = get_object_or_404(runs_for(signed_in(request)).select_related("dataset"), pk=pk)
    form = RunForm(request.POST)
    if not form.is_valid():
        raise Conflict("A name has at most 80 characters, a note 2,000.")
    describe_run(run, **form.cleaned_data, by=signed_in(request))
    messages.success(request, "It is kept.")
    return redirect(f"{reverse('run', args=[pk])}#about")
