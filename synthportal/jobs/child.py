"""The inside of a job's child process: run the work, and say how it ended."""

from __future__ import annotations

import logging
import resource

from django.conf import settings
from django.db import DatabaseError

from synthportal.jobs.logs import where
from synthportal.jobs.progress import Progress, Report
from synthportal.jobs.queue import fail, finish
from synthportal.jobs.reasons import reason_of
from synthportal.jobs.registry import KINDS
from synthportal.jobs.worker import Worker
from synthportal.models import Job

log = logging.getLogger(__name__)


def limit_resources() -> None:
    """No core dump (it would hold data), and a ceiling on memory so that one job cannot take the machine."""
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_AS, (settings.JOB_MEMORY_BYTES, settings.JOB_MEMORY_BYTES))


def run_claimed(worker: Worker, echo: Progress | None = None) -> bool:
    """Do the job of a claim and close it; True when it went well. `echo` hears the progress too.

    Every error ends in a sentence on the job: those made for people as they are, any other by its type and place.
    A database that goes away is no failure of the work: it is raised, and the job is tried again.
    """
    job = Job.objects.get(pk=worker.job_id)
    try:
        KINDS[job.kind].run(job.subject_id, worker, Report(job.pk, worker.token, echo))
    except DatabaseError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever the libraries raise must reach the person as a reason
        log.warning("Job %s (%s) failed: %s", job.pk, job.kind, where(type(error), error.__traceback__))
        fail(worker, reason_of(error))
        return False
    finish(worker)
    return True
