"""Where a dataset or a run stands, as templates/components/timeline.html draws it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.urls import reverse

from generation.engine.comparison.apart import capitalised
from generation.models import Dataset, GenerationRun, Plan
from generation.pages import slots
from generation.pages.status.waiting import Waiting
from generation.repositories.bake_offs import TAKE, waits_for_choice
from generation.repositories.durations import cells_of, cost_of_profile
from generation.repositories.standings import Standing
from synthportal.jobs.progress import eta_seconds, percent
from synthportal.models import Job
from synthportal.templatetags.human import counted, duration, left

WHAT_TO_TRY = {
    "ingest": "The file is here, sealed. Its owner can try again.",
    "reread": "Nothing has changed: the columns are as they were read before. Decide otherwise, or try again.",
    "reprofile": "Nothing has changed: the columns are as they were found before. Try again, or take it back.",
    "profile": "The records are here, sealed. Their owner can try again; if it stops again, tell the administrator.",
    "preview": "Change the plan, try again, or go on without the preview: the plan itself is kept.",
    "minimise": "The plan is kept, and its owner can try again, or make another version of it.",
    "generate": "Start a new run with another synthesizer, fewer rows or less training.",
    "evaluate": "Start a new run with fewer rows. The artefact of this one cannot be released without evidence.",
    "take": "Take the run to review once more.",
    "calibrate": "Ask for it once more; fewer splits or refits take less time.",
    "sample": "Ask for one more evaluation; the sample is drawn after it.",
    "weigh": "Ask for it once more; nothing of the last one is kept.",
}
# What a job is called on a page; what is not here, by its kind.
JOBS = {
    "propose": "the look for rules",
    "preview": "the preview of the plan",
    "reread": "the reading of the file",
    "reprofile": "the new profile",
    "refit": "the refits of an audit",
    "sample": "the drawing of the sample",
    "take": "the drawing of the sample",
    "weigh": "the technology map",
}
# What a profile will take is said from so many seconds on, and of a table of so many cells that it is not known.
TOLD_FROM_SECONDS, LARGE_CELLS = 15, 1_000_000
RUN_STAGES = ("ingest", "profile", "minimise", "generate", "evaluate")
_STATES = {Job.State.QUEUED: "waiting", Job.State.RUNNING: "running", Job.State.FAILED: "failed"}
_LIVE = (Job.State.QUEUED, Job.State.RUNNING)
# How far each status has come: the number of stages that are done.
_DATASET_DONE = {
    Dataset.Status.UPLOADED: 0,
    Dataset.Status.REFUSED: 0,
    Dataset.Status.INGESTED: 1,
    Dataset.Status.PROFILED: 2,
    Dataset.Status.MINIMISED: 3,
    Dataset.Status.ERASED: 0,
}
_RUN_DONE = {
    GenerationRun.Status.QUEUED: 3,
    GenerationRun.Status.RUNNING: 3,
    GenerationRun.Status.GENERATED: 4,
    GenerationRun.Status.EVALUATED: 5,
}


def newest_job(subject_id: UUID) -> Job | None:
    """The last job about a dataset, a plan or a run."""
    return Job.objects.filter(subject_id=subject_id).order_by("-created_at").first()


def job_of(run: GenerationRun, standing: Standing) -> Job | None:
    """The last job about a run, but for one that was to draw a sample where none is drawn: for a run that waits in its
    bake-off, or that is over. Such a job does nothing.
    """
    job = newest_job(run.pk)
    needs_none = waits_for_choice(run) or standing.is_over
    return None if job and needs_none and job.kind in {"sample", TAKE} else job


def is_live(job: Job | None) -> bool:
    """Whether the job waits or runs, so that a page shall ask again."""
    return job is not None and job.state in _LIVE


def job_words(job: Job, waiting: Waiting, cancel_url: str = "") -> dict[str, Any]:
    """The job as one line, a bar and the time left; one that waits with what is ahead of it, as far as the person may
    know; a failed one with its reason and what to try.
    """
    if job.state == Job.State.FAILED:
        return {"error": job.error, "what_to_try": WHAT_TO_TRY.get(job.kind, "")}
    name = capitalised(JOBS.get(job.kind, job.kind))
    if job.state == Job.State.QUEUED:
        ahead = waiting.line(job)
        return {"line": f"{name} waits for a worker", "eta": "", "ahead": ahead, "cancel_url": cancel_url}
    share = percent(job)
    phase = f"{name} begins" if job.phase in {"", "starting"} else capitalised(job.phase)
    return {
        "line": phase if share is None else f"{phase}, {share} %",
        "done": job.done,
        "total": job.total,
        "eta": "" if share is None else left(eta_seconds(job)),
        "cancel_url": cancel_url,
    }


def dataset_timeline(dataset: Dataset, job: Job | None, waiting: Waiting) -> dict[str, Any]:
    """Three stages, and the job that is at work on one of them or failed in it."""
    names, notes = ("ingest", "profile", "minimise"), _dataset_notes(dataset)
    done = _DATASET_DONE[Dataset.Status(dataset.status)]
    if dataset.status == Dataset.Status.MINIMISED and is_live(job) and job is not None and job.kind == names[-1]:
        done -= 1
    shown = _shown(job, names[:done])
    stages = _stages(names, done, shown)
    for stage in stages:
        stage["note"] = notes.get(stage["name"], "")
    poll_url = f"{reverse('dataset_progress', args=[dataset.pk])}?seen={seen_of(dataset, job)}" if is_live(job) else ""
    return {"stages": stages, "job": job_words(shown, waiting) if shown else None, "poll_url": poll_url}


def seen_of(dataset: Dataset, job: Job | None) -> str:
    """What a page was drawn for: when it is another thing, the whole page is drawn anew. The status, or the job that
    changes more than the status says.
    """
    changes_more = job is not None and is_live(job) and job.kind in {"reread", "reprofile", "minimise"}
    return job.kind if job is not None and changes_more else dataset.status


def _dataset_notes(dataset: Dataset) -> dict[str, str]:
    notes = {}
    if dataset.rows is not None:
        notes["ingest"] = counted(dataset.rows, "record")
    if dataset.status == Dataset.Status.INGESTED and (cost := profile_cost_words(dataset)):
        notes["profile"] = cost
    if dataset.profile:
        notes["profile"] = counted(len(dataset.profile["columns"]), "column")
    if dataset.status == Dataset.Status.PROFILED:
        plan = dataset.plans.order_by("-version").first()
        notes["minimise"] = "plan confirmed" if plan and plan.confirmed_at else "after you confirm the plan"
    return notes


def profile_cost_words(dataset: Dataset) -> str:
    """What profiling will take here: "about 4 min, as 3 profiles of such a size took"; "" for what is done in seconds.

    A large table of a size that was never profiled here is told so.
    """
    cost = cost_of_profile(dataset)
    if cost is None:
        large = cells_of(dataset) >= LARGE_CELLS
        return "how long is not known: the first of such a size here" if large else ""
    if cost.seconds < TOLD_FROM_SECONDS:
        return ""
    like = "the last one" if cost.profiles == 1 else f"the last {cost.profiles}"
    return f"about {duration(cost.seconds)}, as {like} of such a size took"


def run_timeline(run: GenerationRun, job: Job | None, waiting: Waiting, *, may_cancel: bool) -> dict[str, Any]:
    """The stages of a run, those of other apps included, and its job."""
    failed = run.status == GenerationRun.Status.FAILED
    done = _RUN_DONE.get(GenerationRun.Status(run.status), 4 if run.artefact_sha256 else 3)
    # A run that is evaluated can be evaluated once more: then that stage is at work although it was done.
    shown = _shown(job, RUN_STAGES[: min(done, 4)])
    cancel_url = reverse("run_cancel", args=[run.pk]) if may_cancel else ""
    words = job_words(shown, waiting, cancel_url) if shown else None
    if failed:
        words = {"error": run.error, "what_to_try": WHAT_TO_TRY[RUN_STAGES[done]]}
    stages = _stages(RUN_STAGES, done, shown, stopped=failed)
    poll_url = f"{reverse('run_progress', args=[run.pk])}?seen={run.status}" if is_live(job) else ""
    return {"stages": [*stages, *slots.later_stages(run)], "job": words, "poll_url": poll_url}


def _shown(job: Job | None, done: Sequence[str]) -> Job | None:
    """The job that a timeline speaks of: one that is at work or failed, and not in a stage that is done."""
    speaks = job is not None and (is_live(job) or job.state == Job.State.FAILED) and job.kind not in done
    return job if speaks else None


def _stages(names: Iterable[str], done: int, job: Job | None, *, stopped: bool = False) -> list[dict[str, str]]:
    """Each stage is done, at work, failed or to come. Only the stage that a job is for can be at work or fail by it."""
    found = [{"name": name, "state": "done" if place < done else "waiting"} for place, name in enumerate(names)]
    for place, stage in enumerate(found):
        if stopped and place == done:
            stage["state"] = "failed"
        elif job is not None and job.kind == stage["name"]:
            stage["state"] = _STATES.get(Job.State(job.state), stage["state"])
    return found


def preview_job(plan: Plan) -> Job | None:
    """The job that previews this version of the plan."""
    return Job.objects.filter(subject_id=plan.pk, kind="preview").order_by("-created_at").first()
