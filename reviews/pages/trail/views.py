"""The trail, for auditors and stewards: filtered by the address, newest first, page by page along its sequence."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Max, Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from synthportal.models import AuditEvent, Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role
from synthportal.trail.audit import record_of_portal
from synthportal.trail.siem import FORMATS, lines
from synthportal.trail.verification import standing, verify
from synthportal.web.lists import address_with

PER_PAGE = 50
MOST_READ_HERE = 200_000
MOST_EXPORTED = 100_000
PERSON = re.compile(r"person:(\d+)$")
PAGES = {"dataset": "dataset", "generationrun": "run", "release": "release", "review": "desk"}


@login_required
@require_safe
def audit(request: HttpRequest) -> HttpResponse:
    """One page of the trail; the button reads all of it, as `manage.py verify_audit` does."""
    _reader(request)
    found = _filtered(request)
    events, older, newer = _page(found, request)
    names = _names(events)
    context = {
        "events": [_line(event, names) for event in events],
        "older_url": address_with(request, before=events[-1].seq, after=None) if older else "",
        "newer_url": address_with(request, after=events[0].seq, before=None) if newer else "",
        "sought": {name: request.GET.get(name, "") for name in ("actor", "action", "subject")},
        **trail_facts(),
    }
    context["facts"] = [f"{context['count']:,} events"]
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
def export_trail(request: HttpRequest) -> HttpResponse:
    """Events as a file for another system, the oldest first. That it was taken is an event."""
    person, form, after = _reader(request), request.GET.get("format", "jsonl"), _seq(request, "after")
    if form not in FORMATS:
        raise Http404
    record_of_portal("trail exported", by=person, format=form, after=after)
    body = "".join(lines(form, after=after, most=MOST_EXPORTED))
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


def _filtered(request: HttpRequest) -> QuerySet[AuditEvent]:
    events = AuditEvent.objects.all()
    if actor := request.GET.get("actor", "").strip():
        events = events.filter(_by(actor))
    if action := request.GET.get("action", "").strip():
        events = events.filter(action=action)
    if subject := request.GET.get("subject", "").strip():
        events = events.filter(_about(subject))
    return events


def _by(name: str) -> Q:
    """Events of the people called so, and of the jobs that ran for them."""
    parts = Q(username__iexact=name) | Q(first_name__iexact=name) | Q(last_name__iexact=name)
    wanted = Q(pk__in=[])
    for pk in Person.objects.filter(parts).values_list("pk", flat=True)[:20]:
        wanted |= Q(actor=f"person:{pk}") | Q(actor__endswith=f" for person:{pk}")
    return wanted


def _about(subject: str) -> Q:
    """An id, or a kind of subject."""
    try:
        return Q(subject_id=str(UUID(subject)))
    except ValueError:
        return Q(subject_kind=subject.lower().replace(" ", "")) | Q(subject_id=subject)


def _page(events: QuerySet[AuditEvent], request: HttpRequest) -> tuple[list[AuditEvent], bool, bool]:
    """The events, newest first, and whether older and newer ones follow."""
    before, after = _seq(request, "before"), _seq(request, "after")
    if after:
        found = list(events.filter(seq__gt=after).order_by("seq")[: PER_PAGE + 1])
        return found[:PER_PAGE][::-1], True, len(found) > PER_PAGE
    found = list((events.filter(seq__lt=before) if before else events).order_by("-seq")[: PER_PAGE + 1])
    return found[:PER_PAGE], len(found) > PER_PAGE, bool(before and found)


def _seq(request: HttpRequest, name: str) -> int:
    text = request.GET.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0


def _names(events: list[AuditEvent]) -> dict[int, str]:
    found = {int(match[1]) for event in events if (match := PERSON.search(event.actor))}
    return {person.pk: person.display_name for person in Person.objects.filter(pk__in=found)}


def _line(event: AuditEvent, names: dict[int, str]) -> dict[str, Any]:
    match = PERSON.search(event.actor)
    name = names.get(int(match[1]), event.actor) if match else event.actor
    return {
        "event": event,
        "actor": f"a job for {name}" if event.actor.startswith("job:") else name,
        "url": reverse(PAGES[event.subject_kind], args=[event.subject_id]) if event.subject_kind in PAGES else "",
        "facts": [(key.replace("_", " "), value) for key, value in event.facts.items()],
    }
