"""bake-off, a part of generate: several synthesizers on the same split, to be compared; its owner takes one to review.

People's time is the scarce thing: a run of a bake-off opens no review until it is taken.
"""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID, uuid4, uuid5

from django.db import transaction
from django.utils import timezone

from generation.engine.composition.composition import Composition
from generation.models import BakeOff, Dataset, GenerationRun
from generation.models.run import AT_WORK
from generation.permissions import owns, require_owner
from generation.repositories.bake_offs import waits_for_choice
from generation.repositories.budget import lock_source
from generation.stages.request import SEED_BITS, PlannedRun, RunRequest, cancel_run, plan_run, request_run
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.trail.audit import record

LEAST, MOST = 2, 8


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
    composition: Composition = field(default_factory=Composition)
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
                name, self.rows, self.parameters.get(name, {}), self.tier, seed, uuid5(self.id, name), self.composition
            )
            for name in self.synthesizers
        ]


@dataclass(frozen=True, slots=True)
class PlannedBakeOff:
    """A bake-off all of whose runs can be."""

    id: UUID
    dataset: Dataset
    runs: tuple[PlannedRun, ...]


def plan_bake_off(dataset: Dataset, wanted: BakeOffRequest, *, by: Person) -> PlannedBakeOff:
    """What its runs will be; plan before anything is locked, as for a run.

    Raises NotPermitted for anybody but the owner, Conflict with every reason why it cannot be as asked.
    """
    require(by, Role.OWNER)
    require_owner(dataset, by)
    if faults := wanted.faults():
        raise Conflict(*faults)
    return PlannedBakeOff(wanted.id, dataset, tuple(plan_run(dataset, one, by=by) for one in wanted.runs()))


def request_bake_off(planned: PlannedBakeOff, *, by: Person) -> BakeOff:
    """Ask for a run of every synthesizer, all or none; the caller queues the jobs.

    Raises NotPermitted for anybody but the owner, Conflict when the runs would overspend together.
    """
    dataset = planned.dataset
    require(by, Role.OWNER)
    require_owner(dataset, by)
    with transaction.atomic():
        lock_source(dataset)
        if asked := dataset.bake_offs.filter(pk=planned.id, by=by).first():
            return asked
        bake_off = BakeOff.objects.create(id=planned.id, dataset=dataset, by=by)
        for one in planned.runs:
            run = request_run(one, by=by)
            run.bake_off = bake_off
            run.save(update_fields=["bake_off"])
        record("requested", bake_off, by=by, synthesizers=[one.request.synthesizer for one in planned.runs])
    return bake_off


def why_not_take(person: Person, run: GenerationRun) -> list[str]:
    """Why this person cannot take this run of a bake-off to review; empty when they can."""
    reasons = []
    if run.bake_off_id is None:
        reasons.append("This run is in no bake-off: its review opens by itself.")
    if not owns(person, run.dataset):
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
        run.taken_at = GenerationRun.objects.select_for_update().get(pk=run.pk).taken_at
        if waits_for_choice(run):
            run.taken_at, run.taken_by = timezone.now(), by
            run.save(update_fields=["taken_at", "taken_by"])
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
