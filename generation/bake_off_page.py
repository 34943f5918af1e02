"""What the page of a bake-off shows: its runs live, then where they lie and which one to take, in words."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from generation.choice import capitalised
from generation.comparison_page import measured, run_name
from generation.dataset_page import run_line
from generation.evidence import newest_evaluation, privacy_utility
from generation.models import BakeOff, Dataset, GenerationRun
from generation.recommendation import Recommendation, recommend
from generation.stages.bake_off import waits_for_choice, why_not_take
from generation.stages.evaluate import policy_for
from generation.stages.generate import AT_WORK
from generation.timeline import is_live, job_words, newest_job
from synthportal.models import Job, Person
from synthportal.templatetags.human import count


def runs_of(bake_off: BakeOff) -> list[GenerationRun]:
    return list(bake_off.runs.select_related("dataset", "plan").prefetch_related("evaluations").order_by("number"))


def statuses(runs: Sequence[GenerationRun]) -> str:
    """Where the runs stand, to see from one look to the next whether any has moved."""
    return "-".join(run.status for run in runs)


def live_context(bake_off: BakeOff, person: Person, runs: Sequence[GenerationRun]) -> dict[str, Any]:
    """The runs with what is at work on each, and where to ask for news while any is."""
    is_owner = bake_off.dataset.owner_id == person.pk
    at_work = any(run.status in AT_WORK or _live_job(run) for run in runs)
    progress, found = reverse("bake_off_progress", args=[bake_off.pk]), recommendation_of(runs, bake_off.dataset)
    ruled_out = {one.name for one in found.ruled_out} if found else set()
    return {
        "bake_off": bake_off,
        "recommendation": found,
        "lines": [_line(run, person) | {"is_ruled_out": run_name(run) in ruled_out} for run in runs],
        "poll_url": f"{progress}?seen={statuses(runs)}" if at_work else "",
        "may_cancel": is_owner and any(run.status in AT_WORK for run in runs),
    }


def _line(run: GenerationRun, person: Person) -> dict[str, Any]:
    job = _live_job(run)
    may_take = waits_for_choice(run) and not why_not_take(person, run)
    failed = {"error": run.error} if run.status == GenerationRun.Status.FAILED else None
    return run_line(run) | {"job": job_words(job) if job else failed, "may_take": may_take}


def _live_job(run: GenerationRun) -> Job | None:
    """What is at work on a run. The job after each evaluation does nothing for a run that nobody has taken."""
    job = newest_job(run.pk)
    idle = job is not None and job.kind == "sample" and waits_for_choice(run)
    return job if is_live(job) and not idle else None


def recommendation_of(runs: Sequence[GenerationRun], dataset: Dataset) -> Recommendation | None:
    """Which run to take; None before all of them are over."""
    if any(run.status in AT_WORK for run in runs):
        return None
    pairs = [(run, newest_evaluation(run)) for run in runs]
    return recommend([measured(run, found) for run, found in pairs if found], policy_for(dataset))


def bake_off_context(bake_off: BakeOff, person: Person) -> dict[str, Any]:
    """The whole page."""
    runs, dataset = runs_of(bake_off), bake_off.dataset
    live = live_context(bake_off, person, runs)
    found: Recommendation | None = live["recommendation"]
    chosen = next((run for run in runs if found and run_name(run) == found.chosen), None)
    evaluated = [run for run in runs if run.status == GenerationRun.Status.EVALUATED]
    return live | {
        "dataset": dataset,
        "title": "Bake-off",
        "facts": _facts(bake_off, runs),
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        "headline": _headline(found),
        "over": f"{len(runs) - sum(run.status in AT_WORK for run in runs)} of {len(runs)}",
        "action": _action(chosen, person),
        "map": privacy_utility(dataset, {run.pk for run in runs}) if evaluated else None,
        "compare_query": "&".join(f"run={run.number}" for run in evaluated) if len(evaluated) > 1 else "",
    }


def _facts(bake_off: BakeOff, runs: Sequence[GenerationRun]) -> list[str]:
    facts = [f"for: {bake_off.dataset.get_purpose_display()}", f"asked for by {bake_off.by.display_name}"]
    if runs:
        first = runs[0]
        facts += [f"{count(first.rows)} records each", f"review policy: {first.tier}", f"seed {first.seed}"]
    return facts


def _headline(found: Recommendation | None) -> str:
    if found is None:
        return ""
    return capitalised(f"{found.chosen} is recommended.") if found.chosen else "None of these runs can be recommended."


def _action(chosen: GenerationRun | None, person: Person) -> dict[str, Any] | None:
    """Take the recommended run to review; once it is taken, go there."""
    if chosen is None:
        return None
    if not waits_for_choice(chosen):
        return {"label": f"Go to run {chosen.number}", "url": reverse("run", args=[chosen.pk])}
    url, why_not = reverse("run_take", args=[chosen.pk]), why_not_take(person, chosen)
    return {"label": f"Take run {chosen.number} to review", "url": url, "method": "post", "why_not": why_not}
