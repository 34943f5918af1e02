"""How a model did on the tasks of a run: its log is read and not kept; failures by cell, and the next suite."""

from __future__ import annotations

import json
from typing import Any
from uuid import UUID

from django import forms
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from generation.engine.errors import EngineError
from generation.engine.llm.suites.results import failed_cells, failures, is_failure, read_results
from generation.engine.llm.suites.task import Suite
from generation.models import GenerationRun
from generation.permissions import owns, runs_for
from generation.repositories.judged.suites import holds_suite, suite_of
from generation.tasks import submit_next_suite
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role
from synthportal.storage.keys import unwrap
from synthportal.storage.uploads import Most, SealedUpload, takes_file
from synthportal.storage.vault import open_sealed

MOST = Most(64 * 2**20, "A log of results has at most 64 MiB.")
MORE = 50


class ResultsForm(forms.Form):
    """A log, and the two dimensions that failures are shown by."""

    file = forms.FileField(
        label="Results",
        widget=forms.FileInput(attrs={"class": "drop"}),
        help_text="A log of Inspect (.eval or JSON), or samples of lm-eval (JSON Lines). It is read once and not kept.",
        error_messages={"required": "Choose a file.", "empty": "The file is empty (0 bytes)."},
    )
    one = forms.ChoiceField(label="Down", required=False)
    other = forms.ChoiceField(label="Across", required=False)

    def __init__(self, *args: Any, dimensions: list[str], refused: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("one", "other"):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)  # noqa: S101 - declared above
            field.choices = [(dimension, dimension) for dimension in dimensions]
        self.fields["other"].initial = dimensions[1]
        if refused:
            self.fields["file"].error_messages["required"] = refused


@takes_file(Role.OWNER, most=MOST)
@login_required
def results(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form; the heat map of a log; or the next suite, from the cells that failed in it."""
    person = signed_in(request)
    run = get_object_or_404(runs_for(person).select_related("dataset", "plan"), pk=pk)
    if not holds_suite(run):
        raise Http404
    suite = suite_of(run)
    if "failed" in request.POST:
        return _next(request, run, person)
    posted = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    refused = getattr(request, "upload_refused", "")
    form = ResultsForm(*posted, dimensions=list(suite.tasks[0].cell), refused=refused)
    context = _context(run, person) | {"form": form} | (_read(form, suite) if form.is_bound else {})
    return render(request, "generation/runs/results/results.html", context, status=422 if form.errors else 200)


def _next(request: HttpRequest, run: GenerationRun, person: Person) -> HttpResponse:
    more = request.POST.get("more", "")
    try:
        cells = json.loads(request.POST["failed"])
    except (ValueError, RecursionError):
        raise Conflict("The cells that failed cannot be read. Upload the results again.") from None
    wanted = int(more) if more.isascii() and more.isdigit() and len(more) < 6 else 0
    return redirect("run", pk=submit_next_suite(run, cells, wanted, by=person).pk)


def _read(form: ResultsForm, suite: Suite) -> dict[str, Any]:
    """What the log says of the suite; {} with the reason on the form where it says nothing."""
    if not form.is_valid():
        return {}
    file: SealedUpload = form.cleaned_data["file"]
    try:
        with open_sealed(unwrap(file.key_id), file.sha256) as log:
            scores = read_results(log.read())
        if not set(scores) & {task.id for task in suite.tasks}:
            raise Conflict("None of the results is of a task of this run.")
        return _shown(form, suite, scores)
    except EngineError as error:
        form.add_error("file", error.sentence)
    except Conflict as error:
        form.add_error("file", list(error.reasons))
    return {}


def _shown(form: ResultsForm, suite: Suite, scores: dict[str, float]) -> dict[str, Any]:
    dimensions = list(suite.tasks[0].cell)
    one, other = form.cleaned_data["one"] or dimensions[0], form.cleaned_data["other"] or dimensions[1]
    found = failures(suite, scores, one, other)
    down, across = (list(dict.fromkeys(task.cell[name] for task in suite.tasks)) for name in (one, other))
    failed = failed_cells(suite, scores)
    return {
        "one": one,
        "other": other,
        "across": across,
        "rows": [{"label": row, "cells": [_cell(found.get((row, column))) for column in across]} for row in down],
        "scored": sum(task.id in scores for task in suite.tasks),
        "failures": sum(is_failure(task, scores) for task in suite.tasks),
        "failed": json.dumps([dict(cell) for cell in failed]),
        "cells": len(failed),
        "more": MORE,
    }


def _cell(result: Any) -> dict[str, Any]:
    """A cell of the heat map: in ten tints by the share that failed; none where no task has a result."""
    if result is None or not result.tasks:
        return {"tint": "none", "words": "–"}
    return {"tint": min(9, int(result.share * 10)), "words": f"{result.failed} of {result.tasks}"}


def _context(run: GenerationRun, person: Person) -> dict[str, Any]:
    return {
        "run": run,
        "is_owner": owns(person, run.dataset),
        "title": "How a model did on these tasks",
        "crumbs": [
            {"label": "Runs", "url": reverse("runs")},
            {"label": str(run), "url": reverse("run", args=[run.pk])},
        ],
    }
