"""What became of one's own verdicts, review by review, once a review is closed."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from reviews.models import Review, Verdict
from reviews.pages.desk.page import reasons_in_words
from reviews.permissions import reviews_for
from synthportal.people.accounts.views import signed_in
from synthportal.web.lists import page_links

PER_PAGE = 50


@login_required
@require_safe
def history(request: HttpRequest) -> HttpResponse:
    """One's own flags in closed reviews, the newest first, and why one was overruled.

    What was confirmed and what nobody settled both stood, be they on a record or on a control: nothing here tells
    which were which.
    """
    person = signed_in(request)
    closed = reviews_for(person).exclude(status=Review.Status.OPEN)
    mine = Verdict.objects.filter(by=person, undone_at__isnull=True, record__review__in=closed)
    flags = mine.exclude(decision=Verdict.Decision.CLEAN).defer("record__sealed")
    joined = ("record__review__run__dataset", "adjudication", "second_look")
    page = Paginator(flags.select_related(*joined).order_by("-created_at", "-pk"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "title": "My flags, and what became of them",
        "facts": [f"{mine.count():,} verdicts of yours in reviews that are closed"],
        "crumbs": [{"label": "Reviews", "url": reverse("reviews")}],
        "lines": [_line(one) for one in page.object_list],
    }
    return render(request, "reviews/guidelines/history.html", context | page_links(request, page, "flag"))


def _line(verdict: Verdict) -> dict[str, Any]:
    settled, look = getattr(verdict, "adjudication", None), getattr(verdict, "second_look", None)
    overruled = settled is not None and not settled.is_leak
    return {
        "verdict": verdict,
        "run": verdict.record.review.run,
        "position": verdict.record.position,
        "reasons": reasons_in_words(verdict),
        "overruled": overruled,
        "looked": look.get_decision_display() if look else "",
        "why": settled.note if settled and overruled else "",
    }
