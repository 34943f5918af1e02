"""Reports of records: who holds a release tells, a steward suspends, looks, and settles."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from reviews.models import RecordReport
from reviews.pages.viewer.reading import read_records
from reviews.permissions import releases_for, reports_for
from reviews.repositories.catalogue.access import why_not_settle
from reviews.stages.use.report import words_of
from reviews.stages.use.view import LONGEST_WORDS, view_reported
from reviews.tasks import submit_report, submit_settlement, submit_suspension
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role

SHOWN = 100
MOST_DIGITS = 12


@login_required
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    """All reports for stewards, with what was said; one's own for everybody else."""
    person = signed_in(request)
    decides = has_role(person, Role.STEWARD)
    found = reports_for(person) if decides else RecordReport.objects.filter(by=person, release__in=releases_for(person))
    lines = found.select_related("release__run__dataset", "by", "settled_by")
    context = {"decides": decides, "lines": [_line(one, person) for one in lines[:SHOWN]]}
    return render(request, "reviews/reports/list.html", context)


@login_required
@require_POST
def report(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Tell that a record gives somebody away."""
    release = get_object_or_404(releases_for(signed_in(request)).select_related("run__dataset"), pk=pk)
    submit_report(release, row=_row(request), words=request.POST.get("words", ""), by=signed_in(request))
    messages.success(request, "Stewards look at these bytes. You are told what they find.")
    return redirect("release", pk=pk)


@login_required
@require_safe
def reported(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The reported record, for the steward who settles the report, and for nobody else."""
    report, words = _report(request, pk), request.GET.get("q", "").replace("\x00", "")[:LONGEST_WORDS]
    found = view_reported(report, words=words, by=signed_in(request))
    contents = [list(zip(found.head, cells, strict=True)) for cells in found.cells]
    context: dict[str, Any] = {
        "line": _line(report, signed_in(request)),
        "reads": list(zip(found.places, read_records(contents, report.release.run), strict=False)),
        "head": [{"label": label} for label in found.head],
        "rows": list(zip(found.places, found.cells, strict=True)),
        "found": found,
        "q": words,
        "decides": True,
        "facts": [f"Release {report.release.number}", "each look is recorded"],
        "crumbs": [{"label": "Reported records", "url": reverse("reports")}],
    }
    return render(request, "reviews/reports/record.html", context)


@login_required
@require_POST
def suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop downloads, or let them go on."""
    is_on = request.POST.get("on") == "yes"
    submit_suspension(_report(request, pk), is_on=is_on, by=signed_in(request))
    messages.success(request, "Nothing is sent of it any more." if is_on else "It can be downloaded again.")
    return redirect("reports")


@login_required
@require_POST
def settle(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Confirm, which withdraws the release, or dismiss."""
    found, reason = _report(request, pk), request.POST.get("reason", "")
    if (said := request.POST.get("is_leak")) not in {"yes", "no"}:
        raise Conflict("Say whether the record gives somebody away.")
    submit_settlement(found, is_leak=said == "yes", reason=reason, by=signed_in(request))
    messages.success(request, "The release is withdrawn." if said == "yes" else "The report is dismissed.")
    return redirect("reports")


def _report(request: HttpRequest, pk: UUID) -> RecordReport:
    return get_object_or_404(reports_for(signed_in(request)).select_related("release__run__dataset", "by"), pk=pk)


def _row(request: HttpRequest) -> int | None:
    typed = request.POST.get("row", "").strip()
    if typed and not (typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS):
        raise Conflict("The row is a whole number from 0, as the viewer shows it; leave it empty if you do not know.")
    return int(typed) if typed else None


def _line(one: RecordReport, person: Person) -> dict[str, Any]:
    try:
        words = words_of(one)
    except Conflict:
        words = "What was said was erased with the source."
    return {"report": one, "words": words, "may_look": not why_not_settle(person, one)}
