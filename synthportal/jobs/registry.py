"""Which function does which kind of job. Apps register theirs in their tasks.py."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.models import Job

Run = Callable[[UUID, Worker, Report], None]
Failed = Callable[[UUID, Worker, str], None]
Expects = Callable[[UUID], float | None]
MayTake = Callable[[UUID], bool]


@dataclass(frozen=True, slots=True)
class JobKind:
    """What a kind of job does, what follows it, what is done when it fails for good, and how many seconds it will take
    for a subject, where more can be told than what such jobs took before. `lane` is one of its own, whatever it takes;
    `may_take` says whether this process may do it for a subject.
    """

    run: Run
    then: str | None
    failed: Failed | None
    expects: Expects | None = None
    lane: Job.Lane | None = None
    may_take: MayTake | None = None


KINDS: dict[str, JobKind] = {}
Duty = Callable[[], str | None]
DUTIES: list[Duty] = []


def duty(function: Duty) -> Duty:
    """Register what the reaper looks after each time: it only queues what has to be done, and costs a query or two.

    What it says of how things stand, in counts, is on the system page; if nothing, that it was done.
    """
    DUTIES.append(function)
    return function


def job(
    kind: str,
    *,
    then: str | None = None,
    failed: Failed | None = None,
    expects: Expects | None = None,
    lane: Job.Lane | None = None,
    may_take: MayTake | None = None,
) -> Callable[[Run], Run]:
    """Register `function(subject_id, worker, report)`; `then` names the job that follows for the same subject."""

    def register(function: Run) -> Run:
        KINDS[kind] = JobKind(function, then, failed, expects, lane, may_take)
        return function

    return register


# Who is told of a job that failed for good, with its row and the reason, in the transaction that closes it.
ON_FAILURE: list[Callable[[Job, str], None]] = []


def on_failure(function: Callable[[Job, str], None]) -> Callable[[Job, str], None]:
    """Register who is told of failures."""
    ON_FAILURE.append(function)
    return function
