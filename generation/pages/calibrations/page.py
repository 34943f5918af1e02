"""What the pages show of null runs and planted-leak runs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from generation.engine.evaluation.calibration.shadow.words import audit_sentence
from generation.engine.evaluation.calibration.words import ALARMS_ANYWAY, LEAK_WORDS, NOT_CAUGHT, NOTHING, leak_title
from generation.engine.evaluation.words import metric_words
from generation.models import Calibration, GenerationRun
from generation.pages.calibrations.audit import audit_form, audit_result
from generation.pages.evidence.verdicts import STATUS_WORDS
from generation.pages.evidence.worth import (
    alarm_estimates,
    alarms_long,
    catches,
    newest_finished,
    null_run_sentence,
    planted_sentence,
)
from generation.pages.status.timeline import WHAT_TO_TRY, is_live, job_words, newest_job
from generation.pages.status.waiting import Waiting
from generation.repositories.evaluations import newest_evaluation
from generation.repositories.judged.limits import policy_for
from generation.stages.measure.calibrate import REPEATS, at_work_on, why_not_calibrate
from synthportal.models import Job, Person
from synthportal.templatetags.charts import bars
from synthportal.templatetags.human import count, duration
from synthportal.web.drawing import figure_text

# Twenty splits cannot show less than this with certainty; more than this asks for a look at the check.
EXPECTED_RATE = 0.05
KIND_WORDS = {
    Calibration.Kind.NULL_RUN: (
        "False alarms (null run)",
        "Real records are held against real records, in random thirds. Nothing leaks there, so every alarm is false.",
        null_run_sentence,
    ),
    Calibration.Kind.PLANTED_LEAKS: (
        "Leaks caught (planted-leak run)",
        "Leaks are written into a copy of this run's table at rising doses; the copy is measured and thrown away.",
        planted_sentence,
    ),
    Calibration.Kind.SHADOW_AUDIT: (
        "What the synthesizer tells (shadow audit)",
        "The synthesizer is fitted again and again on some of the real records, with and without single people; an "
        "attacker then guesses from the synthetic records who was there.",
        audit_sentence,
    ),
}
ACTIONS = {
    Calibration.Kind.NULL_RUN: "Count the false alarms",
    Calibration.Kind.PLANTED_LEAKS: "Plant leaks and look",
    Calibration.Kind.SHADOW_AUDIT: "Audit the synthesizer",
}


def calibration_cards(run: GenerationRun, person: Person) -> list[dict[str, Any]]:
    """For the run's page: per kind the newest result, what is at work or failed, and whether it can be asked for."""
    return [_card(run, kind, person) for kind in Calibration.Kind]


def _card(run: GenerationRun, kind: Calibration.Kind, person: Person) -> dict[str, Any]:
    title, text, sentence = KIND_WORDS[kind]
    newest, live = newest_finished(run, kind), at_work_on(run, kind)
    failed = None if live else _failed(run, kind, newest)
    return {
        "kind": kind.value,
        "title": title,
        "text": text,
        "newest": newest,
        "sentence": sentence(newest.result) if newest else "",
        "live": live_words(live, person) if live else None,
        "failed": failed,
        "why_not": why_not_calibrate(person, run, kind),
        "action": "Run again" if newest else ACTIONS[kind],
        "repeats": REPEATS[kind] if kind == Calibration.Kind.NULL_RUN else None,
        "audit": audit_form(run) if kind == Calibration.Kind.SHADOW_AUDIT else None,
    }


def _failed(run: GenerationRun, kind: Calibration.Kind, newest: Calibration | None) -> dict[str, Any] | None:
    """Why the last one asked for came to nothing, unless a later one finished."""
    last = run.calibrations.filter(kind=kind).first()
    job = newest_job(last.pk) if last and not last.finished_at else None
    if last is None or job is None or (newest and newest.created_at > last.created_at):
        return None
    return _over_words(job)


def _over_words(job: Job) -> dict[str, Any]:
    if job.state == Job.State.CANCELLED:
        return {"error": "It was cancelled.", "what_to_try": "Ask for it again whenever you like."}
    return {"error": job.error, "what_to_try": WHAT_TO_TRY["calibrate"]}


def live_words(calibration: Calibration, person: Person) -> dict[str, Any]:
    """The job as one line with bar, time left and cancel, and where to ask for news."""
    job = newest_job(calibration.pk)
    cancel_url = reverse("calibration_cancel", args=[calibration.pk])
    return {
        "calibration": calibration,
        "job": job_words(job, Waiting(person), cancel_url) if job else None,
        "poll_url": reverse("calibration_progress", args=[calibration.pk]),
    }


def is_at_work(calibration: Calibration) -> bool:
    return calibration.finished_at is None and is_live(newest_job(calibration.pk))


def calibration_context(calibration: Calibration, person: Person) -> dict[str, Any]:
    """The page of one: what it is, where it stands, and its result as plot, table and words."""
    run, kind = calibration.run, Calibration.Kind(calibration.kind)
    title, text, sentence = KIND_WORDS[kind]
    context = {
        "calibration": calibration,
        "run": run,
        "title": title,
        "text": text,
        "facts": _page_facts(calibration),
        "crumbs": [
            {"label": run.dataset.name, "url": reverse("dataset", args=[run.dataset_id])},
            {"label": f"Run {run.number}", "url": reverse("run", args=[run.pk])},
        ],
    }
    if not calibration.finished_at:
        job = newest_job(calibration.pk)
        live = live_words(calibration, person) if is_live(job) else None
        return context | {"live": live, "failed": _over_words(job) if job and not live else None}
    return context | {"sentence": sentence(calibration.result)} | RESULTS[kind](calibration)


def _page_facts(calibration: Calibration) -> list[str]:
    facts = [f"asked for by {calibration.by.display_name}"]
    if calibration.records:
        facts.append(f"{count(calibration.repeats)} refits on {count(calibration.records)} records at most")
    elif calibration.repeats:
        facts.append(f"{calibration.repeats} splits")
    if calibration.finished_at:
        facts += [f"policy {calibration.policy_version}", f"took {duration(calibration.seconds)}"]
    return facts


def _null_run(calibration: Calibration) -> dict[str, Any]:
    evaluation = newest_evaluation(calibration.run)
    verdicts = {metric["name"]: metric for metric in evaluation.metrics} if evaluation else {}
    limits = policy_for(calibration.run.dataset).limits
    lines = [
        {
            "title": metric_words(row["metric"]).title,
            "alarms": alarms_long(row),
            "is_noisy": row["lower"] > EXPECTED_RATE,
            "passes": _limit(limits, row["metric"], "passes"),
            "blocks": _limit(limits, row["metric"], "blocks"),
            "status": verdicts.get(row["metric"], {}).get("status", "not computed"),
            "word": STATUS_WORDS.get(verdicts.get(row["metric"], {}).get("status", ""), "not computed"),
        }
        for row in calibration.result
    ]
    plot = bars(alarm_estimates(calibration.result), "How often each check alarms on real records", EXPECTED_RATE)
    return {"lines": lines, "plot": plot}


def _limit(limits: Mapping[str, Any], name: str, which: str) -> str:
    limit = getattr(limits[name], which) if name in limits else None
    return "none" if limit is None else figure_text(limit)


def _planted(calibration: Calibration) -> dict[str, Any]:
    found = catches(calibration.result)
    planted = {row["leak"] for row in calibration.result} - {NOTHING}
    leaks = [{"title": leak_title(leak), "text": LEAK_WORDS[leak][1]} for leak in LEAK_WORDS if leak in planted]
    lines = [
        {"title": metric_words(name).title, "cells": [_cell(words) for words in by_leak.values()]}
        for name, by_leak in found.items()
    ]
    return {"leaks": leaks, "lines": lines}


def _cell(words: str) -> dict[str, str]:
    tones = {NOT_CAUGHT: "none", ALARMS_ANYWAY: "unknown"}
    return {"words": words, "tone": tones.get(words, "caught")}


RESULTS = {
    Calibration.Kind.NULL_RUN: _null_run,
    Calibration.Kind.PLANTED_LEAKS: _planted,
    Calibration.Kind.SHADOW_AUDIT: audit_result,
}
