"""The trail, for auditors and stewards: filtered by the address, page by page along its sequence, and as a file."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.decorators import login_required
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from reviews.pages.trail.files import FORMATS, written
from reviews.pages.trail.lines import groups_of, lines_of
from reviews.pages.trail.sought import LISTS, Sought
from synthportal.models import AuditEvent, Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role
from synthportal.trail.audit import record_of_portal
from synthportal.web.lists import address_with

PER_PAGE = 200
FIRST_LAST = "oldest"  # the order of a time line


@login_required
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """One page of the trail; the whole chain is checked by `manage.py verify_audit`."""
    _reader(request)
    sought, is_timeline = Sought.from_query(request.GET), request.GET.get("order") == FIRST_LAST
    events, earlier, later = _page(sought.narrowed(), request, is_timeline=is_timeline)
    lists = [
        {"label": title, "url": f"?list={name}", "current": name == sought.kept} for name, (title, _) in LISTS.items()
    ]
    context = {
        "groups": groups_of(lines_of(events)),
        "earlier_url": address_with(request, before=events[0].seq, after=None) if earlier else "",
        "later_url": address_with(request, after=events[-1].seq, before=None) if later else "",
        "tabs": [{"label": "All events", "url": "?", "current": sought.kept not in LISTS}, *lists],
        "sought": sought,
        "is_timeline": is_timeline,
        "formats": [(name, f"{address_with(request, format=name)}") for name in FORMATS],
        **trail_facts(),
    }
    if not is_timeline:
        context["groups"].reverse()
    return render(request, "reviews/trail/trail.html", context)


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Every event that fits the filters, oldest first, as a file. That it was taken stands in the trail."""
    person, name = _reader(request), request.GET.get("format", "")
    if name not in FORMATS:
        raise Http404
    found = Sought.from_query(request.GET).narrowed().filter(seq__lte=trail_facts()["count"]).order_by("seq")
    record_of_portal("trail exported", by=person, format=name, events=found.count())
    response = HttpResponse(written(found, name), content_type=FORMATS[name])
    response["Content-Disposition"] = f'attachment; filename="trail.{name}"'
    return response


def _reader(request: HttpRequest) -> Person:
    person = signed_in(request)
    if not has_role(person, Role.AUDITOR, Role.STEWARD):
        raise Http404
    return person


def trail_facts() -> dict[str, Any]:
    """How long the trail is, and its last event. Cheap: the sequence has no gaps, which verify_audit proves."""
    last = AuditEvent.objects.order_by("-seq").first()
    return {"count": last.seq if last else 0, "last": last}


def _page(
    events: QuerySet[AuditEvent], request: HttpRequest, *, is_timeline: bool
) -> tuple[list[AuditEvent], bool, bool]:
    """The events in the order of their sequence, and whether earlier and later ones are there."""
    before, after = _seq(request, "before"), _seq(request, "after")
    if after or (is_timeline and not before):
        found = list(events.filter(seq__gt=after).order_by("seq")[: PER_PAGE + 1])
        return found[:PER_PAGE], bool(after and found), len(found) > PER_PAGE
    found = list((events.filter(seq__lt=before) if before else events).order_by("-seq")[: PER_PAGE + 1])
    return found[:PER_PAGE][::-1], len(found) > PER_PAGE, bool(before and found)


def _seq(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0
