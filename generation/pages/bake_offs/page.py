"""What the page of a bake-off shows: its runs live, then where they lie and which one to take, in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from generation.engine.comparison.apart import capitalised
from generation.engine.comparison.recommendation import Recommendation
from generation.models import BakeOff, GenerationRun
from generation.models.run import AT_WORK
from generation.pages.evidence.verdicts import privacy_utility
from generation.pages.runs.line import run_lines
from generation.pages.status.timeline import is_live, job_of, job_words
from generation.pages.status.waiting import Waiting
from generation.permissions import owns
from generation.repositories.bake_offs import recommendation_of, run_name, runs_of, waits_for_choice
from generation.stages.compare import why_not_take
from synthportal.models import Person
from synthportal.templatetags.human import count


def statuses(runs: Sequence[GenerationRun]) -> str:
    """Where the runs stand, to see from one look to the next whether any has moved."""
    return "-".join(run.status for run in runs)


def live_context(bake_off: BakeOff, person: Person, runs: Sequence[GenerationRun]) -> dict[str, Any]:
    """The runs with what is at work on each, and where to ask for news while any is."""
    is_owner = owns(person, bake_off.dataset)
    progress, found = reverse("bake_off_progress", args=[bake_off.pk]), recommendation_of(runs, bake_off.dataset)
    ruled_out = {one.name for one in found.ruled_out} if found else set()
    who = (person, Waiting(person))
    lines = [line | _at_work(line, *who, is_ruled_out=run_name(line["run"]) in ruled_out) for line in run_lines(runs)]
    at_work = any(line["run"].status in AT_WORK or line["is_live"] for line in lines)
    return {
        "bake_off": bake_off,
        "recommendation": found,
        "lines": lines,
        "poll_url": f"{progress}?seen={statuses(runs)}" if at_work else "",
        "may_cancel": is_owner and any(run.status in AT_WORK for run in runs),
    }


def _at_work(line: Mapping[str, Any], person: Person, waiting: Waiting, *, is_ruled_out: bool) -> dict[str, Any]:
    run: GenerationRun = line["run"]
    job = job_of(run, line["standing"])
    may_take = waits_for_choice(run) and not line["standing"].is_over and not why_not_take(person, run)
    take = _take_words(run, is_ruled_out) if may_take else None
    failed = {"error": run.error} if run.status == GenerationRun.Status.FAILED else None
    return {"job": job_words(job, waiting) if job and is_live(job) else failed, "is_live": is_live(job), "take": take}


def _take_words(run: GenerationRun, is_ruled_out: bool) -> dict[str, str]:
    """The button that takes a run, and its full name for a screen reader."""
    name = f"Take run {run.number} to review"
    if is_ruled_out:
        return {"word": "Take anyway", "name": f"{name} anyway"}
    return {"word": "Take to review", "name": name}


def bake_off_context(bake_off: BakeOff, person: Person) -> dict[str, Any]:
    """The whole page."""
    runs, dataset = runs_of(bake_off), bake_off.dataset
    live = live_context(bake_off, person, runs)
    found: Recommendation | None = live["recommendation"]
    chosen = next((line for line in live["lines"] if found and run_name(line["run"]) == found.chosen), None)
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


def _action(line: Mapping[str, Any] | None, person: Person) -> dict[str, Any] | None:
    """Take the recommended run to review; once it is taken, or where no review of it can open, go there."""
    if line is None:
        return None
    chosen: GenerationRun = line["run"]
    if not waits_for_choice(chosen) or line["standing"].is_over:
        return {"label": f"Go to run {chosen.number}", "url": reverse("run", args=[chosen.pk])}
    url, why_not = reverse("run_take", args=[chosen.pk]), why_not_take(person, chosen)
    return {"label": f"Take run {chosen.number} to review", "url": url, "method": "post", "why_not": why_not}
