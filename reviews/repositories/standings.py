"""Where evaluated runs stand on their way out, read for many runs in as many queries as for one."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from generation.models import GenerationRun
from generation.repositories.bake_offs import TAKE, waits_for_choice
from generation.repositories.evaluations import undecided_in
from generation.repositories.standings import Standing, StandingFilter
from reviews.engine.acceptance.progress import Progress
from reviews.models import Release, Review
from reviews.repositories.gate.dossier import conditions_in
from reviews.repositories.progress import progress_in
from reviews.repositories.twins import name_of, twins_of
from synthportal.models import Job
from synthportal.templatetags.human import count

DRAWING = ("sample", TAKE)  # the kinds of job that open a review
NOT_TAKEN = Standing("not_taken", "evaluated, not in review", "waiting")
BEING_SAMPLED = Standing("being_sampled", "sample being drawn", "waiting")
NOT_SAMPLED = Standing("not_sampled", "no sample could be drawn", "blocked")
UNDECIDED = Standing("undecided", "too few records to tell", "blocked")
NOT_IN_REVIEW = Standing("evaluated", "evaluated, not in review", "waiting")
FLAGS = Standing("flags", "judged, flags to settle", "attention")
READY = Standing("waits_for_signature", "waits for a signature", "attention")
SHUT = Standing("gate_shut", "judged, the gate is shut", "blocked")
_KNOWN = "_way_out"  # on a run: what was found of it last
_LIVE = (Job.State.QUEUED, Job.State.RUNNING)


@dataclass(frozen=True, slots=True)
class WayOut:
    """Where an evaluated run stands, and what that was read from. `twin` is the review of an earlier run that made the
    same bytes: then there is no review of this one, and never will be.
    """

    standing: Standing
    review: Review | None = None
    progress: Progress | None = None
    twin: Review | None = None


def ways_out(runs: Collection[GenerationRun]) -> dict[UUID, WayOut]:
    """By run, as it is now."""
    reviews = {review.run_id: review for review in Review.objects.filter(run__in=runs)}
    rest = [run for run in runs if run.pk not in reviews]
    found = _before_review(rest) | _from_review(runs, reviews)
    for run in runs:
        vars(run)[_KNOWN] = found[run.pk]
    return found


def way_out_on_page(run: GenerationRun) -> WayOut:
    """Of one run, asked once: a page reads its run anew, and several parts of it ask."""
    known: WayOut | None = vars(run).get(_KNOWN)
    return known or ways_out([run])[run.pk]


def standings_of(runs: Collection[GenerationRun]) -> Mapping[UUID, Standing]:
    """Where each evaluated run stands."""
    return {pk: found.standing for pk, found in ways_out(runs).items()}


def filters() -> Sequence[StandingFilter]:
    """What the way out adds to the choices of a list of runs."""
    return [
        StandingFilter("in_review", "in review", Q(review__status=Review.Status.OPEN)),
        StandingFilter("rejected", "rejected", Q(review__status=Review.Status.REJECTED)),
        *(StandingFilter(str(kind), str(kind), Q(review__release__status=kind)) for kind in Release.Status),
    ]


def _before_review(runs: Collection[GenerationRun]) -> dict[UUID, WayOut]:
    if not runs:
        return {}
    twins, jobs = twins_of(runs), Job.objects.filter(subject_id__in=[run.pk for run in runs], kind__in=DRAWING)
    states = dict(jobs.order_by("created_at").values_list("subject_id", "state"))
    undecided = undecided_in(runs)
    return {
        run.pk: _unreviewed(run, twins.get(run.pk), states.get(run.pk, ""), is_undecided=run.pk in undecided)
        for run in runs
    }


def _unreviewed(run: GenerationRun, twin: Review | None, drawing: str, *, is_undecided: bool) -> WayOut:
    """`drawing`: the state of the last job that was to draw the sample; "" without one."""
    if twin is not None:
        return WayOut(Standing("same_bytes", f"same bytes as {name_of(twin, run)}", "waiting", is_over=True), twin=twin)
    if waits_for_choice(run):
        return WayOut(NOT_TAKEN)
    if drawing in _LIVE:
        return WayOut(BEING_SAMPLED)
    if is_undecided:
        return WayOut(UNDECIDED)
    return WayOut(NOT_SAMPLED if drawing == Job.State.FAILED else NOT_IN_REVIEW)


def _from_review(runs: Collection[GenerationRun], reviews: Mapping[UUID, Review]) -> dict[UUID, WayOut]:
    for run in runs:
        if run.pk in reviews:
            reviews[run.pk].run = run  # nothing that is asked of a review reads its run again
    progress = progress_in(list(reviews.values()))
    found = standings_in(list(reviews.values()), progress)
    return {pk: WayOut(found[one.pk], one, progress[one.pk]) for pk, one in reviews.items()}


def standings_in(reviews: Collection[Review], progress: Mapping[UUID, Progress]) -> dict[UUID, Standing]:
    """By review: where its run stands."""
    released = dict(Release.objects.filter(review__in=reviews).order_by().values_list("review", "status"))
    ready = [one for one in reviews if one.status == Review.Status.OPEN and progress[one.pk].is_complete]
    gates = conditions_in(ready, progress) if ready else {}
    shut = {pk for pk, found in gates.items() if not all(line.met for line in found)}
    return {
        one.pk: _standing(one, progress[one.pk], released.get(one.pk, ""), is_shut=one.pk in shut) for one in reviews
    }


def _standing(review: Review, found: Progress, released: str, *, is_shut: bool) -> Standing:
    if released:
        return Standing(released, released, released, is_over=released != Release.Status.RELEASED)
    if review.status != Review.Status.OPEN:
        status = str(review.status)
        return Standing(status, status, status, is_over=review.status == Review.Status.REJECTED)
    if found.is_complete:
        return SHUT if is_shut else READY
    if found.total_judged >= found.total:
        return FLAGS
    return Standing("in_review", f"in review, {count(found.total_judged)} of {count(found.total)}", "waiting")
