"""Adjudication: a second person looks at every flagged record, blind first, then beside the flag, and settles it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generation.engine.comparison.apart import listed_words
from reviews.engine.reading.judgement import REASONS
from reviews.models import Review, SecondLook, Verdict
from reviews.pages.desk.card import reading_of, shown_record
from reviews.pages.desk.page import judgement_from
from reviews.permissions import flag_reviews_for
from reviews.repositories.queue import pause_of
from reviews.repositories.samples import content_of, told_reasons
from reviews.stages.adjudicate import WHAT_A_LEAK_DOES, flags_for, look_again, settle_flag, why_not_settle
from reviews.stages.read_source import read_source
from synthportal.errors import Conflict, DomainError, NotPermitted
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role
from synthportal.web.refusals import refuse

SHOWN_AT_ONCE = 5


@login_required
@require_safe
def flags(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The flags of a review that wait for this person, each beside its record."""
    person = signed_in(request)
    review = get_object_or_404(flag_reviews_for(person).select_related("run__dataset"), pk=pk)
    return render(request, "reviews/flags/flags.html", _context(review, person))


@login_required
@require_POST
def look(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The blind half: what this person sees in a flagged record."""
    person = signed_in(request)
    verdict = _flag_of(person, pk)
    judgement = judgement_from(request.POST)
    try:
        look_again(verdict, judgement, by=person)
    except Conflict as conflict:
        return _refused(request, conflict, verdict, ("look", judgement))
    return redirect(reverse("flags", args=[verdict.record.review_id]) + f"#flag-{verdict.record.position}")


@login_required
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm a leak, with a note, or dismiss the flag."""
    person = signed_in(request)
    verdict = _flag_of(person, pk)
    is_leak, note = request.POST.get("is_leak") == "yes", request.POST.get("note", "")
    try:
        settle_flag(verdict, is_leak=is_leak, note=note, by=person)
    except DomainError as refused:
        if isinstance(refused, NotPermitted):
            raise
        return _refused(request, refused, verdict, ("leak" if is_leak else "no_leak", note))
    found = "a leak" if is_leak else "no leak"
    messages.success(request, f"Record {verdict.record.position}: settled as {found}.")
    return redirect("flags", pk=verdict.record.review_id)


@login_required
@require_POST
def source(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The nearest training record beside the flagged one, for source readers, with a reason. Never cached."""
    person = signed_in(request)
    verdict, reason = _flag_of(person, pk), request.POST.get("reason", "")
    try:
        beside = read_source(verdict, reason=reason, by=person)
    except Conflict as conflict:
        return _refused(request, conflict, verdict, ("source", reason))
    context = _context(verdict.record.review, person) | {"beside": beside, "beside_of": verdict.pk}
    answer = render(request, "reviews/flags/flags.html", context)
    answer["Cache-Control"] = "no-store"
    return answer


def _flag_of(person: Person, pk: UUID) -> Verdict:
    return get_object_or_404(Verdict, pk=pk, record__review__in=flag_reviews_for(person))


def _refused(request: HttpRequest, error: DomainError, verdict: Verdict, sent: tuple[str, object]) -> HttpResponse:
    """The page again, with the reasons beside the form that failed and everything that was typed; `sent` is both."""
    refuse(request, error)
    context, (form, typed) = _context(verdict.record.review, signed_in(request)), sent
    for flag in context["flags"]:
        if flag["verdict"] == verdict:
            flag["refused"] = {form: {"typed": typed, "errors": error.reasons}}
    return render(request, "reviews/flags/flags.html", context | {"errors": error.reasons}, status=error.status)


def _context(review: Review, person: Person) -> dict[str, Any]:
    is_open = review.status == Review.Status.OPEN
    waiting = flags_for(person, review).select_related("record__review__run__dataset", "by", "second_look__by")
    shown = [flag for flag in waiting[:SHOWN_AT_ONCE] if not why_not_settle(person, flag)]
    count = waiting.count() if is_open else 0
    return {
        "review": review,
        "title": f"Leak flags of {review.run}",
        "facts": [f"{count} waiting for a second person"] if count else [],
        "crumbs": [{"label": "Reviews", "url": reverse("reviews")}],
        "flags": [_flag(verdict, person) for verdict in shown],
        "waiting": count,
        "paused": bool(pause_of(person, review)),
        "reads_source": has_role(person, Role.SOURCE_READER),
        "choices": [_choice(decision, review.own_reasons.get(decision, ())) for decision in Verdict.Decision],
    }


def _flag(verdict: Verdict, person: Person) -> dict[str, Any]:
    """A flag as this person may see it: nothing of what was said before somebody has looked a second time."""
    look: SecondLook | None = getattr(verdict, "second_look", None)
    seen = {"verdict": verdict, "position": verdict.record.position, "look": look}
    content, reading = content_of(verdict.record), reading_of(verdict.record.review)
    seen["invented"] = _invented_sentence(list(reading.invented.values()))
    if look is None:
        return {**seen, "shown": shown_record(content, reading)}
    return {
        **seen,
        "is_mine": look.by_id == person.pk,
        "shown": shown_record(content, reading, verdict.fields, with_found=True),
        "reasons": _in_words(verdict.decision, verdict.reasons),
        "looked": _in_words(look.decision, look.reasons),
        "why": told_reasons(verdict.record),
        "leak_does": WHAT_A_LEAK_DOES,
    }


def _invented_sentence(labels: list[str]) -> str:
    """What a second person has to know of the invented fields of a record; "" where there is none."""
    if not labels:
        return ""
    values, they_were = ("value", "it was") if len(labels) == 1 else ("values", "they were")
    return (
        f"The portal invented the {values} of {listed_words(labels)} for this record: "
        f"{they_were} made up, not taken from the source."
    )


def _in_words(decision: str, reasons: list[str]) -> list[str]:
    return [REASONS[decision].get(reason, reason) for reason in reasons]


def _choice(decision: Verdict.Decision, own: Sequence[str]) -> dict[str, Any]:
    reasons = [*REASONS[decision].items(), *((words, words) for words in own)]
    return {"value": decision.value, "label": decision.label, "reasons": reasons}
