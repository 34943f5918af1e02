"""Run one claimed job in this process: what a worker starts as its child."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.management.base import BaseCommand, CommandError, CommandParser

from synthportal.jobs.child import limit_resources, run_claimed
from synthportal.jobs.confined.confinement import die_with_parent
from synthportal.jobs.queue import claim
from synthportal.jobs.worker import Worker
from synthportal.models import Job


class Command(BaseCommand):
    help = "Run one job in this process. A worker calls it with the token of its claim."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("job_id", type=UUID, help="the job's id, as its row has it")
        parser.add_argument("--parent", type=int, default=0, help="the process to die with")
        parser.add_argument("--token", type=int, help="the fencing token of a claim; without it the job is claimed now")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["parent"]:
            die_with_parent(options["parent"])
        worker = self._worker(options["job_id"], options["token"])
        if worker is None:
            raise CommandError("This job is over, or somebody else has it.")
        limit_resources()
        if not run_claimed(worker):
            raise SystemExit(1)

    @staticmethod
    def _worker(job_id: UUID, token: int | None) -> Worker | None:
        if token is None:
            return claim(job_id)
        job = Job.objects.filter(pk=job_id, token=token, state=Job.State.RUNNING).first()
        return Worker(job.pk, token, job.requested_by_id) if job else None
