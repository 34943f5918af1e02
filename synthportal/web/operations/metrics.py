"""What the portal counts, for a Prometheus. Ids and names of people or sources are in none of it."""

from __future__ import annotations

import hmac
import ipaddress
import shutil
from collections.abc import Iterator

from django.conf import settings
from django.db.models import Count, DurationField, ExpressionWrapper, F, Sum
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.views.decorators.http import require_safe

from synthportal.jobs.telemetry.names import METRICS
from synthportal.models import AuditEvent, Job
from synthportal.people.sign_in.addresses import address_of
from synthportal.storage.backup import BACKED_UP
from synthportal.version import VERSION
from synthportal.web.operations.system import lanes

Sample = tuple[dict[str, str], float]
Family = tuple[str, list[Sample]]


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


def _families() -> Iterator[Family]:
    """Name and samples of each family."""
    yield "synthportal_info", [({"version": VERSION}, 1)]
    states = Job.objects.values("kind", "state").order_by("kind", "state").annotate(n=Count("pk"))
    jobs = [({"kind": row["kind"], "state": row["state"]}, float(row["n"])) for row in states]
    yield "synthportal_jobs", jobs
    found, now = lanes(), timezone.now()
    for name in ("waiting", "running"):
        depth = [({"lane": str(row["lane"])}, float(str(row[name]))) for row in found]
        yield f"synthportal_queue_{name}", depth
    waits = [({"lane": str(row["lane"])}, (now - (row["oldest"] or now)).total_seconds()) for row in found]  # type: ignore[operator]
    yield "synthportal_queue_oldest_seconds", waits
    yield from _durations()
    events = AuditEvent.objects.values("action").order_by("action").annotate(n=Count("pk"))
    acts = [({"action": row["action"]}, float(row["n"])) for row in events]
    yield "synthportal_events_total", acts
    backup = AuditEvent.objects.filter(subject_kind="portal", action=BACKED_UP).order_by("-seq").first()
    age: list[Sample] = [({}, (now - backup.at).total_seconds())] if backup else []
    yield "synthportal_backup_age_seconds", age
    free: list[Sample] = [({}, float(shutil.disk_usage(settings.DATA_DIR).free))]
    yield "synthportal_disk_free_bytes", free


def _durations() -> Iterator[Family]:
    took = ExpressionWrapper(F("finished_at") - F("started_at"), output_field=DurationField())
    done = Job.objects.filter(state=Job.State.DONE, started_at__isnull=False, finished_at__isnull=False)
    rows = list(done.values("kind").order_by("kind").annotate(n=Count("pk"), seconds=Sum(took)))
    spent = [({"kind": row["kind"]}, row["seconds"].total_seconds()) for row in rows]
    yield "synthportal_job_seconds_sum", spent
    counted = [({"kind": row["kind"]}, float(row["n"])) for row in rows]
    yield "synthportal_job_seconds_count", counted


def _family(name: str, samples: list[Sample]) -> str:
    family = METRICS[name]
    lines = [f"# HELP {name} {family.words}", f"# TYPE {name} {family.kind}"]
    for labels, value in samples:
        said = ",".join(f'{key}="{_escaped(text)}"' for key, text in labels.items())
        lines.append(f"{name}{{{said}}} {value:g}" if said else f"{name} {value:.15g}")
    return "\n".join(lines) + "\n"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
