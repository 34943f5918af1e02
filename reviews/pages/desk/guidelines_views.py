"""What annotators are told of one dataset: a steward writes it, in versions; whoever sees the dataset reads it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from generation.models import Dataset
from generation.permissions import datasets_for
from reviews.engine.reading.judgement import LONGEST_REASON
from reviews.pages.desk.page import GUIDELINES
from reviews.stages.desk.prepare import LONGEST_EXAMPLE, LONGEST_WORDS, MOST_EXAMPLES, MOST_REASONS, write_guidelines
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role

SHOWN = 10  # versions, the newest first


class GuidelinesForm(forms.Form):
    """What is told, and examples: a line each."""

    words = forms.CharField(
        label="What to know of these records",
        required=False,
        max_length=LONGEST_WORDS,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What is ordinary here, what is not, and who to ask. Never paste a record.",
    )
    flags = forms.CharField(
        label="Good flags",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=f"What is a leak here: a line each, at most {MOST_EXAMPLES} of {LONGEST_EXAMPLE} characters. "
        "Describe it, with invented values.",
    )
    false_alarms = forms.CharField(
        label="False alarms",
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="What looks like a leak here and is none: a line each.",
    )

    leakage = forms.CharField(
        label="More reasons for leakage",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text=f"Beside those for all datasets: a line each, at most {MOST_REASONS} of {LONGEST_REASON} characters.",
    )
    unrealistic = forms.CharField(
        label="More reasons for unrealistic",
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Annotators choose them like the others, by the digits from 4 on.",
    )

    @classmethod
    def of(cls, dataset: Dataset) -> GuidelinesForm:
        """The form as the newest version is."""
        now = dataset.guidelines.first()
        if now is None:
            return cls()
        lines = {"flags": "\n".join(now.flags), "false_alarms": "\n".join(now.false_alarms)}
        own = {decision: "\n".join(said) for decision, said in now.reasons.items()}
        return cls(initial={"words": now.words, **lines, **own})

    def said(self) -> dict[str, Any]:
        """What the verb takes; only for a valid form."""
        lines = {name: self.cleaned_data[name].splitlines() for name in ("flags", "false_alarms")}
        reasons = {decision: self.cleaned_data[decision].splitlines() for decision in ("leakage", "unrealistic")}
        return {"words": self.cleaned_data["words"], **lines, "reasons": reasons}


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def guidelines(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Read the guidelines; a steward writes a new version."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person), pk=pk)
    if request.method != "POST":
        context = _context(dataset, GuidelinesForm.of(dataset), may_change=has_role(person, Role.STEWARD))
        return render(request, "reviews/guidelines/guidelines.html", context)
    form = GuidelinesForm(request.POST)
    if form.is_valid():
        try:
            write_guidelines(dataset, **form.said(), by=person)
        except Conflict as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, "The guidelines are kept. Whoever opens the desk from now on reads them.")
            return redirect("guidelines", pk=pk)
    return render(request, "reviews/guidelines/guidelines.html", _context(dataset, form, may_change=True), status=422)


def _context(dataset: Dataset, form: GuidelinesForm, *, may_change: bool) -> dict[str, Any]:
    versions = list(dataset.guidelines.select_related("by")[:SHOWN])
    return {
        "title": "Guidelines",
        "dataset": dataset,
        "form": form,
        "may_change": may_change,
        "general": GUIDELINES,
        "own": versions[0] if versions else None,
        "versions": versions,
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
    }
