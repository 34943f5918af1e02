"""Sets of questions and tasks brought to an open review, and through it, by the real verbs."""

from __future__ import annotations

from pathlib import Path

from generation.models import GenerationRun
from generation.stages.request import RunRequest
from reviews.models import Release, Review
from reviews.pipeline import run_pipeline
from reviews.tasks import submit_release
from synthportal.models import Person
from tests import cast
from tests.reviews.calibrated import judge_as_an_expert
from tests.reviews.signing import all_seen, publish

EXAMPLES = Path("docs/examples")


def ask(owner: Person, rows: int = 150, seed: int = 4) -> GenerationRun:
    """Questions over the example's handbook, with a review that is open."""
    stated = {"name": "travel", "kind": "documents", "purpose": "knowledge_testing"}
    wanted = RunRequest("questions", rows, {"may_leave": True}, seed=seed, tier="quick")
    return run_pipeline(EXAMPLES / "travel-handbook.html", stated, wanted, by=owner).run


def judge(run: GenerationRun, person: Person) -> Review:
    """Judge every record as somebody does who sees each planted leak."""
    review = Review.objects.get(run=run)
    judge_as_an_expert(review, person)
    return review


def released(run: GenerationRun, people: dict[str, Person]) -> Release:
    """The run judged by ben and signed by cleo, with its files laid out."""
    judge(run, people["ben"])
    return publish(submit_release(run, by=people["cleo"], **all_seen(run)))


def make_questions(people: dict[str, Person]) -> GenerationRun:
    """The questions, made once."""
    cast.made_once("questions", lambda: ask(people["ana"]))
    return GenerationRun.objects.select_related("dataset", "plan").get()
