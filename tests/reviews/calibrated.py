"""Reviews under other policies than the world's, on a second run of its dataset: evaluated once per session and
sampled once for each policy, by the real verbs.
"""

from __future__ import annotations

from contextlib import suppress

from generation.models import GenerationRun
from generation.stages.request import RunRequest
from generation.tasks import submit_run
from reviews.engine.reading.judgement import Judgement
from reviews.models import Review, ReviewRecord, Verdict
from reviews.stages.review import claim_record, judge_record
from synthportal.errors import Conflict
from synthportal.jobs.here import JobFailed, work_through
from synthportal.jobs.queue import enqueue
from synthportal.models import Person
from tests import cast
from tests.cast import agree_tier

ROWS = 1_000
REASONS = {"clean": [], "leakage": ["direct_identifier"], "unrealistic": ["implausible_value"]}


def world_with(**changes: object) -> cast.World:
    """The second run of the world's dataset, reviewed under the quick tier with these changes."""
    people = cast.make_people()
    cast.made_once(f"reviewed with {sorted(changes.items())}", lambda: _sample(people, changes))
    run = GenerationRun.objects.select_related("dataset", "plan").latest("created_at")
    return cast.World(run.dataset, run, Review.objects.get(run=run))


def _sample(people: dict[str, Person], changes: dict[str, object]) -> None:
    cast.made_once("evaluated twice", lambda: _evaluate(people))
    agree_tier("quick", {"ltpd": 0.05, "accept": 0, **changes}, reason="what this test needs")
    run = GenerationRun.objects.latest("created_at")
    enqueue("sample", run.pk, person_id=people["ana"].pk)
    work_through(run.pk)


def _evaluate(people: dict[str, Person]) -> None:
    world = cast.world()
    # No review of so few records can show so little: the run is evaluated and waits for its sample.
    agree_tier("quick", {"ltpd": 0.0001, "accept": 5}, reason="no sample yet")
    run = submit_run(world.dataset, RunRequest("gaussian_copula", ROWS, seed=11, tier="quick"), by=people["ana"])
    with suppress(JobFailed, Conflict):
        work_through(run.pk)


def by_an_expert(record: ReviewRecord) -> Judgement:
    """What somebody says who recognises every control and finds the records clean."""
    control = getattr(record, "control", None)
    decision = control.expected if control else "clean"
    return Judgement(decision, REASONS[decision])


def judge(record: ReviewRecord, judgement: Judgement, person: Person) -> Verdict:
    return judge_record(record, judgement, token=record.token, by=person)


def judge_as_an_expert(review: Review, person: Person, most: int = 10_000) -> int:
    """Judge what waits for a person, up to `most` records; how many."""
    for done in range(most):
        record = claim_record(review, by=person)
        if record is None:
            return done
        judge(record, by_an_expert(record), person)
    return most


def judge_until(review: Review, person: Person, lane: str) -> ReviewRecord:
    """Judge as an expert until a record of this lane is held."""
    while record := claim_record(review, by=person):
        if record.lane == lane:
            return record
        judge(record, by_an_expert(record), person)
    raise AssertionError(f"No record of the {lane} lane waits.")
