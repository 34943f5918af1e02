"""The administrator's system page, and the same in numbers for Prometheus. Neither holds data or names of sources."""

from __future__ import annotations

import hmac
import ipaddress
import shutil
from collections.abc import Iterator
from datetime import timedelta

from django.conf import settings
from django.contrib.auth.decorators import login_required
from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from synthportal.jobs.broker import QUEUES
from synthportal.models import AuditEvent, Job, Person, Sighting
from synthportal.people.sign_in.addresses import address_of
from synthportal.storage.backup import BACKED_UP
from synthportal.version import VERSION
from synthportal.web.checkup import State, check_up

# A worker says every minute that it is there.
SILENT = timedelta(minutes=3)
Sample = tuple[dict[str, str], float]


@login_required
@require_safe
def system(request: HttpRequest) -> HttpResponse:
    """How the portal stands. For administrators."""
    if not isinstance(request.user, Person) or not request.user.is_staff:
        raise Http404
    lines = list(check_up())
    since = timezone.now() - SILENT
    workers, chores = (
        [{"row": row, "is_silent": row.seen_at < since} for row in Sighting.objects.filter(kind=kind)]
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


def lanes() -> list[dict[str, object]]:
    """Each lane: how many jobs wait and run, and since when the oldest waits."""
    live = Q(state__in=[Job.State.QUEUED, Job.State.RUNNING])
    waits, runs = Q(state=Job.State.QUEUED), Q(state=Job.State.RUNNING)
    counted = Job.objects.filter(live).values("lane").order_by("lane")
    rows = counted.annotate(
        waiting=Count("pk", filter=waits), running=Count("pk", filter=runs), oldest=Min("created_at", filter=waits)
    )
    found = {row["lane"]: row for row in rows}
    return [{"lane": lane, "waiting": 0, "running": 0, "oldest": None, **found.get(lane, {})} for lane in QUEUES]


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for who is on this machine or has the token; nobody else learns that it is there."""
    if not _may_read(request):
        raise Http404
    text = "".join(_family(*family) for family in _families())
    return HttpResponse(text, content_type="text/plain; version=0.0.4; charset=utf-8")


def _may_read(request: HttpRequest) -> bool:
    token, given = settings.METRICS_TOKEN, request.headers.get("Authorization", "")
    if token:
        return hmac.compare_digest(given.encode(), f"Bearer {token}".encode())
    address = address_of(request)
    through_proxy = "HTTP_X_FORWARDED_FOR" in request.META
    return not through_proxy and bool(address) and ipaddress.ip_address(address or "").is_loopback


def _families() -> Iterator[tuple[str, str, str, list[Sample]]]:
    """Name, kind, help and samples of each family. Ids and names of people or sources are in none."""
    yield "synthportal_info", "gauge", "The version that answers.", [({"version": VERSION}, 1)]
    states = Job.objects.values("kind", "state").order_by("kind", "state").annotate(n=Count("pk"))
    jobs = [({"kind": row["kind"], "state": row["state"]}, float(row["n"])) for row in states]
    yield "synthportal_jobs", "gauge", "Jobs by kind and state.", jobs
    found, now = lanes(), timezone.now()
    for name, key in (("waiting", "waiting"), ("running", "running")):
        depth = [({"lane": str(row["lane"])}, float(str(row[key]))) for row in found]
        yield f"synthportal_queue_{name}", "gauge", f"Jobs that are {name}, by lane.", depth
    waits = [({"lane": str(row["lane"])}, (now - (row["oldest"] or now)).total_seconds()) for row in found]  # type: ignore[operator]
    yield "synthportal_queue_oldest_seconds", "gauge", "Since when the oldest job of a lane waits.", waits
    yield from _durations()
    events = AuditEvent.objects.values("action").order_by("action").annotate(n=Count("pk"))
    acts = [({"action": row["action"]}, float(row["n"])) for row in events]
    yield "synthportal_events_total", "counter", "Events of the trail: gate decisions, releases, exports.", acts
    backup = AuditEvent.objects.filter(subject_kind="portal", action=BACKED_UP).order_by("-seq").first()
    age: list[Sample] = [({}, (now - backup.at).total_seconds())] if backup else []
    yield "synthportal_backup_age_seconds", "gauge", "Since the last backup by the command.", age
    free: list[Sample] = [({}, float(shutil.disk_usage(settings.DATA_DIR).free))]
    yield "synthportal_disk_free_bytes", "gauge", "Free in the data directory.", free


def _durations() -> Iterator[tuple[str, str, str, list[Sample]]]:
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    done = Job.objects.filter(state=Job.State.DONE, started_at__isnull=False, finished_at__isnull=False)
    rows = list(done.values("kind").order_by("kind").annotate(n=Count("pk"), seconds=Sum(took)))
    spent = [({"kind": row["kind"]}, row["seconds"].total_seconds()) for row in rows]
    yield "synthportal_job_seconds_sum", "counter", "Seconds that finished jobs took, by kind.", spent
    counted = [({"kind": row["kind"]}, float(row["n"])) for row in rows]
    yield "synthportal_job_seconds_count", "counter", "Finished jobs, by kind.", counted


def _family(name: str, kind: str, words: str, samples: list[Sample]) -> str:
    lines = [f"# HELP {name} {words}", f"# TYPE {name} {kind}"]
    for labels, value in samples:
        said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{said}}} {value:g}" if said else f"{name} {value:.15g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
