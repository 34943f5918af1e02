"""What the page that compares runs shows. Metrics stand side by side; there is never a single score."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import QueryDict
from django.urls import reverse

from generation.engine.comparison.apart import are_apart, choice_in_words
from generation.engine.evaluation.words import metric_words
from generation.engine.synthesizers.catalogue import cards
from generation.models import Dataset, Evaluation, GenerationRun
from generation.pages.evidence.verdicts import GROUP_QUESTIONS, GROUPS, STATUS_WORDS, privacy_utility, reading_of
from generation.pages.runs.line import run_lines
from generation.pages.runs.page import settings_of
from generation.repositories.bake_offs import measured, run_name
from generation.repositories.evaluations import newest_evaluation, read_report
from generation.repositories.judged.limits import policy_for
from synthportal.errors import Conflict
from synthportal.models import Job
from synthportal.templatetags.dot_charts import FORMS, DotSeries, dot_rows
from synthportal.templatetags.human import count, duration
from synthportal.web.drawing import figure_text

NO_SETTING = "no such setting"
FEWEST, MOST = 2, len(FORMS)


def comparable(dataset: Dataset) -> list[GenerationRun]:
    """The evaluated runs of a dataset, the newest first."""
    evaluated = dataset.runs.filter(status=GenerationRun.Status.EVALUATED).order_by("-number")
    return list(evaluated.select_related("dataset", "plan").prefetch_related("evaluations"))


def chosen_from(query: QueryDict, runs: Sequence[GenerationRun]) -> list[GenerationRun]:
    """The runs whose numbers the URL names (?run=1&run=3), at most as many as can be told apart in a plot."""
    wanted = set(query.getlist("run"))
    return sorted((run for run in runs if str(run.number) in wanted), key=lambda run: run.number)[:MOST]


def comparison_context(dataset: Dataset, query: QueryDict) -> dict[str, Any]:
    """The runs to choose from and, with two or more of them chosen, everything about them side by side."""
    runs = comparable(dataset)
    chosen = chosen_from(query, runs)
    context = {
        "dataset": dataset,
        "title": "Compare runs",
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        "facts": [f"for: {dataset.get_purpose_display()}", f"{len(runs)} evaluated run{'' if len(runs) == 1 else 's'}"],
        "lines": [line | {"checked": line["run"] in chosen} for line in run_lines(runs)],
        "most": MOST,
        "too_few": len(runs) < FEWEST,
    }
    return context | (_compared(dataset, chosen, query) if len(chosen) >= FEWEST else {})


def _compared(dataset: Dataset, chosen: Sequence[GenerationRun], query: QueryDict) -> dict[str, Any]:
    pairs = [(run, evaluation) for run in chosen if (evaluation := newest_evaluation(run))]
    only_apart = query.get("only") == "apart"
    everything = query.copy()
    everything.pop("only", None)
    return {
        "chosen": chosen,
        "choice": choice_in_words([measured(*pair) for pair in pairs], policy_for(dataset)),
        "groups": _groups(pairs, policy_for(dataset).skipped, only_apart=only_apart),
        "only_apart": only_apart,
        "all_url": f"?{everything.urlencode()}",
        "apart_url": f"?{everything.urlencode()}&only=apart",
        "map": privacy_utility(dataset, {run.pk for run in chosen}),
        "shapes": _shapes(pairs),
        "settings": _settings(pairs),
    }


def _groups(
    pairs: Sequence[tuple[GenerationRun, Evaluation]], skipped: frozenset[str], *, only_apart: bool
) -> list[dict[str, Any]]:
    """The metrics by question; each with a line per run on one scale, and whether intervals do not overlap."""
    by_run = [(run_name(run), {metric["name"]: metric for metric in evaluation.metrics}) for run, evaluation in pairs]
    found = []
    for group in GROUPS:
        names = dict.fromkeys(
            name for _, metrics in by_run for name, metric in metrics.items() if metric["group"] == group
        )
        rows = [_metric(name, by_run, skipped) for name in names]
        shown = [row for row in rows if row["apart"] or not only_apart]
        if shown:
            found.append({"key": group, "name": group.capitalize(), "question": GROUP_QUESTIONS[group], "rows": shown})
    return found


def _metric(name: str, by_run: Sequence[tuple[str, Mapping[str, Any]]], skipped: frozenset[str]) -> dict[str, Any]:
    words = metric_words(name)
    known = [metrics[name] for _, metrics in by_run if name in metrics]
    lines = [_line(run, metrics.get(name), known, is_skipped=name in skipped) for run, metrics in by_run]
    apart = _apart_words(name, by_run)
    return {"title": words.title, "definition": words.definition, "lines": lines, "apart": apart}


def _line(run: str, metric: Mapping[str, Any] | None, beside: list[Any], *, is_skipped: bool) -> dict[str, Any]:
    if metric is None:
        return {"run": run, "value": None, "status": "not computed", "word": "not measured"}
    bounds = (metric["lower"], metric["upper"])
    return {
        "run": run,
        "value": None if metric["value"] is None else figure_text(metric["value"]),
        "interval": "" if None in bounds else f"{figure_text(bounds[0])} to {figure_text(bounds[1])}",
        "reading": reading_of(metric, beside),
        "status": metric["status"],
        "word": "not needed" if is_skipped else STATUS_WORDS.get(metric["status"], "not computed"),
    }


def _apart_words(name: str, by_run: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Which runs differ beyond their intervals; "" when none do."""
    known = [(run, metrics[name]) for run, metrics in by_run if name in metrics]
    pairs = [
        f"{first.partition(' (')[0]} and {second.partition(' (')[0]}"
        for place, (first, one) in enumerate(known)
        for second, other in known[place + 1 :]
        if are_apart(one, other)
    ]
    possible = len(by_run) * (len(by_run) - 1) // 2
    return "all differ" if 1 < len(pairs) == possible else f"differ: {'; '.join(pairs)}" if pairs else ""


def _shapes(pairs: Sequence[tuple[GenerationRun, Evaluation]]) -> Any:
    """A plot of how well each run follows each column; the worst columns first. None when nothing can be read."""
    series = [(run_name(run), _scores(evaluation)) for run, evaluation in pairs]
    labels = dict.fromkeys(label for _, scores in series for label in scores)
    if not labels:
        return None
    ordered = sorted(labels, key=lambda label: min(scores.get(label, 1.0) for _, scores in series))
    dots = [DotSeries(name, [scores.get(label) for label in ordered]) for name, scores in series]
    return dot_rows(ordered, dots, "Likeness of each column (1 is identical)")


def _scores(evaluation: Evaluation) -> dict[str, float]:
    try:
        details = read_report(evaluation)["details"]
    except Conflict:  # the dataset is erased: figures stay, plots cannot be drawn
        return {}
    return {column["label"]: column["score"] for column in details.get("column_shapes", {}).get("columns", [])}


def _settings(pairs: Sequence[tuple[GenerationRun, Evaluation]]) -> list[dict[str, Any]]:
    """What was asked for and how long it took: what differs first, then what all share."""
    by_run = [_asked(run) | _times(run, evaluation) for run, evaluation in pairs]
    names = dict.fromkeys(name for asked in by_run for name in asked)
    rows = [_setting(name, [asked.get(name, NO_SETTING) for asked in by_run]) for name in names]
    return sorted(rows, key=lambda row: not row["differs"])


def _setting(name: str, cells: list[str]) -> dict[str, Any]:
    return {"name": name, "cells": cells, "differs": len(set(cells)) > 1}


def _asked(run: GenerationRun) -> dict[str, str]:
    card = cards().get(run.synthesizer)
    plain = {"Synthesizer": card.title if card else run.synthesizer, "Records": count(run.artefact_rows or run.rows)}
    return plain | {"Review policy": run.tier} | {str(term): str(value) for term, value in settings_of(run)}


def _times(run: GenerationRun, evaluation: Evaluation) -> dict[str, str]:
    jobs = Job.objects.filter(subject_id=run.pk).order_by("created_at")
    begun = jobs.filter(kind="generate").values_list("started_at", flat=True).last()
    done = jobs.filter(kind="evaluate").values_list("created_at", flat=True).first()
    spent = (done - begun).total_seconds() if begun and done else None
    return {"Time to generate": duration(spent), "Time to evaluate": duration(evaluation.seconds)}
