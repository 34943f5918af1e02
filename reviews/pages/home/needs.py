"""What needs a person now, role by role: the lines of the home page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from generation.pages.status.waiting import Waiting
from reviews.engine.acceptance.progress import Progress
from reviews.models import Release, Review
from reviews.pages.desk.page import standing_in_words, way_in
from reviews.pages.trail.views import trail_facts
from reviews.permissions import desk_reviews_for, flag_reviews_for, releases_for
from reviews.repositories.gate.dossier import conditions_in
from reviews.repositories.progress import progress_in
from reviews.repositories.queue import waiting_in
from reviews.repositories.standings import standings_in
from reviews.repositories.standstill import standstills_in
from reviews.stages.adjudicate import flags_in
from reviews.stages.gate import signable
from synthportal.jobs.progress import eta_seconds, percent
from synthportal.models import Job, Person
from synthportal.people.directory.page import directory_needs
from synthportal.roles import Role, has_role

SHOWN = 8
LOOKED_AT = 50  # open reviews among which one may be at a standstill
Need = dict[str, Any]
LIVE = (Job.State.QUEUED, Job.State.RUNNING)


def needs_of(person: Person) -> list[Need]:
    """One section per role, in the order in which work waits for others: first what blocks somebody else."""
    sections: tuple[tuple[Role, Callable[[Person], Need]], ...] = (
        (Role.ANNOTATOR, _annotator),
        (Role.STEWARD, _steward),
        (Role.OWNER, _owner),
        (Role.ENGINEER, _engineer),
        (Role.AUDITOR, _auditor),
    )
    found = [section(person) for role, section in sections if has_role(person, role)]
    return [*found, _administrator(person)] if person.is_administrator else found


def _administrator(person: Person) -> Need:
    action = {"label": "People and roles", "url": reverse("people")}
    return {"template": "reviews/home/_administrator.html", "action": action, **directory_needs(person)}


def _annotator(person: Person) -> Need:
    open_reviews = list(desk_reviews_for(person).select_related("run__dataset").order_by("created_at")[:SHOWN])
    waiting, progress = waiting_in(person, open_reviews), progress_in(open_reviews)
    stands = standstills_in(open_reviews, progress)
    lines: list[dict[str, Any]] = [
        {"review": review, "waiting": waiting[review.pk], "found": progress[review.pk]}
        for review in open_reviews
        if waiting[review.pk]
    ]
    flags = _flags(person)
    action = way_in(lines[0]["review"], person) if lines else _settle(flags)
    skipped = [
        {"review": review, "number": number}
        for review in open_reviews
        if (number := sum(one.number for one in stands[review.pk] if one.waits_for_skip_of(person.pk)))
    ]
    template = "reviews/home/_annotator.html"
    return {"template": template, "lines": lines, "skipped": skipped, "flags": flags, "action": action}


def _stuck(reviews: Collection[Review], progress: Mapping[UUID, Progress]) -> list[dict[str, Any]]:
    """Reviews that cannot go on: what nobody may do, why, and what to do about it."""
    found = standstills_in(reviews, progress)
    return [{"review": review, "standstill": one} for review in reviews for one in found[review.pk]]


def _settle(flags: list[dict[str, Any]]) -> Need | None:
    if not flags:
        return None
    return {"label": "Settle the flags", "url": reverse("flags", args=[flags[0]["review"].pk])}


def _standing(found: Progress) -> dict[str, Any]:
    return {"found": found, "words": standing_in_words(found)}


def _flags(person: Person) -> list[dict[str, Any]]:
    """Reviews with leak flags that this person may settle."""
    reviews = flag_reviews_for(person).filter(status=Review.Status.OPEN).select_related("run__dataset")
    shown = list(reviews.order_by("created_at")[:SHOWN])
    counted = flags_in(person, shown)
    return [{"review": review, "waiting": counted[review.pk]} for review in shown if counted[review.pk]]


def _steward(person: Person) -> Need:
    reviews = Review.objects.filter(status=Review.Status.OPEN).select_related("run__dataset", "run__plan")
    looked_at = list(reviews.order_by("created_at")[:LOOKED_AT])
    progress = progress_in(looked_at)
    lines, stuck = list(_gates(person, looked_at[:SHOWN], progress)), _stuck(looked_at, progress)
    ready = next((line for line in lines if not line["unmet"]), None)
    action = {"label": "Look at the gate", "url": reverse("gate", args=[ready["run"].pk])} if ready else None
    flags = [] if has_role(person, Role.ANNOTATOR) else _flags(person)
    action = action or _settle(flags)
    template = "reviews/home/_steward.html"
    return {"template": template, "lines": lines, "stuck": stuck, "flags": flags, "action": action}


def _gates(person: Person, shown: Collection[Review], progress: Mapping[UUID, Progress]) -> Iterator[dict[str, Any]]:
    """Gates whose review is complete and that this person may sign, with what is still unmet."""
    complete = signable(person, [review for review in shown if progress[review.pk].is_complete])
    gates = conditions_in(complete, progress)
    for review in complete:
        unmet = [line.title for line in gates[review.pk] if not line.met]
        yield {"run": review.run, "unmet": unmet}


def _owner(person: Person) -> Need:
    datasets = Dataset.objects.filter(owner=person).exclude(status=Dataset.Status.ERASED)
    runs = GenerationRun.objects.filter(dataset__owner=person).select_related("dataset")
    return {
        "template": "reviews/home/_owner.html",
        "live": _live(datasets, runs, Waiting(person)),
        "confirm": datasets.filter(status=Dataset.Status.PROFILED)[:SHOWN],
        "refused": datasets.filter(status=Dataset.Status.REFUSED)[:SHOWN],
        **_in_review(person, runs),
        "lost": _lost(runs),
        "has_datasets": datasets.exists(),
        "action": {"label": "New dataset", "url": reverse("dataset_new")},
    }


def _live(datasets: QuerySet[Dataset], runs: QuerySet[GenerationRun], waiting: Waiting) -> list[dict[str, Any]]:
    """What is being worked on now, with phase and time left; what waits, with what is ahead of it."""
    named = {dataset.pk: (dataset.name, reverse("dataset", args=[dataset.pk])) for dataset in datasets[:100]}
    named |= {run.pk: (str(run), reverse("run", args=[run.pk])) for run in runs[:100]}
    jobs = Job.objects.filter(subject_id__in=list(named), state__in=LIVE).order_by("created_at")
    return [
        {"job": job, "name": named[job.subject_id][0], "url": named[job.subject_id][1],
         "percent": percent(job), "eta": eta_seconds(job), "ahead": waiting.line(job)}
        for job in jobs[:SHOWN]
    ]  # fmt: skip


def _in_review(person: Person, runs: QuerySet[GenerationRun]) -> dict[str, Any]:
    """The owner's runs in review, and which of them cannot go on, unless that is told them as a steward."""
    found = list(runs.filter(review__status=Review.Status.OPEN).select_related("review", "plan")[:LOOKED_AT])
    reviews = [run.review for run in found]
    progress = progress_in(reviews)
    standings = standings_in(reviews[:SHOWN], progress)
    return {
        "in_review": [
            {"run": run, "where": standings[run.review.pk], **_standing(progress[run.review.pk])}
            for run in found[:SHOWN]
        ],
        "stuck": [] if has_role(person, Role.STEWARD) else _stuck(reviews, progress),
    }


def _lost_runs(runs: QuerySet[GenerationRun]) -> QuerySet[GenerationRun]:
    rejected = runs.filter(review__status=Review.Status.REJECTED)
    return (rejected | runs.filter(status=GenerationRun.Status.FAILED)).order_by("-created_at")


def _lost(runs: QuerySet[GenerationRun]) -> list[dict[str, Any]]:
    """Runs that came to nothing: why, and what their owner may try."""
    shown = list(_lost_runs(runs).select_related("review")[:SHOWN])
    failed = {run.pk for run in shown if run.status == GenerationRun.Status.FAILED}
    progress = progress_in([run.review for run in shown if run.pk not in failed])
    return [_failed(run) if run.pk in failed else _rejected(run, progress[run.review.pk]) for run in shown]


def _failed(run: GenerationRun) -> dict[str, Any]:
    return {"run": run, "why": run.error, "try": "Start another run, or choose another synthesizer."}


def _rejected(run: GenerationRun, found: Progress) -> dict[str, Any]:
    leaks = found.leaks + found.leaks_in_hunt
    why = f"{leaks} confirmed {'leak' if leaks == 1 else 'leaks'} in the review"
    return {"run": run, "why": why, "try": "Coarsen the columns that leaked in the plan, then start another run."}


def _engineer(person: Person) -> Need:
    newest = releases_for(person).filter(status=Release.Status.RELEASED).select_related("run__dataset")[:SHOWN]
    action = {"label": "Browse releases", "url": reverse("releases")}
    return {"template": "reviews/home/_engineer.html", "lines": newest, "action": action}


def _auditor(_person: Person) -> Need:
    action = {"label": "Open the trail", "url": reverse("audit")}
    return {"template": "reviews/home/_auditor.html", "action": action, **trail_facts()}
