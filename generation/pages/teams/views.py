"""Teams, for administrators: who works on which datasets."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from generation.models import Team
from generation.pages.teams.forms import TeamForm
from generation.stages.team import change_team
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in


@login_required
def teams(request: HttpRequest) -> HttpResponse:
    """All teams; POST makes one."""
    return _page(request, None)


@login_required
def team(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One team; POST changes it."""
    _administrator(request)
    return _page(request, get_object_or_404(Team, pk=pk))


def _administrator(request: HttpRequest) -> Person:
    person = signed_in(request)
    if not person.is_staff:
        raise Http404
    return person


def _page(request: HttpRequest, one: Team | None) -> HttpResponse:
    person, form = _administrator(request), TeamForm(request.POST or None, team=one)
    if request.method == "POST" and form.is_valid():
        try:
            kept = change_team(one, **form.asked(), by=person)
        except Conflict as refused:
            form.add_error(None, list(refused.reasons))
        else:
            messages.success(request, f"The team {kept.name} is saved. It holds from now on.")
            return redirect("teams")
    context = {"form": form, "team": one, "teams": Team.objects.prefetch_related("members", "datasets")}
    status = 422 if request.method == "POST" else 200
    return render(request, "people/teams.html", context, status=status)
