"""The status of a release as a signed document that tools can poll: it names no dataset, no person and no reason."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

STATUS_TYPE = "application/vnd.synthportal.status+json"


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """Where a release stands: released, suspended, withdrawn or expired, since when; times are ISO 8601, "" for never.

    `attestation` is the SHA-256 of the newest envelope, "" before there is one. `made_from_withdrawn`: something that
    it was made from was withdrawn. `at` says when this was told: an old one is no news.
    """

    release: str
    number: int
    status: str
    since: str
    expires: str
    attestation: str
    made_from_withdrawn: bool
    at: str


def status_document(facts: StatusFacts) -> dict[str, Any]:
    """The status as JSON data."""
    return {"format": "synthportal-status/1", **asdict(facts)}
