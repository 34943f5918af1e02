"""What the page of technologies shows: a recommendation in words, the map, and the figures behind it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html

from generation.engine.comparison.technologies.advice import advise
from generation.engine.comparison.technologies.settings import EPSILONS, KS, MOST_RECORDS
from generation.engine.comparison.technologies.words import ATTACKS, TEXTS, TITLES, WHOLE, name_of
from generation.models import Dataset, TechnologyMap
from generation.pages.evidence.verdicts import STATUS_WORDS
from generation.pages.status.timeline import WHAT_TO_TRY, is_live, job_words, newest_job
from generation.pages.status.waiting import Waiting
from generation.repositories.budget import budget_of
from generation.repositories.durations import seconds_to_map
from generation.repositories.judged.limits import policy_for
from generation.stages.measure.weigh import applied_plan, map_at_work, why_not_weigh
from synthportal.models import Job, Person
from synthportal.templatetags.charts import Estimate, MapPoint
from synthportal.templatetags.human import ago, count, duration, percent

Row = Mapping[str, Any]

ACTION = "Weigh the technologies"
# One limit for the three attacks: the strictest.
ATTACK_LIMITS = ("singling_out_risk", "linkability_risk", "inference_risk")
SHORT = {"surrogates": "surrogates", "minimised": "plan"}


def technologies_context(dataset: Dataset, person: Person) -> dict[str, Any]:
    """The newest map with its recommendation, what is at work or failed, and what asking for one costs."""
    newest = dataset.technology_maps.filter(finished_at__isnull=False).select_related("by", "plan").first()
    live, why_not = map_at_work(dataset), why_not_weigh(person, dataset)
    context = {
        "dataset": dataset,
        "title": "Technologies compared",
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        "facts": [f"for: {dataset.get_purpose_display()}", *(_facts(newest) if newest else [])],
        "live": live_words(live, person) if live else None,
        "failed": None if live else _failed(dataset, newest),
        "why_not": why_not,
        "action": None if live or newest or why_not else {"label": ACTION, "form": "weigh-technologies"},
        "seconds": seconds_to_map(dataset),
        "weighed": [{"title": TITLES[name], "text": text} for name, text in TEXTS.items()],
        "ks": ", ".join(map(str, KS)),
        "epsilons": ", ".join(f"{epsilon:g}" for epsilon in EPSILONS),
        "most": MOST_RECORDS,
    }
    return context | (_result(newest, dataset) if newest else {})


def _facts(asked: TechnologyMap) -> list[str]:
    made = format_html("weighed {}", ago(asked.finished_at))
    return [made, f"plan {asked.plan.version}", f"policy {asked.policy_version}",
            f"took {duration(asked.seconds)}"]  # fmt: skip


def live_words(asked: TechnologyMap, person: Person) -> dict[str, Any]:
    """The job as one line with bar, time left and cancel, and where to ask for news."""
    job = newest_job(asked.pk)
    cancel_url = reverse("technology_map_cancel", args=[asked.pk])
    return {
        "job": job_words(job, Waiting(person), cancel_url) if job else None,
        "poll_url": reverse("technology_map_progress", args=[asked.pk]),
    }


def is_at_work(asked: TechnologyMap) -> bool:
    return asked.finished_at is None and is_live(newest_job(asked.pk))


def _failed(dataset: Dataset, newest: TechnologyMap | None) -> dict[str, str] | None:
    """Why the last map asked for came to nothing, unless a later one finished."""
    last = dataset.technology_maps.first()
    job = newest_job(last.pk) if last and last != newest else None
    if job is None:
        return None
    if job.state == Job.State.CANCELLED:
        return {"error": "It was cancelled.", "what_to_try": "Ask for it again whenever you like."}
    return {"error": job.error, "what_to_try": WHAT_TO_TRY["weigh"]}


def _result(asked: TechnologyMap, dataset: Dataset) -> dict[str, Any]:
    measured = [row for row in asked.result if "refused" not in row]
    advice = advise(asked.result)
    return {
        "map": asked,
        "is_stale": asked.plan != applied_plan(dataset),
        "advice": advice,
        "points": [_point(row, advice.chosen) for row in measured],
        "limits": _limits(dataset),
        "lines": [_line(row, advice.chosen) for row in asked.result],
        "attacks": [{"title": title, "text": text} for title, text in ATTACKS.values()],
        "whole": {"title": WHOLE[0], "text": WHOLE[1]},
        "left": f"{budget_of(dataset).left:g}",
    }


def _point(row: Row, chosen: str | None) -> MapPoint:
    """The worst attack against the skill."""
    worst, skill = row["attacks"][row["worst"]], row["skill"]
    return MapPoint(
        _short(row),
        x=Estimate("", worst["value"], worst["lower"], worst["upper"]),
        y=Estimate("", skill["value"], skill["lower"], skill["upper"]),
        current=name_of(row) == chosen,
        is_named=True,
    )


def _short(row: Row) -> str:
    """k 5; ε 3; run 2: what fits beside a point."""
    short = str(row["setting"]).partition(" (")[0].replace(" = ", " ").replace("epsilon", "ε")
    return SHORT.get(row["technology"]) or short


def _limits(dataset: Dataset) -> tuple[float, float] | None:
    limits = policy_for(dataset).limits
    risks = [limits[name].passes for name in ATTACK_LIMITS if name in limits]
    known = [risk for risk in risks if risk is not None]
    skill = limits["skill_ratio"].passes if "skill_ratio" in limits else None
    return (min(known), skill) if known and skill is not None else None


def _line(row: Row, chosen: str | None) -> dict[str, Any]:
    line = {"name": name_of(row), "is_chosen": name_of(row) == chosen, "refused": row.get("refused", "")}
    if line["refused"]:
        return line
    return line | {
        "records": count(row["records"]),
        "made": row["made"],
        "skill": _cell(row["skill"]),
        "attacks": [_cell(row["attacks"].get(name)) for name in ATTACKS],
        "whole": _shares(row["whole"]),
    }


def _cell(figure: Row | None) -> dict[str, Any]:
    if figure is None:
        return {"value": None, "status": "not computed", "word": STATUS_WORDS["not computed"]}
    return {
        "value": _digits(figure["value"]),
        "interval": f"{_digits(figure['lower'])} to {_digits(figure['upper'])}",
        "shares": _shares(figure) if "attack" in figure else "",
        "status": figure["status"],
        "word": STATUS_WORDS.get(figure["status"], "not computed"),
    }


def _digits(value: float) -> str:
    """Three places: what is nothing reads as nothing."""
    return f"{value:.3f}".replace("-0.000", "0.000")


def _shares(figure: Row) -> str:
    """12 % of its people, 0.1 % of others."""
    return f"{percent(figure['attack'])} of its people, {percent(figure['control'])} of others"
