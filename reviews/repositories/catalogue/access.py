"""Who may hold which release: what was asked for and granted, and whether its records may be read now."""

from __future__ import annotations

from reviews.models import AccessRequest, RecordReport, Release
from reviews.permissions import held_releases_for, reports_for
from synthportal.models import Person

ASK_FIRST = "Who wants to hold this release asks for access first, with a purpose; a steward decides."
SUSPENDED = "A record of this release was reported: nothing is sent of it until a steward has looked at these bytes."

OWN_REPORT = "A report is not settled by who made it."
SETTLED = "This report is settled already."


def why_not_hold(person: Person, release: Release) -> list[str]:
    """Why this person cannot read the records of a release that stands, which they see; empty when they can."""
    if not held_releases_for(person).filter(pk=release.pk).exists():
        return [ASK_FIRST]
    return [SUSPENDED] if is_suspended(release) else []


def is_suspended(release: Release) -> bool:
    """Whether a report that waits to be settled keeps its bytes from leaving."""
    return release.reports.filter(status=RecordReport.Status.OPEN, suspends=True).exists()


def has_confirmed_leak(release: Release) -> bool:
    """Whether a steward confirmed that a reported record of it gives somebody away."""
    return release.reports.filter(status=RecordReport.Status.CONFIRMED).exists()


def why_not_settle(person: Person, report: RecordReport) -> list[str]:
    """Why this person neither settles a report nor looks at the reported record for it; empty when they do."""
    if not reports_for(person).filter(pk=report.pk).exists():
        return ["A report is settled by a steward who sees the release."]
    if report.by_id == person.pk:
        return [OWN_REPORT]
    return [] if report.status == RecordReport.Status.OPEN else [SETTLED]


def newest_request(person: Person, release: Release) -> AccessRequest | None:
    """What this person asked for last, and what became of it."""
    return release.access_requests.filter(person=person).select_related("decided_by").first()


def holders_of(release: Release) -> list[Person]:
    """Everybody who downloaded a byte of it, each once."""
    return list(Person.objects.filter(downloads__release=release).distinct().order_by("pk"))
