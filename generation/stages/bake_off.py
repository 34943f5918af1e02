"""bake-off, a part of generate: several synthesizers on the same split, to be compared; its owner takes one to review.

People's time is the scarce thing: a run of a bake-off opens no review until it is taken.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4, uuid5

from django.db import transaction

from generation.ledger import lock_source
from generation.models import BakeOff, Dataset, GenerationRun
from generation.permissions import require_owner
from generation.stages.generate import AT_WORK, SEED_BITS, RunRequest, cancel_run, request_run
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.models import Job, Person
from synthportal.roles import Role, require

LEAST, MOST = 2, 8
# The job that opens the review of a run that was taken; the one that follows an evaluation lets such runs wait.
TAKE = "take"


@dataclass(frozen=True, slots=True)
class BakeOffRequest:
    """What shall be compared; rows, tier, seed and what is asked for are the same for all.

    `id` becomes the bake-off's own: asking a second time under the same one makes no second bake-off. `parameters` are
    settings by synthesizer, the defaults where it names none.
    """

    synthesizers: tuple[str, ...]
    rows: int | None = None
    tier: str = "standard"
    seed: int | None = None
    id: UUID = field(default_factory=uuid4)
    asked: Mapping[str, object] = field(default_factory=dict)
    parameters: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    def faults(self) -> list[str]:
        """What cannot be as asked, as sentences; the rest is said by each run."""
        wrong = []
        if not LEAST <= len(set(self.synthesizers)) == len(self.synthesizers) <= MOST:
            wrong.append(f"Choose {LEAST} to {MOST} different synthesizers: one alone is an ordinary run.")
        if not self.parameters.keys() <= set(self.synthesizers):
            wrong.append("There are settings for a synthesizer that is not among those chosen.")
        return wrong

    def runs(self) -> list[RunRequest]:
        """One request per synthesizer; without a seed all share a random one."""
        seed = secrets.randbits(SEED_BITS) if self.seed is None else self.seed
        return [
            RunRequest(
                name, self.rows, self.parameters.get(name, {}), self.tier, seed, uuid5(self.id, name), self.asked
            )
            for name in self.synthesizers
        ]


def request_bake_off(dataset: Dataset, wanted: BakeOffRequest, *, by: Person) -> BakeOff:
    """Ask for a run of every synthesizer, all or none; the caller queues the jobs.

    Raises NotPermitted for anybody but the owner, Conflict with every reason why it cannot be as asked.
    """
    require(by, Role.OWNER)
    require_owner(dataset, by)
    if faults := wanted.faults():
        raise Conflict(*faults)
    with transaction.atomic():
        lock_source(dataset)
        if asked := dataset.bake_offs.filter(pk=wanted.id, by=by).first():
            return asked
        bake_off = BakeOff.objects.create(id=wanted.id, dataset=dataset, by=by)
        for one in wanted.runs():
            run = request_run(dataset, one, by=by)
            run.bake_off = bake_off
            run.save(update_fields=["bake_off"])
        record("requested", bake_off, by=by, synthesizers=list(wanted.synthesizers))
    return bake_off


def waits_for_choice(run: GenerationRun) -> bool:
    """Whether the run stands in a bake-off and nobody has taken it to review."""
    return run.bake_off_id is not None and not Job.objects.filter(kind=TAKE, subject_id=run.pk).exists()


def why_not_take(person: Person, run: GenerationRun) -> list[str]:
    """Why this person cannot take this run of a bake-off to review; empty when they can."""
    reasons = []
    if run.bake_off_id is None:
        reasons.append("This run is in no bake-off: its review opens by itself.")
    if run.dataset.owner_id != person.pk:
        reasons.append("Only the owner of this dataset takes a run to review.")
    if run.status != GenerationRun.Status.EVALUATED:
        reasons.append("The run must be evaluated first.")
    if run.dataset.status == Dataset.Status.ERASED:
        reasons.append("The dataset is erased: its records can never be read again.")
    return reasons


def take_run(run: GenerationRun, *, by: Person) -> None:
    """Take a run of a bake-off to review; the caller queues the job. Taking it twice records it once."""
    require(by, Role.OWNER)
    require_owner(run.dataset, by)
    if reasons := why_not_take(by, run):
        raise Conflict(*reasons)
    with transaction.atomic():
        GenerationRun.objects.select_for_update().get(pk=run.pk)
        if waits_for_choice(run):
            record("taken to review", run, by=by, bake_off=str(run.bake_off_id))


def cancel_bake_off(bake_off: BakeOff, *, by: Person) -> None:
    """Cancel its runs that are not over; those that are evaluated stay. Raises Conflict when all are over."""
    require_owner(bake_off.dataset, by)
    with transaction.atomic():
        at_work = bake_off.runs.select_related("dataset").filter(status__in=AT_WORK)
        if not at_work:
            raise Conflict("Every run of this bake-off is already over.")
        for run in at_work:
            cancel_run(run, by=by)
