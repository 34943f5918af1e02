"""Who acts inside a job: the worker, for the person who asked, as long as it holds the job's lease."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from synthportal.errors import Conflict
from synthportal.models import Job
from synthportal.roles import Role


@dataclass(frozen=True, slots=True)
class Worker:
    """One claim of one job. `token` is the fencing token: a later claim has a larger one, and this one is void."""

    job_id: UUID
    token: int
    person_id: int

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset({Role.WORKER})

    @property
    def audit_name(self) -> str:
        return f"job:{self.job_id} for person:{self.person_id}"

    def hold(self) -> None:
        """Lock the job row and raise Conflict unless this claim is still the one that counts."""
        held = Job.objects.select_for_update().filter(pk=self.job_id, token=self.token, state=Job.State.RUNNING)
        if not held.exists():
            raise Conflict("This job was cancelled, or another worker has taken it over.")
