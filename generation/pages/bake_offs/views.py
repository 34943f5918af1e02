"""Pages of bake-offs: ask for one, follow it, take one of its runs to review."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from generation.models import BakeOff
from generation.pages.bake_offs.form import BakeOffForm
from generation.pages.bake_offs.page import bake_off_context, live_context, statuses
from generation.pages.runs.request_views import posted, requested
from generation.permissions import bake_offs_for, datasets_for, runs_for
from generation.repositories.bake_offs import runs_of
from generation.stages.compare import cancel_bake_off
from generation.tasks import submit_bake_off, submit_choice
from synthportal.people.accounts.views import signed_in


@login_required
def bake_off_new(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The form of a bake-off: that of a new run, with several synthesizers."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person), pk=pk)
    form = BakeOffForm(posted(request), dataset=dataset)
    return requested(
        request, form, lambda: redirect("bake_off", pk=submit_bake_off(dataset, form.wanted(), by=person).pk)
    )


def _bake_off(request: HttpRequest, pk: UUID) -> BakeOff:
    return get_object_or_404(bake_offs_for(signed_in(request)).select_related("dataset", "by"), pk=pk)


@login_required
@require_GET
def bake_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Its runs live; when all are over, where they lie and which one to take."""
    return render(
        request, "generation/bake_offs/bake_off.html", bake_off_context(_bake_off(request, pk), signed_in(request))
    )


@login_required
@require_GET
def bake_off_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The runs alone; when one has moved on, or none is at work, the browser is asked for the whole page."""
    found = _bake_off(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("bake_off", pk=pk)
    runs = runs_of(found)
    context = live_context(found, signed_in(request), runs)
    response = render(request, "generation/bake_offs/_live.html", context)
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
