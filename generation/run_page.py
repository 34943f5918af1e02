"""What the pages of a new run and of one run show."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from generation.asked_page import asked_lines, asked_reached, reach_of, rules_in_words, rules_kept
from generation.calibrated import worth_of
from generation.calibration_page import calibration_cards
from generation.engine.synthesizers.catalogue import cards
from generation.evidence import groups, newest_evaluation, privacy_utility, tiles
from generation.ledger_page import run_budget
from generation.limit_words import laxer_sentences
from generation.limits import is_current, judged_by, names_a_target
from generation.models import Evaluation, GenerationRun
from generation.plots import column_figures, drawn
from generation.request_form import RequestForm
from generation.stages.bake_off import waits_for_choice
from generation.stages.evaluate import read_report, why_not_evaluate
from generation.stages.generate import AT_WORK, why_not_run
from generation.timeline import is_live, newest_job, run_timeline
from generation.words import RUN_BADGES
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
        "reach": reach_of(form) if form.is_bound else None,
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        "action": {"label": f"Start {noun}", "form": "run-form", "why_not": why_not_run(person, dataset)},
    }


def run_context(run: GenerationRun, person: Person, *, with_evidence: bool = True) -> dict[str, Any]:
    """Header, timeline and (unless only the timeline is wanted) the evidence."""
    tone, word = RUN_BADGES[GenerationRun.Status(run.status)]
    job, is_owner = newest_job(run.pk), run.dataset.owner_id == person.pk
    context = {
        "run": run,
        "title": f"Run {run.number}",
        "dataset": run.dataset,
        "badge": tone,
        "badge_word": word,
        "facts": _facts(run),
        "crumbs": [
            {"label": "Runs", "url": reverse("runs")},
            {"label": run.dataset.name, "url": reverse("dataset", args=[run.dataset_id])},
        ],
        "action": _action(run, is_owner=is_owner),
        "timeline": run_timeline(run, job, may_cancel=is_owner and run.status in AT_WORK),
        "settings": settings_of(run),
        "waits": waits_for_choice(run),
        "may_evaluate": has_role(person, Role.OWNER, Role.STEWARD)
        and not is_live(job)
        and not why_not_evaluate(person, run),
    }
    evaluation = newest_evaluation(run)
    if not evaluation or not with_evidence:
        return context
    return context | _evidence(run, evaluation) | {"calibrations": calibration_cards(run, person)}


def _facts(run: GenerationRun) -> list[str]:
    card = cards().get(run.synthesizer)
    facts = [card.title if card else run.synthesizer, f"{count(run.artefact_rows or run.rows)} synthetic records"]
    return [*facts, f"for: {run.dataset.get_purpose_display()}", f"review policy: {run.tier}"]


def _action(run: GenerationRun, *, is_owner: bool) -> dict[str, Any] | None:
    """To review or to the gate when there is evidence, to a new attempt when the run is over without."""
    if run.status == GenerationRun.Status.EVALUATED and waits_for_choice(run):
        why_not = [] if is_owner else ["Only the owner of this dataset takes a run of a bake-off to review."]
        url = reverse("run_take", args=[run.pk])
        return {"label": "Take to review", "url": url, "method": "post", "why_not": why_not}
    if run.status == GenerationRun.Status.EVALUATED:
        return {"label": "Go to the gate", "url": reverse("gate", args=[run.pk])}
    if run.status in {GenerationRun.Status.FAILED, GenerationRun.Status.CANCELLED} and is_owner:
        url = f"{reverse('run_new', args=[run.dataset_id])}?like={run.number}"
        return {"label": "New run like this", "url": url}
    return None


def settings_of(run: GenerationRun) -> list[tuple[str, object]]:
    """What was asked for, so that it can be asked for again."""
    card = cards().get(run.synthesizer)
    labels = {parameter.name: parameter.label for parameter in card.parameters} if card else {}
    settings: list[tuple[str, object]] = [("Seed", str(run.seed)), ("Plan", f"version {run.plan.version}")]
    if run.rules:
        settings.append(("Rules", f"version {run.rules.version}, {count(run.rules.count)} declared"))
    settings += asked_lines(run)
    return [*settings, *((labels.get(name, name), str(value)) for name, value in run.parameters.items())]


def _evidence(run: GenerationRun, evaluation: Evaluation) -> dict[str, Any]:
    report, erased = _report(evaluation)
    plots = drawn(report) if report else []
    columns = column_figures(report) if report else []
    return {
        "evaluation": evaluation,
        "tiles": tiles(evaluation),
        "groups": groups(evaluation, {plot.metric: plot.anchor for plot in plots}, worth_of(run)),
        "plots": plots,
        "columns": columns[:FIRST_COLUMNS],
        "more_columns": columns[FIRST_COLUMNS:],
        "map": privacy_utility(run.dataset, {run.pk}),
        "erased": erased,
        "asked_reached": asked_reached(report) if report else None,
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
