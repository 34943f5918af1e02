"""Home, "what needs me now" for each role a person has, and the list of reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from generation.permissions import remember_shares
from reviews.engine.acceptance.progress import Progress
from reviews.models import Review
from reviews.pages.desk.page import way_in
from reviews.pages.home.needs import action_of, awaited_by, open_reviews, standstills_for, waiting_for
from reviews.pages.home.others import at_work, lost, releases_of, waiting_for_others
from reviews.pages.trail.views import trail_facts
from reviews.permissions import desk_reviews_for, flag_reviews_for, reviews_for
from reviews.repositories.progress import progress_in
from reviews.repositories.queue import waiting_in
from reviews.repositories.standings import standings_in
from reviews.stages.adjudicate import flags_in
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.people.directory.page import directory_needs
from synthportal.people.messages.standing import standing_notices
from synthportal.roles import Role, has_role
from synthportal.trail.verification import standing
from synthportal.web.lists import page_links

PER_PAGE = 20
NEWS = 8  # lines of the feed


@login_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What waits for this person."""
    person = signed_in(request)
    remember_shares(person)
    found = open_reviews(person, reviews_for(person))
    waiting = waiting_for(person, found)
    heading, releases = releases_of(person)
    context = {
        "waiting": waiting,
        "awaited": awaited_by(person),
        **standstills_for(person, found),
        "others": waiting_for_others(person, found, waiting),
        "live": at_work(person),
        "lost": lost(person),
        "releases_heading": heading,
        "releases": releases,
        "seeks": has_role(person, Role.ENGINEER),
        "news": person.notices.all()[:NEWS],
        "warnings": standing_notices(person),
        "trail": trail_facts() if has_role(person, Role.AUDITOR) else None,
        "alarm": standing().alarm if has_role(person, Role.AUDITOR, Role.STEWARD) else "",
        "administrator": directory_needs(person) if person.is_administrator else None,
        "is_new": has_role(person, Role.OWNER) and not person.datasets.exists(),
        "has_role": bool(person.roles),
        "action": action_of(person, waiting),
    }
    return render(request, "reviews/home/home.html", context)


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
    judges = has_role(person, Role.ANNOTATOR)
    context = {"lines": lines, "judges": judges, "action": _continue(lines, person), **filters}
    return render(request, "reviews/home/reviews.html", context | page_links(request, page, "review"))


def _lines(found: Any, person: Person) -> list[dict[str, Any]]:
    """The reviews as rows, in as many queries as for one of them."""
    reviews = list(found)
    ids = [review.pk for review in reviews]
    mine, settles = _ids(desk_reviews_for(person), ids), _ids(flag_reviews_for(person), ids)
    progress = progress_in(reviews)
    standings = standings_in(reviews, progress)
    waiting = waiting_in(person, [review for review in reviews if review.pk in mine])
    flags = flags_in(person, [one for one in reviews if one.pk in settles and one.status == Review.Status.OPEN])
    return [
        {
            "review": review,
            "found": progress[review.pk],
            "standing": standings[review.pk] if review.pk not in mine else None,
            "said": _said(review, progress[review.pk], is_inside=review.pk not in mine),
            "waiting": waiting.get(review.pk, 0),
            "flags": flags.get(review.pk, 0),
        }
        for review in reviews
    ]


def _ids(found: QuerySet[Review], among: Sequence[UUID]) -> set[UUID]:
    return set(found.filter(pk__in=among).values_list("pk", flat=True))


def _said(review: Review, found: Progress, *, is_inside: bool) -> str:
    """What can be said so far; "" for who can judge in the review, until it is closed."""
    if review.status == Review.Status.REJECTED:
        return f"{found.rejection}."
    return found.claim.sentence if is_inside else ""


def _continue(lines: list[dict[str, Any]], person: Person) -> dict[str, str] | None:
    """The oldest review on the page in which a record waits for this person."""
    waiting = [line["review"] for line in lines if line["waiting"]]
    return way_in(waiting[-1], person) if waiting else None
