"""The administrator's system page. It holds no data and no names of sources."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Min, Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from synthportal.jobs.broker import QUEUES
from synthportal.models import Job, Person, Sighting
from synthportal.web.operations.checkup import State, check_up

# A worker says every minute that it is there.
SILENT = timedelta(minutes=3)


@login_required
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """How the portal stands. For administrators."""
    if not isinstance(request.user, Person) or not request.user.is_staff:
        raise Http404
    lines = list(check_up())
    since = timezone.now() - SILENT
    workers, chores = (
        [{"row": row, "is_silent": row.seen_at < since, **_in_words(row)} for row in Sighting.objects.filter(kind=kind)]
        for kind in (Sighting.Kind.WORKER, Sighting.Kind.CHORE)
    )
    page = {
        "lines": lines,
        "wrong": [line for line in lines if line.state is not State.WELL],
        "lanes": lanes(),
        "workers": workers,
        "chores": chores,
        "process": settings.PROCESS,
    }
    return render(request, "people/system.html", page)


def _in_words(row: Sighting) -> dict[str, str]:
    """A worker by the lanes that it takes, and scheduled work without the spelling of the code."""
    if row.kind == Sighting.Kind.CHORE:
        return {"name": row.name.replace("_", " "), "found": row.found}
    lane_of = {queue: lane for lane, queue in QUEUES.items()}
    return {"name": row.name, "found": ", ".join(lane_of.get(queue, queue) for queue in row.found.split(", "))}


def lanes() -> list[dict[str, object]]:
    """Each lane: how many jobs wait and run, and since when the oldest waits."""
    live = Q(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    waits, runs = Q(state=Job.State.QUEUED), Q(state=Job.State.RUNNING)
    counted = Job.objects.filter(live).values("lane").order_by("lane")
    rows = counted.annotate(
        waiting=Count("pk", filter=waits), running=Count("pk", filter=runs), oldest=Min("created_at", filter=waits)
    )
    found = {row["lane"]: row for row in rows}
    there = [lane for lane in QUEUES if lane != Job.Lane.RECOMPUTE or settings.SECOND_WORKERS]
    return [{"lane": lane, "waiting": 0, "running": 0, "oldest": None, **found.get(lane, {})} for lane in there]
