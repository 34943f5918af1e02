"""Bake-offs: their runs, what was measured on each, and which one to take."""

from __future__ import annotations

from collections.abc import Sequence

from generation.engine.comparison.apart import Measured
from generation.engine.comparison.recommendation import Recommendation, recommend
from generation.engine.synthesizers.catalogue import cards
from generation.models import BakeOff, Dataset, Evaluation, GenerationRun
from generation.models.run import AT_WORK
from generation.repositories.evaluations import newest_evaluation
from generation.repositories.judged.limits import policy_for

# The job that opens the review of a run that was taken; the one that follows an evaluation lets such runs wait.
TAKE = "take"


def waits_for_choice(run: GenerationRun) -> bool:
    """Whether the run stands in a bake-off and nobody has taken it to review."""
    return run.bake_off_id is not None and run.taken_at is None


def run_name(run: GenerationRun) -> str:
    """run 3 (Trees); brackets within the title become a comma."""
    card = cards().get(run.synthesizer)
    title = card.title if card else run.synthesizer
    return f"run {run.number} ({title.replace(' (', ', ').rstrip(')')})"


def measured(run: GenerationRun, evaluation: Evaluation) -> Measured:
    """A run with its newest evidence, for the words of a choice."""
    return Measured(run_name(run), {metric["name"]: metric for metric in evaluation.metrics})


def runs_of(bake_off: BakeOff) -> list[GenerationRun]:
    """The runs of a bake-off in their order, with what their lines show."""
    runs = bake_off.runs.select_related("dataset", "plan", "requested_by")
    return list(runs.prefetch_related("evaluations").order_by("number"))


def recommendation_of(runs: Sequence[GenerationRun], dataset: Dataset) -> Recommendation | None:
    """Which run to take; None before all of them are over."""
    if any(run.status in AT_WORK for run in runs):
        return None
    pairs = [(run, newest_evaluation(run)) for run in runs]
    return recommend([measured(run, found) for run, found in pairs if found], policy_for(dataset))
