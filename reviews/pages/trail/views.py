"""The trail, for auditors and stewards: filtered by the address, page by page along its sequence, and as a file."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST, require_safe

from reviews.pages.trail.files import FORMATS, written
from reviews.pages.trail.lines import groups_of, lines_of
from reviews.pages.trail.sought import LISTS, Sought
from synthportal.models import AuditEvent, Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role
from synthportal.trail import siem
from synthportal.trail.audit import record_of_portal
from synthportal.trail.verification import standing, verify
from synthportal.web.lists import address_with

PER_PAGE = 200
FIRST_LAST = "oldest"  # the order of a time line
MOST_READ_HERE = 200_000
MOST_EXPORTED = 100_000


@login_required
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """One page of the trail; the button reads all of it, as `manage.py verify_audit` does."""
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
        "formats": [(name, f"{address_with(request, format=name)}") for name in (*FORMATS, *siem.FORMATS)],
        **trail_facts(),
    }
    if not is_timeline:
        context["groups"].reverse()
    return render(request, "reviews/trail/trail.html", context)


@login_required
@require_POST
def verify_trail(request: HttpRequest) -> HttpResponse:
    """Read the whole trail, and say what was found."""
    person = _reader(request)
    if (AuditEvent.objects.aggregate(last=Max("seq"))["last"] or 0) > MOST_READ_HERE:
        messages.warning(request, f"The trail has more than {MOST_READ_HERE:,} events: run manage.py verify_audit.")
        return redirect("audit")
    found = verify()
    record_of_portal("trail verified", by=person, faults=len(found))
    for fault in found[:10]:
        messages.error(request, fault)
    if not found:
        messages.success(request, "The whole trail was read. Nothing was changed, and nothing is missing.")
    return redirect("audit")


@login_required
@require_safe
def export(request: HttpRequest) -> HttpResponse:
    """Events as a file, the oldest first: those that fit the filters to read, or all after one for another system. That
    it was taken stands in the trail.
    """
    person, name = _reader(request), request.GET.get("format", "jsonl")
    if name in siem.FORMATS:
        return _for_another_system(request, person, name)
    if name not in FORMATS:
        raise Http404
    found = Sought.from_query(request.GET).narrowed().filter(seq__lte=trail_facts()["count"]).order_by("seq")
    record_of_portal("trail exported", by=person, format=name, events=found.count())
    response = HttpResponse(written(found, name), content_type=FORMATS[name])
    response["Content-Disposition"] = f'attachment; filename="trail.{name}"'
    return response


def _for_another_system(request: HttpRequest, person: Person, form: str) -> HttpResponse:
    after = seq if (seq := request.GET.get("after", "")).isdecimal() else "0"
    record_of_portal("trail exported", by=person, format=form, after=int(after))
    body = "".join(siem.lines(form, after=int(after), most=MOST_EXPORTED))
    kind = "application/x-ndjson" if form == "jsonl" else "text/plain; charset=utf-8"
    named = {"Content-Disposition": f'attachment; filename="trail-after-{after}.{form}"'}
    return HttpResponse(body, content_type=kind, headers=named)


def _reader(request: HttpRequest) -> Person:
    person = signed_in(request)
    if not has_role(person, Role.AUDITOR, Role.STEWARD):
        raise Http404
    return person


def trail_facts() -> dict[str, Any]:
    """How long the trail is, its last event, and how it stands by its signed head."""
    last, found = AuditEvent.objects.order_by("-seq").first(), standing()
    return {"count": last.seq if last else 0, "last": last, "alarm": found.alarm, "verified": found.verified}


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
