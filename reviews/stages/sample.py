"""sample: draw the one sample of an artefact, seeded by its digest, and seal each record for the desk."""

from __future__ import annotations

from collections import Counter
from dataclasses import asdict, dataclass, replace
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import connection, transaction

from generation.engine.tables.loading import rows_at
from generation.models import GenerationRun
from generation.repositories.audits import rows_near_exposed
from generation.repositories.evaluations import read_report, undecided_in
from reviews.engine.acceptance.draw import Chance, Draw, draw_seed, sample_rows
from reviews.engine.acceptance.plans import ImpossiblePlan, Plan
from reviews.engine.controls.fabricate import Kind, Materials, fabricate, materials_of
from reviews.engine.controls.lineup import Hunted, Place, line_up, needing
from reviews.engine.policy.policy import ReviewPolicy, plan_for
from reviews.models import Control, Review, ReviewRecord, Verdict
from reviews.repositories.gate.parts import sample_digest
from reviews.repositories.samples import attempt_of, encode_record, hidden_in, invented_in
from reviews.repositories.tiers import current_tier
from reviews.repositories.twins import twin_of
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.storage.vault import open_sealed, seal_value
from synthportal.trail.audit import record

RANDOM, HUNT, CONTROL = ReviewRecord.Lane.RANDOM, ReviewRecord.Lane.HUNT, ReviewRecord.Lane.CONTROL
EXPECTED = (Verdict.Decision.LEAKAGE, Verdict.Decision.UNREALISTIC)
MATERIAL_ROWS = 400
NEAR_EXPOSED = "nearest to a real record whose presence an audit of the synthesizer could tell"


def sample_run(run_id: UUID, *, by: Worker, report: Report) -> None:
    """Open the run's review. The draw follows from the artefact's digest and the server's key: nobody can move it, and
    everybody can check it once the proof is published with the release. Until then the trail has a commitment to it.

    Where an earlier run made the same bytes its review counts, and nothing is drawn; nor is where the evidence leaves a
    check of privacy undecided: no review could open that gate.
    """
    run = GenerationRun.objects.select_related("dataset").get(pk=run_id)
    if run.status != GenerationRun.Status.EVALUATED or Review.objects.filter(run=run).exists():
        return
    if _has_twin(run, by) or _is_undecided(run, by):
        return
    attempt = attempt_of(run.dataset)
    draw = _draw(run, attempt, report)
    with transaction.atomic():
        by.hold()
        if _has_twin(run, by):
            return
        if attempt_of(run.dataset) != attempt:
            raise Conflict("Another run of this dataset was sampled at the same moment. Try this one again.")
        opened = _opened(run, draw)
        facts = {"artefact": run.artefact_sha256, **draw.counts(), "attempt": attempt}
        record("sampled", opened, by=by, **facts, seed=draw.how.commitment, sample=sample_digest(opened))
    refresh_statistics()


@dataclass(frozen=True, slots=True)
class _Draw:
    """The records of a review in their order, and the plan they were drawn by."""

    policy: ReviewPolicy
    plan: Plan
    lot: int
    how: Draw
    records: list[ReviewRecord]
    controls: list[Control]

    def lanes(self) -> Counter[str]:
        return Counter(str(one.lane) for one in self.records)

    def counts(self) -> dict[str, int]:
        lanes = self.lanes()
        return {"random": lanes[RANDOM], "hunt": lanes[HUNT], "controls": lanes[CONTROL]}


def _draw(run: GenerationRun, attempt: int, report: Report) -> _Draw:
    lot = run.artefact_rows or 0
    seed, how = draw_seed(settings.SAMPLE_KEY, run.artefact_sha256)
    chance = Chance(seed, "line-up")
    materials = _materials(run, lot, Chance(seed, "materials"))
    policy = replace(_with_possible_controls(current_tier(run.tier), materials), reading_speed=settings.READING_SPEED)
    plan = _plan(policy, lot, attempt)
    drawn = sample_rows(seed, lot, plan.n)
    report("sampling records", 0, len(drawn))
    hunted = _hunted(run, set(drawn), policy.hunt_records)
    places = line_up(plan, drawn, hunted, materials.kinds(), chance)
    needed = needing(places, policy.reviews_per_record, policy.double_share, chance)
    records, controls = _sealed_records(run, places, needed, _Fabric(materials, chance))
    return _Draw(policy, plan, lot, how, records, controls)


def _has_twin(run: GenerationRun, by: Worker) -> bool:
    """Whether the same bytes have a review already. Then the run's way ends here, and that is recorded."""
    twin = twin_of(run)
    if twin is None:
        return False
    with transaction.atomic():
        by.hold()
        record("not sampled", run, by=by, why="same bytes", review=str(twin.pk), artefact=run.artefact_sha256)
    return True


def _is_undecided(run: GenerationRun, by: Worker) -> bool:
    """Whether the records are too few to tell. Then nobody is asked to judge them, and that is recorded."""
    undecided = undecided_in([run]).get(run.pk, [])
    if not undecided:
        return False
    with transaction.atomic():
        by.hold()
        record("not sampled", run, by=by, why="undecided", checks=undecided, artefact=run.artefact_sha256)
    return True


def refresh_statistics() -> None:
    """Have the database count what a draw has added: it plans claims by its statistics. PostgreSQL gathers them only
    later, SQLite never.
    """
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE reviews_reviewrecord")


def _opened(run: GenerationRun, draw: _Draw) -> Review:
    review = Review.objects.create(
        run=run,
        places=dict(draw.lanes()),
        artefact_sha256=run.artefact_sha256,
        policy=asdict(draw.policy),
        plan=asdict(draw.plan),
        lot=draw.lot,
        draw=asdict(draw.how),
        required=draw.plan.n,
        accept=draw.plan.accept,
        ltpd=draw.plan.ltpd,
        confidence=draw.plan.confidence,
        own_reasons=getattr(run.dataset.guidelines.first(), "reasons", {}),
    )
    for one in draw.records:
        one.review = review
    ReviewRecord.objects.bulk_create(draw.records, batch_size=200)
    Control.objects.bulk_create(draw.controls, batch_size=200)
    return review


def _plan(policy: ReviewPolicy, lot: int, attempt: int) -> Plan:
    try:
        return plan_for(policy, lot, attempt)
    except ImpossiblePlan as error:
        raise Conflict(str(error)) from error


def _with_possible_controls(policy: ReviewPolicy, materials: Materials) -> ReviewPolicy:
    """A table of bare numbers can hide no leak that a person would recognise: then the claim says so."""
    possible = any(kind is not Kind.NONSENSE for kind in materials.kinds())
    return policy if possible else replace(policy, control_rate=0.0)


def _materials(run: GenerationRun, lot: int, chance: Chance) -> Materials:
    """Synthetic rows to make controls from. A surrogate column may hold a name without leaking it."""
    with open_sealed(run.dataset.key_id, run.artefact_sha256) as artefact:
        rows = rows_at(artefact, chance.some(MATERIAL_ROWS, lot)) if lot else []
    # Nothing may be planted where the desk shows nothing, or a name would be no leak.
    places = {**invented_in(run), **hidden_in(run)}
    labels = list(rows[0]) if rows else []
    return materials_of(rows, [label for place, label in enumerate(labels) if place in places])


def _hunted(run: GenerationRun, drawn: set[int], most: int) -> list[Hunted]:
    """The records that an audit of the synthesizer leads to, then those that evaluate named, in its order; none that is
    in the random lane already."""
    named: dict[int, list[str]] = {}
    report = read_report(run.evaluations.latest("number"))
    audited = [(row, NEAR_EXPOSED) for row in rows_near_exposed(run)]
    for row, reason in [*audited, *((found["row"], found["reason"]) for found in report["named"])]:
        if row not in drawn and reason not in named.setdefault(row, []):
            named[row].append(reason)
    return [Hunted(row, tuple(reasons)) for row, reasons in list(named.items())[:most]]


@dataclass(frozen=True, slots=True)
class _Fabric:
    """What controls are made from, and by which chance."""

    materials: Materials
    chance: Chance

    def make(self, kind: Kind) -> dict[str, Any]:
        return fabricate(kind, self.materials, self.chance)


def _sealed_records(
    run: GenerationRun, places: list[Place], needed: list[int], fabric: _Fabric
) -> tuple[list[ReviewRecord], list[Control]]:
    key_id = run.dataset.key_id
    rows = [_row_of(place) for place in places]
    wanted = [row for row in rows if row is not None]
    with open_sealed(key_id, run.artefact_sha256) as artefact:
        contents = iter(rows_at(artefact, wanted))
    records, controls = [], []
    for position, (place, row, people) in enumerate(zip(places, rows, needed, strict=True), start=1):
        one = ReviewRecord(lane=_lane(place), row=row, position=position, needed=people)
        one.reasons = list(place.hunted.reasons) if place.hunted else []
        content = fabric.make(place.control) if place.control else next(contents)
        one.sealed = seal_value(key_id, encode_record(content), one.pk.bytes)
        records.append(one)
        if place.control:
            controls.append(Control(record=one, kind=place.control, expected=EXPECTED[place.control is Kind.NONSENSE]))
    return records, controls


def _row_of(place: Place) -> int | None:
    return place.hunted.row if place.hunted else place.row


def _lane(place: Place) -> str:
    if place.control:
        return CONTROL
    return HUNT if place.hunted else RANDOM
