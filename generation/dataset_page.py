"""What the page of one dataset shows, depending on how far it has come and on who looks."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch
from django.http import QueryDict
from django.urls import reverse

from generation.evidence import badges
from generation.forms import RetryForm
from generation.ledger_page import ledger_context
from generation.models import Dataset, GenerationRun, Plan
from generation.plan_table import effect_of, plan_rows
from generation.stages.generate import why_not_run
from generation.stages.minimise import profile_of, why_not_confirm
from generation.tasks import failed_job, may_correct_names
from generation.timeline import dataset_timeline, is_live, job_words, newest_job, preview_job
from generation.words import DATASET_BADGES, ROLE_HELP, ROLES, RUN_BADGES
from synthportal.models import Job, Person
from synthportal.templatetags.human import count


def dataset_context(
    dataset: Dataset, person: Person, *, posted: QueryDict | None = None, refused: list[str] | None = None
) -> dict[str, Any]:
    """Header, timeline, columns with the plan, and runs. `refused`: why the posted plan was not saved."""
    plan = dataset.plans.order_by("-version").first()
    job = newest_job(dataset.pk)
    tone, word = DATASET_BADGES[Dataset.Status(dataset.status)]
    is_owner = dataset.owner_id == person.pk
    timeline, effect = dataset_timeline(dataset, job), _effect(dataset, plan)
    is_open = plan is not None and plan.confirmed_at is None and dataset.status == Dataset.Status.PROFILED
    return {
        "dataset": dataset,
        "facts": _facts(dataset),
        "crumbs": [{"label": "Datasets", "url": reverse("datasets")}],
        "badge": tone,
        "badge_word": word,
        "action": _action(dataset, plan, person, refused or []),
        "timeline": timeline,
        "poll_url": timeline["poll_url"] or (effect or {}).get("poll_url", ""),
        "plan": plan,
        "rows": plan_rows(plan, posted) if plan and dataset.status != Dataset.Status.ERASED else [],
        "may_change": is_owner and is_open,
        "may_erase": is_owner and dataset.status != Dataset.Status.ERASED,
        "refused": refused or [],
        "retry": _retry(dataset) if is_owner else None,
        "roles": [(role.value, words, ROLE_HELP[role]) for role, words in ROLES.items()],
        "effect": effect,
        "ledger": ledger_context(dataset, person),
        "may_run": not why_not_run(person, dataset),
        "bake_offs": dataset.bake_offs.prefetch_related(Prefetch("runs", GenerationRun.objects.order_by("number"))),
        "runs": [run_line(run) for run in dataset.runs.order_by("-number").prefetch_related("evaluations")],
    }


def _facts(dataset: Dataset) -> list[str]:
    facts = [f"for: {dataset.get_purpose_display()}"]
    if dataset.rows is not None:
        facts.insert(0, f"{count(dataset.rows)} records")
    if dataset.profile:
        facts.insert(1, f"{len(dataset.profile['columns'])} columns")
    if dataset.target:
        facts.append(f"target: {dataset.target}")
    if dataset.holdout_rows is not None:
        facts.append(f"holdout: {count(dataset.holdout_rows)} records, never shown to a synthesizer")
    return facts


def _action(dataset: Dataset, plan: Plan | None, person: Person, refused: list[str]) -> dict[str, Any] | None:
    """The one primary action: confirm the plan, then new run; none where neither can be next."""
    if dataset.status == Dataset.Status.MINIMISED:
        url = reverse("run_new", args=[dataset.pk])
        return {"label": "New run", "url": url, "why_not": why_not_run(person, dataset)}
    if dataset.status != Dataset.Status.PROFILED or plan is None or plan.confirmed_at:
        return None
    reasons = list(refused) or why_not_confirm(plan)
    if dataset.owner_id != person.pk:
        reasons = ["Only the owner of this dataset confirms its plan."]
    return {"label": "Confirm plan", "form": "confirm", "why_not": reasons}


def _effect(dataset: Dataset, plan: Plan | None) -> dict[str, Any] | None:
    """The plan's effect on the whole table, or the job that computes it."""
    if plan is None or dataset.status == Dataset.Status.ERASED:
        return None
    job = preview_job(plan) if not plan.confirmed_at else None
    live = is_live(job)
    failed = job is not None and job.state == Job.State.FAILED
    return {
        "figures": effect_of(plan),
        "quasi": [c.label for c in profile_of(plan).columns if c.role == "quasi"],
        "job": job_words(job) if job and (live or failed) else None,
        "poll_url": f"{reverse('dataset_progress', args=[dataset.pk])}?seen={dataset.status}" if live else "",
    }


def _retry(dataset: Dataset) -> dict[str, Any] | None:
    """What can be tried again, and the names that can be corrected first; None when nothing has failed."""
    job = failed_job(dataset)
    if job is None:
        return None
    form = RetryForm(initial={"target": dataset.target, "person_column": dataset.person_column})
    return {"kind": job.kind, "form": form if may_correct_names(dataset, job) else None}


def run_line(run: GenerationRun) -> dict[str, Any]:
    """A run as one row of a list."""
    tone, word = RUN_BADGES[GenerationRun.Status(run.status)]
    return {"run": run, "tone": tone, "word": word, "verdicts": badges(run)}
