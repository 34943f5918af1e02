"""Home, "what needs me now" for each role a person has, and the list of reviews."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.desk import way_in
from reviews.models import Review
from reviews.needs import needs_of
from reviews.pages import page_links
from reviews.permissions import desk_reviews_for, flag_reviews_for, reviews_for
from reviews.progress import progress_of
from reviews.queue import waiting_for
from reviews.stages.review import flags_for
from synthportal.models import Person
from synthportal.views import signed_in

PER_PAGE = 20


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person."""
    needs = needs_of(signed_in(request))
    action = next((need["action"] for need in needs if need.get("action")), None)
    return render(request, "reviews/home.html", {"needs": needs, "action": action})


@login_required
@require_safe
def reviews(request: HttpRequest) -> HttpResponse:
    """The reviews this person sees, newest first."""
    person, sought, status = signed_in(request), request.GET.get("q", "").strip(), request.GET.get("status", "")
    found = reviews_for(person).select_related("run__dataset").order_by("-created_at")
    found = found.filter(run__dataset__name__icontains=sought) if sought else found
    found = found.filter(status=status) if status in Review.Status.values else found
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    lines = _lines(page.object_list, person)
    filters = {"q": sought, "status": status, "statuses": Review.Status.values}
    context = {"lines": lines, "action": _continue(lines, person), **filters}
    return render(request, "reviews/reviews.html", context | page_links(request, page, "reviews"))


def _lines(found: Any, person: Person) -> list[dict[str, Any]]:
    mine, settles = _ids(desk_reviews_for(person)), _ids(flag_reviews_for(person))
    return [_line(review, person, review.pk in mine, review.pk in settles) for review in found]


def _ids(found: QuerySet[Review]) -> set[Any]:
    return set(found.values_list("pk", flat=True))


def _line(review: Review, person: Person, is_mine: bool, settles: bool) -> dict[str, Any]:
    found = progress_of(review)
    is_open = review.status == Review.Status.OPEN
    return {
        "review": review,
        "found": found,
        "inside": not is_mine,
        "waiting": waiting_for(person, review) if is_mine else 0,
        "flags": flags_for(person, review).count() if settles and is_open else 0,
    }


def _continue(lines: list[dict[str, Any]], person: Person) -> dict[str, str] | None:
    """The oldest review on the page in which a record waits for this person."""
    waiting = [line["review"] for line in lines if line["waiting"]]
    return way_in(waiting[-1], person) if waiting else None
