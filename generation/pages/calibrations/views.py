"""Pages of null runs, planted-leak runs and shadow audits: ask from the run's page, follow, cancel, look."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from generation.models import Calibration
from generation.pages.calibrations.page import calibration_context, is_at_work, live_words
from generation.permissions import calibrations_for, runs_for
from generation.stages.measure.calibrate import RECORDS, cancel_calibration
from generation.tasks import submit_calibration
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in


@login_required
@require_POST
def run_calibrate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a null run, a planted-leak run or a shadow audit of a run."""
    run = get_object_or_404(runs_for(signed_in(request)).select_related("dataset"), pk=pk)
    kind = request.POST.get("kind", "")
    if kind not in Calibration.Kind:
        raise Conflict(f"Ask for one of: {', '.join(Calibration.Kind.values)}.")
    asked = {"repeats": _number(request, "repeats", None), "records": _number(request, "records", RECORDS.default)}
    submit_calibration(run, Calibration.Kind(kind), by=signed_in(request), **asked)
    return redirect(f"{reverse('run', args=[run.pk])}#worth")


def _number(request: HttpRequest, name: str, unsaid: int | None) -> Any:
    """What was typed; -1, which nobody may ask for, where that is no number."""
    typed = request.POST.get(name)
    if not typed:
        return unsaid
    return int(typed) if typed.isdecimal() and len(typed) < 9 else -1


def _calibration(request: HttpRequest, pk: UUID) -> Calibration:
    mine = calibrations_for(signed_in(request)).select_related("run__dataset", "by")
    return get_object_or_404(mine, pk=pk)


@login_required
@require_GET
def calibration(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One null run, planted-leak run or shadow audit: where it is, or what it found."""
    context = calibration_context(_calibration(request, pk), signed_in(request))
    return render(request, "generation/calibrations/calibration.html", context)


@login_required
@require_GET
def calibration_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress alone; when the work is over the browser is asked for the whole page."""
    found = _calibration(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("calibration", pk=pk)
    response = render(request, "generation/calibrations/_live.html", {"live": live_words(found, signed_in(request))})
    if not is_at_work(found):
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def calibration_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop one that is at work."""
    found = _calibration(request, pk)
    cancel_calibration(found, by=signed_in(request))
    messages.success(request, "It is cancelled; its worker stops within seconds.")
    return redirect("run", pk=found.run_id)
