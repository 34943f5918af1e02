"""Every name under which the portal is watched: metrics for a Prometheus, spans and their facts for a collector."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Metric(NamedTuple):
    """A family of samples: whether it only grows, and what it counts."""

    kind: str
    words: str


METRICS = {
    "synthportal_info": Metric("gauge", "The version that answers."),
    "synthportal_jobs": Metric("gauge", "Jobs by kind and state."),
    "synthportal_queue_waiting": Metric("gauge", "Jobs that are waiting, by lane."),
    "synthportal_queue_running": Metric("gauge", "Jobs that are running, by lane."),
    "synthportal_queue_oldest_seconds": Metric("gauge", "Since when the oldest job of a lane waits."),
    "synthportal_job_seconds_sum": Metric("counter", "Seconds that finished jobs took, by kind."),
    "synthportal_job_seconds_count": Metric("counter", "Finished jobs, by kind."),
    "synthportal_events_total": Metric("counter", "Events of the trail: gate decisions, releases, exports."),
    "synthportal_backup_age_seconds": Metric("gauge", "Since the last backup by the command."),
    "synthportal_disk_free_bytes": Metric("gauge", "Free in the data directory."),
}


class Span(StrEnum):
    """A piece of work that is traced."""

    JOB = "synthportal.job"
    GATE = "synthportal.gate"
    EXPORT = "synthportal.export"


class Fact(StrEnum):
    """What a span may say of its work: ids, counts and words of the portal's own. Nothing else is ever sent."""

    JOB = "job.id"
    KIND = "job.kind"
    LANE = "job.lane"
    ATTEMPT = "job.attempt"
    STATE = "job.state"
    WAITED = "job.waited_seconds"
    DEPTH = "queue.waiting"
    RUN = "run.id"
    CONDITIONS = "gate.conditions"
    UNMET = "gate.unmet"
    RELEASE = "release.id"
    BYTES = "export.bytes"
    IS_RANGE = "export.is_range"
    ERROR = "error.type"
