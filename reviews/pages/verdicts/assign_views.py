"""Ask somebody to judge in a review by a day, and end that."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from reviews.models import Assignment
from reviews.pages.verdicts.assignments import day_from
from reviews.pages.verdicts.views import of_steward, people_context
from reviews.stages.desk.prepare import end_assignment
from reviews.tasks import submit_assignment
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.web.refusals import refuse


@login_required
@require_POST
def assign(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask a person; they are told."""
    review, typed = of_steward(request, pk), request.POST
    key = typed.get("person", "")
    person = get_object_or_404(Person, pk=int(key) if key.isascii() and key.isdecimal() and len(key) < 10 else 0)
    try:
        submit_assignment(review, person, due=day_from(typed.get("due", "")), by=signed_in(request))
    except Conflict as conflict:
        refuse(request, conflict)
        again = {"assign_errors": conflict.reasons, "assign_person": person.pk, "assign_due": typed.get("due", "")}
        return render(request, "reviews/verdicts/people.html", people_context(review) | again, status=409)
    messages.success(request, f"{person.display_name} is asked, and told.")
    return redirect("review_people", pk=pk)


@login_required
@require_POST
def end(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Ask it of them no more."""
    assignment = get_object_or_404(Assignment.objects.select_related("person", "review"), pk=pk)
    review = of_steward(request, assignment.review_id)
    end_assignment(assignment, by=signed_in(request))
    messages.success(request, f"{assignment.person.display_name} is asked no more.")
    return redirect("review_people", pk=review.pk)
