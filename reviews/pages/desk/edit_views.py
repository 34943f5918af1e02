"""Editing a text of a record at the desk, and making preference pairs of the edits once the review is over."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache

from generation.permissions import runs_for
from reviews.models import Edit, Review, ReviewRecord
from reviews.pages.desk.page import token_from
from reviews.permissions import may_see
from reviews.stages.desk.edit import edit_record, gather_pairs, texts_to_edit, why_not_pairs
from reviews.stages.review import require_holder
from reviews.tasks import submit_pairs
from synthportal.errors import Conflict
from synthportal.people.accounts.views import signed_in


@login_required
@never_cache
def edit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The texts of a record that this person holds, each to be edited; a POST keeps one edit."""
    person = signed_in(request)
    records = ReviewRecord.objects.select_related("review__run__dataset")
    record = get_object_or_404(records, pk=pk)
    if not may_see(person, record.review):
        raise Http404
    require_holder(record, person)
    refused, place = [], request.POST.get("place", "")
    if request.method == "POST":
        try:
            number = int(place) if place.isascii() and place.isdigit() and len(place) < 6 else -1
            edit_record(record, number, request.POST.get("text", ""), token=token_from(request.POST), by=person)
            messages.success(request, "The edit is kept beside the record. Judge the record as it stands.")
            return redirect("desk", pk=record.review_id)
        except Conflict as conflict:
            refused = list(conflict.reasons)
    texts = [
        {"text": one, "typed": request.POST.get("text", "") if str(one.place) == place else one.text}
        for one in texts_to_edit(record)
    ]
    if not texts:
        raise Http404
    context = {"record": record, "texts": texts, "refused": refused, "title": f"Edit record {record.position}"}
    return render(request, "reviews/desk/edits/edit.html", context, status=422 if refused else 200)


@login_required
def edits(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What the edits of a run's review give, in numbers; a POST of the owner makes them a dataset of pairs."""
    person = signed_in(request)
    run = get_object_or_404(runs_for(person).select_related("dataset", "plan"), pk=pk)
    review = Review.objects.filter(run=run).select_related("run__dataset", "run__plan").order_by("-created_at").first()
    if review is None:
        raise Http404
    if request.method == "POST":
        return redirect("dataset", pk=submit_pairs(review, by=person).pk)
    return render(request, "reviews/desk/edits/edits.html", _edits_context(review, why_not_pairs(review, person)))


def _edits_context(review: Review, why_not: list[str]) -> dict[str, Any]:
    made = getattr(review.run, "pairs", None)
    return {
        "run": review.run,
        "title": "Edits at the desk",
        "count": Edit.objects.filter(record__review=review).count(),
        "found": None if why_not else gather_pairs(review),
        "why_not": why_not,
        "made": made,
        "crumbs": [
            {"label": "Runs", "url": reverse("runs")},
            {"label": str(review.run), "url": reverse("run", args=[review.run_id])},
        ],
    }
