"""What the search named, side by side: the searched-out records that one has judged.

Only those: before a verdict nobody sees whether a record was drawn or searched out, which would change what they say.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from reviews.models import Review, ReviewRecord, Verdict
from reviews.pages.desk.card import reading_of, shown_record
from reviews.pages.desk.look_views import SHADES
from reviews.pages.desk.page import reasons_in_words
from reviews.permissions import desk_reviews_for, reviews_for
from reviews.repositories.samples import content_of, told_reasons
from reviews.stages.undo import judge_again, where_it_is
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.storage.keys import unwrap
from synthportal.trail.audit import record as record_event
from synthportal.web.lists import page_links

PER_PAGE = 50


@login_required
@require_safe
@never_cache
def searched(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The records that the search named and this person has judged. That they were shown is recorded."""
    person = signed_in(request)
    review = get_object_or_404(desk_reviews_for(person).select_related("run__dataset"), pk=pk)
    page = Paginator(_named(_judged(review, person)), PER_PAGE).get_page(request.GET.get("page"))
    if page.object_list:
        with transaction.atomic():
            record_event("searched records shown", review, by=person, records=len(page.object_list))
    lines = _lines(review, list(page.object_list))
    context = {
        "title": "What the search named",
        "facts": [f"{page.paginator.count:,} of the records that you have judged"],
        "crumbs": [
            {"label": "Reviews", "url": reverse("reviews")},
            {"label": str(review.run), "url": reverse("desk", args=[review.pk])},
        ],
        "review": review,
        "lines": lines,
        # Records that are read from top to bottom have no columns in common.
        "names": [part["name"] for part in lines[0]["parts"]]
        if lines and all(line["is_row"] for line in lines)
        else [],
    }
    return render(request, "reviews/guidelines/searched.html", context | page_links(request, page, "record"))


@login_required
@require_POST
def judge_anew(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take back one's verdict on a record that the search named, and show the record again."""
    person = signed_in(request)
    records = ReviewRecord.objects.select_related("review__run__dataset")
    record = get_object_or_404(records, pk=pk, review__in=reviews_for(person))
    record = judge_again(record, by=person)
    messages.success(request, f"Taken back: record {record.position} {where_it_is(record, person)}.")
    return redirect("desk", pk=record.review_id)


def _judged(review: Review, person: Person) -> list[Verdict]:
    """The standing verdicts of a person on records that the search named, in the order of the records."""
    mine = Verdict.objects.filter(by=person, undone_at__isnull=True, record__review=review)
    found = mine.filter(record__lane=ReviewRecord.Lane.HUNT).select_related("record", "adjudication")
    verdicts = list(found.order_by("record__position"))
    for verdict in verdicts:
        verdict.record.review = review
    return verdicts


def _named(verdicts: Iterable[Verdict]) -> list[Verdict]:
    """Those that were picked for a reason that may be told; of one first reason one after the other, frequent ones
    first.
    """
    told = {verdict: reasons[0] for verdict in verdicts if (reasons := told_reasons(verdict.record))}
    often = Counter(told.values())
    return sorted(told, key=lambda verdict: (-often[told[verdict]], told[verdict]))


def _lines(review: Review, named: Sequence[Verdict]) -> list[dict[str, Any]]:
    """What reviews/guidelines/searched.html takes: the records as rows, each with why it was picked."""
    if not named:
        return []
    reading, key = reading_of(review), unwrap(review.run.dataset.key_id)
    return [_line(verdict, shown_record(content_of(verdict.record, key), reading, verdict.fields)) for verdict in named]


def _line(verdict: Verdict, shown: dict[str, Any]) -> dict[str, Any]:
    first = (shown["question"], shown["answer"], *shown["main"])
    return {
        "verdict": verdict,
        "said_css": "is-" + SHADES.get(verdict.decision, "attention"),
        "reasons": reasons_in_words(verdict),
        "why": told_reasons(verdict.record),
        "parts": [part for part in (*first, *shown["rows"]) if part],
        "is_row": not any(first),
        "can_judge_again": not hasattr(verdict, "adjudication"),
    }
