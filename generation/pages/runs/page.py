"""What the pages of a new run and of one run show."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from generation.engine.kinds.catalogue import kind_of
from generation.engine.kinds.table import TABLE
from generation.engine.synthesizers.catalogue import cards
from generation.models import Evaluation, GenerationRun
from generation.models.run import AT_WORK
from generation.pages import slots
from generation.pages.calibrations.page import calibration_cards
from generation.pages.evidence.plots import Figures, figures_of
from generation.pages.evidence.verdicts import groups, privacy_utility, summary_of, tiles
from generation.pages.evidence.worth import worth_of
from generation.pages.runs.composition import (
    composition_lines,
    composition_reached,
    reach_of,
    rules_in_words,
    rules_kept,
)
from generation.pages.runs.price import run_budget
from generation.pages.runs.records import has_records
from generation.pages.runs.request_form import RequestForm
from generation.pages.runs.threads import thread_of
from generation.pages.status.timeline import is_live, job_of, run_timeline
from generation.pages.status.waiting import Waiting
from generation.permissions import owns
from generation.repositories.bake_offs import waits_for_choice
from generation.repositories.evaluations import newest_evaluation, read_report
from generation.repositories.judged.limits import is_current, judged_by, names_a_target, policy_of
from generation.repositories.judged.suites import holds_suite
from generation.repositories.judged.words import laxer_sentences
from generation.repositories.standings import Standing, standing_of
from generation.stages.evaluate import why_not_evaluate
from generation.stages.request import why_not_run
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, has_role
from synthportal.templatetags.human import count

FIRST_COLUMNS = 6


def new_run_context(form: RequestForm, person: Person) -> dict[str, Any]:
    """The form of a run or of a bake-off, with the primary action that sends it."""
    dataset, noun = form.dataset, "bake-off" if form.many else "run"
    return {
        "dataset": dataset,
        "form": form,
        "title": f"New {noun}",
        "noun": noun,
        "form_url": reverse("bake_off_new" if form.many else "run_new", args=[dataset.pk]),
        "cost": form.cost(form.chosen),
        "budget": run_budget(dataset, form),
        "rules": rules_in_words(dataset),
        "made": kind_of(dataset.kind).makes,
        "reach": reach_of(form) if form.is_bound else None,
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        "action": {"label": f"Start {noun}", "form": "run-form", "why_not": why_not_run(person, dataset)},
    }


def run_context(run: GenerationRun, person: Person, *, with_evidence: bool = True) -> dict[str, Any]:
    """Header, timeline and (unless only the timeline is wanted) the evidence."""
    standing = standing_of(run)
    job, is_owner = job_of(run, standing), owns(person, run.dataset)
    context = {
        "run": run,
        "title": f"Run {run.number}: {run.title}" if run.title else f"Run {run.number}",
        "may_describe": is_owner,
        "dataset": run.dataset,
        "badge": standing.tone,
        "badge_word": standing.words,
        "facts": _facts(run),
        "crumbs": [
            {"label": "Runs", "url": reverse("runs")},
            {"label": run.dataset.name, "url": reverse("dataset", args=[run.dataset_id])},
        ],
        "action": _action(run, standing, is_owner=is_owner),
        "timeline": run_timeline(run, job, Waiting(person), may_cancel=is_owner and run.status in AT_WORK),
        "settings": settings_of(run),
        "waits": waits_for_choice(run) and not standing.is_over,
        "no_review": slots.no_review(run),
        "takes_results": holds_suite(run),
        "claim": slots.claim(run, person),
        "may_see_records": is_owner and has_records(run),
        "thread": thread_of(run),
        "may_evaluate": has_role(person, Role.OWNER, Role.STEWARD)
        and not is_live(job)
        and not standing.is_over
        and not why_not_evaluate(person, run),
    }
    evaluation = newest_evaluation(run)
    if not evaluation or not with_evidence:
        return context
    return context | _evidence(run, evaluation) | {"calibrations": _calibrations(run, person)}


def _calibrations(run: GenerationRun, person: Person) -> list[Any]:
    """What measures the checks and the synthesizer; nothing is learned from people for a set."""
    return [] if kind_of(run.dataset.kind).makes else list(calibration_cards(run, person))


def _facts(run: GenerationRun) -> list[str]:
    card = cards().get(run.synthesizer)
    made = kind_of(run.dataset.kind).makes
    what = made.noun if made else "synthetic records"
    facts = [card.title if card else run.synthesizer, f"{count(run.artefact_rows or run.rows)} {what}"]
    kind = [] if run.dataset.kind == TABLE.name else [f"source: {kind_of(run.dataset.kind).title}"]
    return [*facts, *kind, f"for: {run.dataset.get_purpose_display()}", f"review policy: {run.tier}"]


def _action(run: GenerationRun, standing: Standing, *, is_owner: bool) -> dict[str, Any] | None:
    """To review or to the gate when there is evidence, to a new attempt when the run is over without."""
    if run.status == GenerationRun.Status.EVALUATED and waits_for_choice(run) and not standing.is_over:
        why_not = [] if is_owner else ["Only the owner of this dataset takes a run of a bake-off to review."]
        url = reverse("run_take", args=[run.pk])
        return {"label": "Take to review", "url": url, "method": "post", "why_not": why_not}
    if run.status == GenerationRun.Status.EVALUATED:
        return slots.way_out(run)
    if run.status in {GenerationRun.Status.FAILED, GenerationRun.Status.CANCELLED} and is_owner:
        url = f"{reverse('run_new', args=[run.dataset_id])}?like={run.number}"
        return {"label": "New run like this", "url": url}
    return None


# What the portal adds to the parameters of a set.
_OURS = {
    "confirmed": "Rules confirmed",
    "rules_until": "Rules built, up to version",
    "rounds": "Tasks added in cells that failed",
}


def settings_of(run: GenerationRun) -> list[tuple[str, object]]:
    """What was asked for, so that it can be asked for again."""
    card = cards().get(run.synthesizer)
    labels = _OURS | ({parameter.name: parameter.label for parameter in card.parameters} if card else {})
    settings: list[tuple[str, object]] = [("Seed", str(run.seed)), ("Plan", f"version {run.plan.version}")]
    if run.rules:
        settings.append(("Rules", f"version {run.rules.version}, {count(run.rules.count)} declared"))
    settings += composition_lines(run)
    return [*settings, *((labels.get(name, name), _in_words(value)) for name, value in run.parameters.items())]


def _in_words(value: object) -> str:
    """True -> "yes", 55.0 -> "55": what was asked for, as people would write it."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def _evidence(run: GenerationRun, evaluation: Evaluation) -> dict[str, Any]:
    report, erased = _report(evaluation)
    policy = policy_of(evaluation)
    figures = figures_of(report, evaluation.report_sha256) if report else Figures([], [])
    plots, columns = figures.plots, figures.columns
    return {
        "evaluation": evaluation,
        "tiles": tiles(evaluation, policy),
        "summary": summary_of(evaluation, policy),
        "groups": groups(evaluation, {plot.metric: plot.anchor for plot in plots}, worth_of(run)),
        "plots": plots,
        "columns": columns[:FIRST_COLUMNS],
        "more_columns": columns[FIRST_COLUMNS:],
        "map": privacy_utility(run.dataset, {run.pk}),
        "erased": erased,
        "reached": composition_reached(report) if report else None,
        "rules_kept": rules_kept(run, report) if report else [],
        "judged_by": _judged_by(evaluation),
    }


def _judged_by(evaluation: Evaluation) -> dict[str, Any]:
    """The limits that the evidence was judged by: whether they still hold, and where they are laxer than shipped."""
    judged = judged_by(evaluation)
    laxer = judged.laxer(has_target=names_a_target(evaluation.run.dataset))
    return {"version": judged, "is_current": is_current(evaluation), "laxer": laxer_sentences(laxer)}


def _report(evaluation: Evaluation) -> tuple[dict[str, Any] | None, str]:
    """The sealed part, or why it can no longer be read."""
    try:
        return read_report(evaluation), ""
    except Conflict as erased:
        return None, " ".join(erased.reasons)
