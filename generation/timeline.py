"""Where a dataset or a run stands, as templates/components/timeline.html draws it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.urls import reverse

from generation.models import Dataset, GenerationRun, Plan
from synthportal.jobs.progress import eta_seconds, percent
from synthportal.models import Job
from synthportal.templatetags.human import count, left

WHAT_TO_TRY = {
    "ingest": "The file is here, sealed. Its owner can try again.",
    "profile": "The records are here, sealed. Their owner can try again; if it stops again, tell the administrator.",
    "preview": "Change the plan, try again, or go on without the preview: the plan itself is kept.",
    "minimise": "The plan is kept, and its owner can try again. For another plan, upload the file as a new dataset.",
    "generate": "Start a new run with another synthesizer, fewer rows or less training.",
    "evaluate": "Start a new run with fewer rows. The artefact of this one cannot be released without evidence.",
    "take": "Take the run to review once more.",
    "calibrate": "Ask for it once more; fewer splits take less time.",
    "sample": "Ask for one more evaluation; the sample is drawn after it.",
}
RUN_STAGES = ("ingest", "profile", "minimise", "generate", "evaluate")
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


def is_live(job: Job | None) -> bool:
    """Whether the job waits or runs, so that a page shall ask again."""
    return job is not None and job.state in _LIVE


def job_words(job: Job, cancel_url: str = "") -> dict[str, Any]:
    """The job as one line, a bar and the time left; a failed one with its reason and what to try."""
    if job.state == Job.State.FAILED:
        return {"error": job.error, "what_to_try": WHAT_TO_TRY.get(job.kind, "")}
    if job.state == Job.State.QUEUED:
        return {"line": f"{job.kind.capitalize()} waits for a worker", "eta": "", "cancel_url": cancel_url}
    share = percent(job)
    phase = (job.phase or job.kind).capitalize()
    return {
        "line": phase if share is None else f"{phase}, {share} %",
        "done": job.done,
        "total": job.total,
        "eta": "" if share is None else left(eta_seconds(job)),
        "cancel_url": cancel_url,
    }


def dataset_timeline(dataset: Dataset, job: Job | None) -> dict[str, Any]:
    """Three stages, and the job that is at work on one of them or failed in it."""
    done, notes = _DATASET_DONE[Dataset.Status(dataset.status)], _dataset_notes(dataset)
    shown = job if job and (is_live(job) or job.state == Job.State.FAILED) else None
    stages = _stages(("ingest", "profile", "minimise"), done, shown)
    for stage in stages:
        stage["note"] = notes.get(stage["name"], "")
    poll_url = f"{reverse('dataset_progress', args=[dataset.pk])}?seen={dataset.status}" if is_live(job) else ""
    return {"stages": stages, "job": job_words(shown) if shown else None, "poll_url": poll_url}


def _dataset_notes(dataset: Dataset) -> dict[str, str]:
    notes = {}
    if dataset.rows is not None:
        notes["ingest"] = f"{count(dataset.rows)} records"
    if dataset.profile:
        notes["profile"] = f"{len(dataset.profile['columns'])} columns"
    if dataset.status == Dataset.Status.PROFILED:
        plan = dataset.plans.order_by("-version").first()
        notes["minimise"] = "plan confirmed" if plan and plan.confirmed_at else "after you confirm the plan"
    return notes


def run_timeline(run: GenerationRun, job: Job | None, *, may_cancel: bool) -> dict[str, Any]:
    """The first five stages of a run (the app reviews adds the other five), and its job."""
    failed = run.status == GenerationRun.Status.FAILED
    shown = job if job and (is_live(job) or job.state == Job.State.FAILED) else None
    done = _RUN_DONE.get(GenerationRun.Status(run.status), 4 if run.artefact_sha256 else 3)
    words = job_words(shown, reverse("run_cancel", args=[run.pk]) if may_cancel else "") if shown else None
    if failed:
        words = {"error": run.error, "what_to_try": WHAT_TO_TRY[RUN_STAGES[done]]}
    stages = _stages(RUN_STAGES, done, shown, stopped=failed)
    poll_url = f"{reverse('run_progress', args=[run.pk])}?seen={run.status}" if is_live(job) else ""
    return {"stages": stages, "job": words, "poll_url": poll_url}


def _stages(names: Iterable[str], done: int, job: Job | None, *, stopped: bool = False) -> list[dict[str, str]]:
    failed = stopped or (job is not None and job.state == Job.State.FAILED)
    at_work = "failed" if failed else "running" if is_live(job) else "waiting"
    return [
        {"name": name, "state": "done" if place < done else at_work if place == done else "waiting"}
        for place, name in enumerate(names)
    ]


def preview_job(plan: Plan) -> Job | None:
    """The job that previews this version of the plan."""
    return Job.objects.filter(subject_id=plan.pk, kind="preview").order_by("-created_at").first()
