"""Pages of bake-offs: ask for one, follow it, take one of its runs to review."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from generation.bake_off_form import BakeOffForm
from generation.bake_off_page import bake_off_context, bake_off_new_context, live_context, runs_of, statuses
from generation.models import BakeOff
from generation.permissions import bake_offs_for, datasets_for, runs_for
from generation.stages.bake_off import cancel_bake_off
from generation.tasks import submit_bake_off, submit_choice
from synthportal.errors import Conflict
from synthportal.views import signed_in


@login_required
def bake_off_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a bake-off; it also stands on the dataset's page."""
    dataset = get_object_or_404(datasets_for(signed_in(request)), pk=pk)
    form = BakeOffForm(request.POST if request.method == "POST" else None, dataset=dataset)
    if form.is_valid():
        try:
            return redirect("bake_off", pk=submit_bake_off(dataset, form.wanted(), by=signed_in(request)).pk)
        except Conflict as refused:
            form.add_error(None, list(refused.reasons))
    context = bake_off_new_context(dataset, form, signed_in(request))
    return render(request, "generation/bake_off_new.html", context, status=422 if form.is_bound else 200)


def _bake_off(request: HttpRequest, pk: UUID) -> BakeOff:
    return get_object_or_404(bake_offs_for(signed_in(request)).select_related("dataset", "by"), pk=pk)


@login_required
@require_GET
def bake_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its runs live; when all are over, where they lie and which one to take."""
    return render(request, "generation/bake_off.html", bake_off_context(_bake_off(request, pk), signed_in(request)))


@login_required
@require_GET
def bake_off_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The runs alone; when one has moved on, or none is at work, the browser is asked for the whole page."""
    found = _bake_off(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("bake_off", pk=pk)
    runs = runs_of(found)
    context = live_context(found, signed_in(request), runs)
    response = render(request, "generation/_bake_off_live.html", context)
    if request.GET.get("seen") != statuses(runs) or not context["poll_url"]:
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def bake_off_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Cancel the runs that are not over."""
    cancel_bake_off(_bake_off(request, pk), by=signed_in(request))
    messages.success(request, "Its runs that were not over are cancelled; those that were evaluated stay.")
    return redirect("bake_off", pk=pk)


@login_required
@require_POST
def run_take(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take a run of a bake-off to review."""
    run = get_object_or_404(runs_for(signed_in(request)).select_related("dataset"), pk=pk)
    submit_choice(run, by=signed_in(request))
    messages.success(request, "Taken to review: its sample is being drawn.")
    return redirect("run", pk=pk)
