"""Two versions of a suite beside each other: tasks added, gone and changed, cells that moved, shares by tag."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from generation.engine.llm.suites.task import Suite, Task
from generation.engine.llm.suites.versions import Difference, difference
from generation.models import GenerationRun
from generation.permissions import runs_for
from generation.repositories.judged.suites import earlier_suites, holds_suite, suite_of
from synthportal.people.accounts.views import signed_in

LONGEST_LIST = 200


@login_required
@require_GET
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What changed in the tasks of a run since those of another (?since=), by default of the one before."""
    seen = runs_for(signed_in(request)).select_related("dataset")
    run = get_object_or_404(seen, pk=pk)
    if not holds_suite(run):
        raise Http404
    others = [one for one in earlier_suites(run) if one.pk in set(seen.values_list("pk", flat=True))]
    asked = request.GET.get("since", "")
    since = next((one for one in others if str(one.pk) == asked), None if asked else next(iter(others), None))
    if asked and since is None:
        raise Http404
    context = _frame(run, others, since) | (_compared(suite_of(since), suite_of(run)) if since else {})
    return render(request, "generation/runs/results/changes.html", context)


def _frame(run: GenerationRun, others: list[GenerationRun], since: GenerationRun | None) -> dict[str, Any]:
    return {
        "run": run,
        "since": since,
        "others": others,
        "title": "What changed in the suite",
        "crumbs": [
            {"label": "Runs", "url": reverse("runs")},
            {"label": str(run), "url": reverse("run", args=[run.pk])},
        ],
    }


def _compared(old: Suite, new: Suite) -> dict[str, Any]:
    found = difference(old, new)
    tasks = {task.id: task for suite in (old, new) for task in suite.tasks}
    lists = {"added": found.added, "gone": found.removed, "changed": found.changed}
    return {
        "found": found,
        "lists": [
            {
                "name": name,
                "count": len(ids),
                "tasks": [_line(tasks[one], found) for one in ids[:LONGEST_LIST]],
                "left": max(0, len(ids) - LONGEST_LIST),
            }
            for name, ids in lists.items()
        ],
        "cells": sorted(found.cells, key=lambda cell: -abs(cell.more)),
        "tags": found.tags,
    }


def _line(task: Task, found: Difference) -> dict[str, str]:
    """A task by its id and cell: its words leave by the desk and the release alone."""
    parts = ", ".join(part.replace("_", " ") for part in found.parts.get(task.id, ()))
    return {"id": task.id, "cell": task.cell_key, "parts": parts}
