"""What an owner says of a dataset and calls a run, changed after the upload."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST

from generation.pages.datasets.forms import DatasetForm
from generation.permissions import datasets_for, runs_for
from generation.stages.changes.describe import Description, describe_dataset, describe_run, why_not_describe
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in

FIELDS = Description.__slots__


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
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[pk])},
        ],
        "action": {"label": "Keep", "form": "describe-form", "why_not": why_not},
    }
    return render(request, "generation/datasets/describe.html", context, status=422 if form.errors else 200)


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
