"""What a token may do, by the kind of request: few words that a person can choose among."""

from __future__ import annotations

from enum import StrEnum


class Scope(StrEnum):
    """Each allows one kind of request; what its person may not do, no token may."""

    READ = "read"
    UPLOAD = "upload"
    REVIEW = "review"
    EXPORT = "export"
    RELEASE = "release"


LABELS = {
    Scope.READ: "Read: datasets, runs, evidence, the catalogue",
    Scope.UPLOAD: "Upload: bring in datasets, plan and start runs",
    Scope.REVIEW: "Review: judge records",
    Scope.EXPORT: "Export: download releases, ask for access, report records",
}
READS = frozenset({Scope.READ, Scope.EXPORT})
WRITES = frozenset(LABELS)
SAFE = ("GET", "HEAD", "OPTIONS")
API = "api/v1/"
# Bytes of releases leave here.
EXPORTS = frozenset(
    {
        "releases/<uuid:pk>/export/", "releases/<uuid:pk>/rows/", "releases/<uuid:pk>/columns/",
        "releases/<uuid:pk>/files/<path:path>",
    }
)  # fmt: skip
# What who downloads says of a release; all else about releases binds others: who may have one, and that nobody may.
ASKED = frozenset({"releases/<uuid:pk>/access/", "releases/<uuid:pk>/reports/", "releases/<uuid:pk>/derived/"})


def scope_needed(method: str | None, route: str) -> Scope | None:
    """The scope that a request needs, by its method and the route of its address; None for what no token may do."""
    below = route.removeprefix(API)
    if method in SAFE:
        return Scope.EXPORT if below in EXPORTS else Scope.READ
    if below.startswith(("reviews/", "records/")):
        return Scope.REVIEW
    if below.startswith(("releases/", "access/")):
        return Scope.EXPORT if below in ASKED else None
    return Scope.UPLOAD
