"""Pages of technology maps: ask for one, follow it, cancel it, look."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_POST

from generation.models import TechnologyMap
from generation.pages.comparisons.technologies.page import is_at_work, live_words, technologies_context
from generation.permissions import datasets_for, technology_maps_for
from generation.stages.measure.weigh import cancel_map
from generation.tasks import submit_map
from synthportal.people.accounts.views import signed_in


@login_required
@require_GET
def technologies(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The newest map of a dataset, or what one would tell and cost."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person), pk=pk)
    return render(request, "generation/technologies/technologies.html", technologies_context(dataset, person))


@login_required
@require_POST
def technologies_weigh(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask for a map."""
    person = signed_in(request)
    submit_map(get_object_or_404(datasets_for(person), pk=pk), by=person)
    return redirect("technologies", pk=pk)


def _map(request: HttpRequest, pk: UUID) -> TechnologyMap:
    return get_object_or_404(technology_maps_for(signed_in(request)).select_related("dataset"), pk=pk)


@login_required
@require_GET
def technology_map_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The progress alone; when the work is over the browser is asked for the whole page."""
    found = _map(request, pk)
    if not request.htmx:  # type: ignore[attr-defined]
        return redirect("technologies", pk=found.dataset_id)
    response = render(request, "generation/technologies/_live.html", {"live": live_words(found, signed_in(request))})
    if not is_at_work(found):
        response["HX-Refresh"] = "true"
    return response


@login_required
@require_POST
def technology_map_cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop one that is at work."""
    found = _map(request, pk)
    cancel_map(found, by=signed_in(request))
    messages.success(request, "It is cancelled; its worker stops within seconds.")
    return redirect("technologies", pk=found.dataset_id)
