"""Five records to practise on before the first real one: what was decided is answered at once, and nothing is kept
of it but that somebody practised."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from reviews.engine.reading.practice import EXERCISES
from reviews.models import Verdict
from reviews.pages.desk.card import Reading, shown_record
from reviews.permissions import desk_reviews_for
from reviews.stages.desk.prepare import finish_practice
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in

SAID = "practice"  # in the session: the decisions so far, by review


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def practice(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The next record, with what is to be said of the one before; GET begins anew."""
    person = signed_in(request)
    review = get_object_or_404(desk_reviews_for(person).select_related("run__dataset"), pk=pk)
    said: list[str] = request.session.get(SAID, {}).get(str(pk), []) if request.method == "POST" else []
    answer = ""
    if request.method == "POST" and len(said) < len(EXERCISES):
        decision = request.POST.get("verdict", "")
        if decision not in Verdict.Decision.values:
            raise Conflict("A verdict is clean, leakage or unrealistic.")
        answer, said = EXERCISES[len(said)].answer(decision), [*said, decision]
        if len(said) == len(EXERCISES):
            finish_practice(review, right=_right(said), of=len(EXERCISES), by=person)
    request.session[SAID] = {str(pk): said}
    context = {"review": review, "title": str(review.run), "answer": answer, **_step(said)}
    return render(request, "reviews/guidelines/practice.html", context)


def _right(said: list[str]) -> int:
    return sum(one == exercise.decision for one, exercise in zip(said, EXERCISES, strict=False))


def _step(said: list[str]) -> dict[str, Any]:
    """The record that is shown, or how it ended; and whether the last answer was right."""
    place = len(said)
    was_right = bool(said) and said[-1] == EXERCISES[place - 1].decision
    step: dict[str, Any] = {"place": place + 1, "of": len(EXERCISES), "right": _right(said), "was_right": was_right}
    if place == len(EXERCISES):
        return step | {"is_over": True}
    choices = [{"value": one.value, "label": one.label} for one in Verdict.Decision]
    shown = shown_record(EXERCISES[place].content, Reading())
    return step | {"card": {"position": place + 1, "shown": shown}, "choices": choices, "is_read_only": True}
