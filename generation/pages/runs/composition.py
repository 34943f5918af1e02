"""A composition, as pages show it: the reach before a run, asked against reached after it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from generation.engine.errors import FitError
from generation.engine.predicates.predicate import Lookup, words_of
from generation.models import Dataset, GenerationRun
from generation.repositories.compositions import demands_of, plan_composition
from generation.repositories.rules.declared import in_force, lines_in
from generation.repositories.tables import schema_from_json
from synthportal.errors import Conflict
from synthportal.templatetags.charts import Estimate
from synthportal.templatetags.human import count, percent

if TYPE_CHECKING:
    from generation.engine.composition.composition import Demand
    from generation.engine.composition.demands import Demands
    from generation.pages.runs.request_form import RequestForm

MANY_DRAWS = 20


def reach_of(form: RequestForm) -> dict[str, Any] | None:
    """What each run would reach as the form stands, or why it cannot; None when nothing is asked."""
    if form.composition.faults:
        return {"faults": list(form.composition.faults)}
    try:
        composition, rows = form.composition.value, int(str(form["rows"].value() or 0))
        if not composition or rows < 1:
            return None
        planned = [plan_composition(form.dataset, composition, rows, c, form.parameters(c)) for c in form.chosen]
    except Conflict as error:
        return {"faults": list(error.reasons)}
    except (FitError, ValueError):
        return None  # a setting is no number: the estimate says so
    return _reach(form, planned[0]) if planned and planned[0] else None


def _reach(form: RequestForm, demands: Demands) -> dict[str, Any]:
    call = Lookup(schema_from_json(form.dataset.schema)).word
    draws = demands.drawn_per_row
    return {
        "lines": [_line(demand, demands, words_of(demand.where, call)) for demand in demands.demands],
        "draws": f"About {draws:.0f} records are drawn for each one kept." if draws > MANY_DRAWS else "",
    }


def _line(demand: Demand, demands: Demands, words: str) -> str:
    least = "at least " if demand.at_least else ""
    real = percent(demand.real / demands.real_rows)
    share = percent(demand.rows / demands.rows)
    return (
        f"{demand.title}: {least}{count(demand.rows)} of {count(demands.rows)} records where {words} "
        f"({share}; real: {real}, {count(demand.real)} training records)"
    )


def composition_lines(run: GenerationRun) -> list[tuple[str, str]]:
    """The composition of a run, a line each, for its settings."""
    try:
        demands = demands_of(run)
    except Conflict:  # erased: what was asked can no longer be read
        return [("Asked", "what was asked for is erased with the dataset")]
    if demands is None:
        return []
    call = Lookup(schema_from_json(run.plan.schema)).word
    return [
        (d.title, f"{'at least ' if d.at_least else ''}{count(d.rows)} records where {words_of(d.where, call)}")
        for d in demands.demands
    ]


def composition_reached(report: dict[str, Any]) -> dict[str, Any] | None:
    """Bars and numbers of an evaluated run: each demand with what was asked, what is there and the real share."""
    details = report.get("details", {}).get("asked_reached")
    if not details or not details.get("demands"):
        return None
    rows = max(1, details["rows"])
    lines = [
        {
            **line,
            "met": line["reached"] == line["asked"] or (line["at_least"] and line["reached"] > line["asked"]),
            "share": line["reached"] / rows,
            "bars": [
                Estimate("asked for", line["asked"]),
                Estimate("reached", line["reached"]),
                Estimate("as in the source", round(line["real_share"] * rows)),
            ],
        }
        for line in details["demands"]
    ]
    return {"lines": lines, "rows": rows}


def rules_kept(run: GenerationRun, report: dict[str, Any] | None) -> list[dict[str, Any]]:
    """The rules a run was drawn by, with what the evaluation counted."""
    if run.rules is None:
        return []
    call = Lookup(schema_from_json(run.plan.schema)).word
    counted = ((report or {}).get("details", {}).get("declared_rules") or {}).get("rules") or []
    words = [line.rule.words(call) for line in lines_in(run.rules)]
    return [{"place": place, "words": rule, "found": counted[place - 1] if len(counted) >= place else None}
            for place, rule in enumerate(words, start=1)]  # fmt: skip


def rules_in_words(dataset: Dataset) -> str:
    """How many rules a new run will keep; "" when none is declared."""
    rules = in_force(dataset)
    if rules is None:
        return ""
    which = "the declared rule" if rules.count == 1 else f"all {rules.count} declared rules"
    return f"Every record keeps {which} (version {rules.version})."
