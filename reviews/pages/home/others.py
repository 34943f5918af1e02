"""What a person follows and cannot do now: what waits for others and on whom, what ended, their releases."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from django.db.models import Q, QuerySet
from django.urls import reverse

from generation.engine.comparison.apart import listed_words
from generation.engine.evaluation.words import metric_words
from generation.models import Dataset, GenerationRun
from generation.pages.status.waiting import Waiting
from generation.permissions import owned_by
from generation.repositories.evaluations import undecided_in
from reviews.models import AccessRequest, Release, Review
from reviews.pages.home.needs import SHOWN, Line, OpenReviews
from reviews.permissions import releases_for
from reviews.repositories.catalogue.standing import with_standing
from reviews.repositories.progress import progress_in
from synthportal.jobs.progress import eta_seconds, percent
from synthportal.models import Job, Person
from synthportal.roles import Role, has_role
from synthportal.templatetags.human import count

LIVE = (Job.State.QUEUED, Job.State.RUNNING)
LOOKED_AT = 100  # datasets, and runs, of an owner in which work may be going on


def waiting_for_others(person: Person, found: OpenReviews, mine: Iterable[Line]) -> list[Line]:
    """Open reviews in which this person has nothing to do now, with what each waits for; and what they asked for."""
    named = {line.title for line in mine}
    lines = [_elsewhere(review, found) for review in found.reviews if str(review.run) not in named]
    return [*lines[:SHOWN], *_asked_by(person)]


def _elsewhere(review: Review, found: OpenReviews) -> Line:
    progress, can_judge = found.progress[review.pk], review.pk in found.waiting
    left = progress.total - progress.total_judged
    if left > 0:
        words = f"{count(left)} {'record waits' if left == 1 else 'records wait'} for {'other ' * can_judge}annotators."
    elif progress.open_flags and not can_judge:
        flags = progress.open_flags
        words = f"{count(flags)} leak {'flag waits' if flags == 1 else 'flags wait'} for a second person."
    else:
        words = "Every record is judged: it waits for a steward."
    url = reverse("desk", args=[review.pk])
    return Line("Review", str(review.run), url, words, progress, said="" if can_judge else progress.claim.sentence)


def _asked_by(person: Person) -> Iterator[Line]:
    """Requests for access that nobody has decided yet."""
    asked = AccessRequest.objects.filter(person=person, status=AccessRequest.Status.ASKED)
    for one in asked.select_related("release")[:SHOWN]:
        url = reverse("release", args=[one.release_id])
        yield Line("Access", f"Release {one.release.number}", url, "You asked to hold it: it waits for a steward.")


def at_work(person: Person) -> list[dict[str, Any]]:
    """An owner's work that goes on now, with phase and time left; what is queued, with what is ahead of it."""
    if not has_role(person, Role.OWNER):
        return []
    datasets = Dataset.objects.filter(owned_by(person)).exclude(status=Dataset.Status.ERASED).order_by("-created_at")
    runs = GenerationRun.objects.filter(owned_by(person, "dataset")).select_related("dataset").order_by("-created_at")
    live = list(Job.objects.filter(state__in=LIVE, subject_id__in=_ids(datasets, runs)).order_by("created_at")[:SHOWN])
    if not live:
        return []
    ids = [job.subject_id for job in live]
    named = {one.pk: (one.name, reverse("dataset", args=[one.pk])) for one in datasets.filter(pk__in=ids)}
    named |= {one.pk: (str(one), reverse("run", args=[one.pk])) for one in runs.filter(pk__in=ids)}
    waiting = Waiting(person)
    return [
        {"job": job, "name": named[job.subject_id][0], "url": named[job.subject_id][1],
         "percent": percent(job), "eta": eta_seconds(job), "ahead": waiting.line(job)}
        for job in live
    ]  # fmt: skip


def _ids(datasets: QuerySet[Dataset], runs: QuerySet[GenerationRun]) -> list[Any]:
    newest = (rows.values_list("pk", flat=True)[:LOOKED_AT] for rows in (datasets, runs))
    return [pk for rows in newest for pk in rows]


def lost(person: Person) -> list[dict[str, Any]]:
    """An owner's runs that came to nothing: why, and what they may try."""
    if not has_role(person, Role.OWNER):
        return []
    runs = GenerationRun.objects.filter(owned_by(person, "dataset"))
    rejected = runs.filter(review__status=Review.Status.REJECTED)
    found = (rejected | runs.filter(status=GenerationRun.Status.FAILED)).order_by("-created_at")
    shown = list(found.select_related("dataset", "review__run__dataset")[:SHOWN])
    failed = {run.pk for run in shown if run.status == GenerationRun.Status.FAILED}
    progress = progress_in([run.review for run in shown if run.pk not in failed])
    came = [_failed(run) if run.pk in failed else _rejected(run, progress[run.review.pk].rejection) for run in shown]
    return sorted([*came, *_undecided(runs)], key=lambda line: line["run"].created_at, reverse=True)[:SHOWN]


def _undecided(runs: QuerySet[GenerationRun]) -> list[dict[str, Any]]:
    """Of the newest evaluated runs those whose evidence is too thin for a sample: nobody else will take them up."""
    waiting = runs.filter(status=GenerationRun.Status.EVALUATED, review__isnull=True)
    shown = list(waiting.select_related("dataset").order_by("-created_at")[:SHOWN])
    found = undecided_in(shown)
    return [_too_few(run, found[run.pk]) for run in shown if run.pk in found]


def _too_few(run: GenerationRun, names: list[str]) -> dict[str, Any]:
    titles = listed_words([metric_words(name).title.lower() for name in names])
    return {
        "run": run,
        "why": f"The records are too few to decide {titles}: no sample was drawn, and no review opens.",
        "try": "Take more records, or leave columns out in a new version of the plan; then start another run.",
    }


def _failed(run: GenerationRun) -> dict[str, Any]:
    return {"run": run, "why": run.error, "try": "Start another run, or choose another synthesizer."}


def _rejected(run: GenerationRun, why: str) -> dict[str, Any]:
    return {"run": run, "why": f"{why}.", "try": "Coarsen the columns that leaked in the plan, then start another run."}


def releases_of(person: Person) -> tuple[str, list[Release]]:
    """What this person made, signed or took, under its heading; for who did none of it, the newest they may see."""
    seen = with_standing(releases_for(person).select_related("run__dataset").defer(*Release.LARGE))
    part = owned_by(person, "run__dataset") | Q(requested_by=person) | Q(released_by=person) | Q(downloads__by=person)
    mine = Release.objects.filter(part).order_by().values("pk")
    found = list(seen.filter(pk__in=mine).order_by("-released_at")[:SHOWN])
    if found:
        return "Your releases", found
    return "Newest releases", list(seen.order_by("-released_at")[:SHOWN])
