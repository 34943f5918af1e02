"""What needs a person now, role by role: the lines of the home page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from generation.models import Dataset, GenerationRun
from reviews.audit_views import trail_facts
from reviews.desk import standing_in_words, way_in
from reviews.models import Release, Review
from reviews.permissions import desk_reviews_for, flag_reviews_for, releases_for
from reviews.progress import Progress, progress_of
from reviews.queue import waiting_for
from reviews.stages.gate import gate_conditions, why_not_sign
from reviews.stages.review import flags_for
from synthportal.jobs.progress import eta_seconds, percent
from synthportal.models import Job, Person
from synthportal.roles import Role, has_role

SHOWN = 8
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
    return [section(person) for role, section in sections if has_role(person, role)]


def _annotator(person: Person) -> Need:
    open_reviews = desk_reviews_for(person).select_related("run__dataset").order_by("created_at")
    counted = ((review, waiting_for(person, review)) for review in open_reviews[:SHOWN])
    lines: list[dict[str, Any]] = [
        {"review": review, "waiting": waiting, "found": progress_of(review)} for review, waiting in counted if waiting
    ]
    flags = _flags(person)
    action = way_in(lines[0]["review"], person) if lines else _settle(flags)
    return {"template": "reviews/_home_annotator.html", "lines": lines, "flags": flags, "action": action}


def _settle(flags: list[dict[str, Any]]) -> Need | None:
    if not flags:
        return None
    return {"label": "Settle the flags", "url": reverse("flags", args=[flags[0]["review"].pk])}


def _standing(found: Progress) -> dict[str, Any]:
    return {"found": found, "words": standing_in_words(found)}


def _flags(person: Person) -> list[dict[str, Any]]:
    """Reviews with leak flags that this person may settle."""
    reviews = flag_reviews_for(person).filter(status=Review.Status.OPEN).select_related("run__dataset")
    counted = ((review, flags_for(person, review).count()) for review in reviews.order_by("created_at")[:SHOWN])
    return [{"review": review, "waiting": waiting} for review, waiting in counted if waiting]


def _steward(person: Person) -> Need:
    lines = list(_gates(person))
    ready = next((line for line in lines if not line["unmet"]), None)
    action = {"label": "Look at the gate", "url": reverse("gate", args=[ready["run"].pk])} if ready else None
    flags = [] if has_role(person, Role.ANNOTATOR) else _flags(person)
    action = action or _settle(flags)
    return {"template": "reviews/_home_steward.html", "lines": lines, "flags": flags, "action": action}


def _gates(person: Person) -> Iterator[dict[str, Any]]:
    """Gates whose review is complete and that this person may sign, with what is still unmet."""
    reviews = Review.objects.filter(status=Review.Status.OPEN).select_related("run__dataset", "run__plan")
    for review in reviews.order_by("created_at")[:SHOWN]:
        if progress_of(review).is_complete and not why_not_sign(person, review.run):
            unmet = [line.title for line in gate_conditions(review.run) if not line.met]
            yield {"run": review.run, "unmet": unmet}


def _owner(person: Person) -> Need:
    datasets = Dataset.objects.filter(owner=person).exclude(status=Dataset.Status.ERASED)
    runs = GenerationRun.objects.filter(dataset__owner=person).select_related("dataset")
    return {
        "template": "reviews/_home_owner.html",
        "live": _live(datasets, runs),
        "confirm": datasets.filter(status=Dataset.Status.PROFILED)[:SHOWN],
        "refused": datasets.filter(status=Dataset.Status.REFUSED)[:SHOWN],
        "in_review": [_standing_of(run) for run in runs.filter(review__status=Review.Status.OPEN)[:SHOWN]],
        "lost": [_lost(run) for run in _lost_runs(runs)[:SHOWN]],
        "has_datasets": datasets.exists(),
        "action": {"label": "New dataset", "url": reverse("dataset_new")},
    }


def _live(datasets: QuerySet[Dataset], runs: QuerySet[GenerationRun]) -> list[dict[str, Any]]:
    """What is being worked on now, with phase and time left."""
    named = {dataset.pk: (dataset.name, reverse("dataset", args=[dataset.pk])) for dataset in datasets[:100]}
    named |= {run.pk: (str(run), reverse("run", args=[run.pk])) for run in runs[:100]}
    jobs = Job.objects.filter(subject_id__in=list(named), state__in=LIVE).order_by("created_at")
    return [
        {"job": job, "name": named[job.subject_id][0], "url": named[job.subject_id][1],
         "percent": percent(job), "eta": eta_seconds(job)}
        for job in jobs[:SHOWN]
    ]  # fmt: skip


def _standing_of(run: GenerationRun) -> dict[str, Any]:
    return {"run": run, **_standing(progress_of(run.review))}


def _lost_runs(runs: QuerySet[GenerationRun]) -> QuerySet[GenerationRun]:
    rejected = runs.filter(review__status=Review.Status.REJECTED)
    return (rejected | runs.filter(status=GenerationRun.Status.FAILED)).order_by("-created_at")


def _lost(run: GenerationRun) -> dict[str, Any]:
    """Why a run came to nothing, and what its owner may try."""
    if run.status == GenerationRun.Status.FAILED:
        return {"run": run, "why": run.error, "try": "Start another run, or choose another synthesizer."}
    found = progress_of(run.review)
    leaks = found.leaks + found.leaks_in_hunt
    why = f"{leaks} confirmed {'leak' if leaks == 1 else 'leaks'} in the review"
    return {"run": run, "why": why, "try": "Coarsen the columns that leaked in the plan, then start another run."}


def _engineer(person: Person) -> Need:
    newest = releases_for(person).filter(status=Release.Status.RELEASED).select_related("run__dataset")[:SHOWN]
    action = {"label": "Browse releases", "url": reverse("releases")}
    return {"template": "reviews/_home_engineer.html", "lines": newest, "action": action}


def _auditor(_person: Person) -> Need:
    action = {"label": "Open the trail", "url": reverse("audit")}
    return {"template": "reviews/_home_auditor.html", "action": action, **trail_facts()}
