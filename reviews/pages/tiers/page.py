"""What the pages of the tiers show: the sentence, what a review costs, its curve, the history."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import Any

from django.urls import reverse

from generation.pages.limits.tabs import policy_tabs
from generation.pages.limits.waiting import state_of, waiting_facts
from reviews.engine.acceptance.plans import ImpossiblePlan, Plan, accept_probability, operating_characteristic
from reviews.engine.policy.policy import TIERS, PolicyError, ReviewPolicy, plan_for, realism_sentence
from reviews.engine.policy.words import FIELDS, consequence, difference, value_words
from reviews.engine.policy.workload import SECONDS_PER_VERDICT, Workload, workload
from reviews.models import TierVersion, Verdict
from reviews.pages.tiers.forms import LotForm, TierForm
from reviews.repositories.tiers import (
    current_tier,
    is_confirmed,
    last_number,
    policy_of_version,
    versions_of,
    waiting_version,
)
from synthportal.models import Person
from synthportal.roles import Role, has_role
from synthportal.templatetags.charts import Series
from synthportal.templatetags.human import count, duration, percent
from synthportal.web.forms import errors_in_words, wrong_fields

ENOUGH_VERDICTS, MOST_VERDICTS = 20, 2_000
NO_CONTROLS = "none: reviewers are not measured"
CURVE_STEPS = 40
CURVE_ENDS_AT = 2.0  # multiples of the leak rate to be refused


@dataclass(frozen=True, slots=True)
class Pace:
    """Seconds per verdict: the median of what was measured here, or an assumption while there is too little of it."""

    seconds: float
    measured: int

    @property
    def words(self) -> str:
        """Where the figure comes from."""
        if self.measured:
            return f"{duration(self.seconds)} per verdict, the median of the last {count(self.measured)} here"
        return f"{duration(self.seconds)} per verdict, assumed until there are {ENOUGH_VERDICTS} verdicts to measure"


def pace() -> Pace:
    """How long a verdict takes in this portal."""
    timed = Verdict.objects.filter(undone_at__isnull=True, seconds__gt=0).order_by("-created_at")
    found = list(timed.values_list("seconds", flat=True)[:MOST_VERDICTS])
    return Pace(median(found), len(found)) if len(found) >= ENOUGH_VERDICTS else Pace(SECONDS_PER_VERDICT, 0)


def tiers_context(lots: tuple[LotForm, int], person: Person) -> dict[str, Any]:
    """All tiers side by side, for one size of the file."""
    (form, lot), speed = lots, pace()
    return {
        "title": "Policies",
        "facts": ["What a release needs. Everybody reads them; one steward writes a change, a second confirms it."],
        "tabs": policy_tabs("tiers"),
        "lot_form": form,
        "lot": lot,
        "pace": speed,
        "cards": [_card(current_tier(name), lot, speed) for name in TIERS],
        "may_change": has_role(person, Role.STEWARD),
        "waiting": [name for name in TIERS if waiting_version(name)],
        "sees_trail": has_role(person, Role.STEWARD, Role.AUDITOR),
    }


def _card(policy: ReviewPolicy, lot: int, speed: Pace) -> dict[str, Any]:
    card = {
        "policy": policy,
        "name": policy.name.capitalize(),
        "version": version_words(policy),
        "realism": realism_sentence(policy),
    }
    try:
        cost, plan = workload(policy, lot, speed.seconds), plan_for(policy, lot)
    except ImpossiblePlan as impossible:
        return card | {"why_not": str(impossible)}
    return card | {"costs": costs(policy, cost), "points": curve(plan), "weakest": _weakest(plan)}


def version_words(policy: ReviewPolicy) -> str:
    """As shipped, or which version."""
    return "as shipped" if policy.version == 1 else f"version {policy.version}"


def costs(policy: ReviewPolicy, cost: Workload) -> list[tuple[str, str]]:
    """What a review asks for, line by line."""
    people = f"{policy.min_annotators} or more"
    parts = [f"{count(cost.random)} at random", f"{count(cost.hunt)} searched out at most"]
    parts += [f"{count(cost.controls)} controls"] if cost.controls else []
    missed = f"; {policy.missable_controls or 'none'} of the fabricated leaks may be missed"
    return [
        ("Records to judge", f"{count(cost.records)}: {', '.join(parts)}"),
        ("Verdicts", f"{count(cost.verdicts)}, by {people} annotators"),
        ("Time", duration(cost.hours * 3600)),
        ("Leaks sized for", f"{policy.accept}"),
        ("Controls", f"{count(cost.controls)}, nonsense included{missed}" if cost.controls else NO_CONTROLS),
    ]


def curve(plan: Plan) -> list[tuple[float, float]]:
    """The operating characteristic for reviewers who see every leak: (true leak rate, chance to pass)."""
    rates = [plan.ltpd * CURVE_ENDS_AT * step / CURVE_STEPS for step in range(CURVE_STEPS + 1)]
    return [(point.rate, point.accept) for point in operating_characteristic(plan, [min(r, 0.999) for r in rates])]


def _weakest(plan: Plan) -> str:
    """What the plan still guarantees when reviewers see as little as the controls allow."""
    if plan.sensitivity >= 1:
        return ""
    chance = accept_probability(plan, plan.ltpd, plan.sensitivity)
    return (
        f"Reviewers who see only {percent(plan.sensitivity, 0)} of the leaks, the least that the controls let pass, "
        f"would pass such a file with a chance of {percent(chance)}."
    )


def tier_context(name: str, person: Person, form: TierForm | None, lots: tuple[LotForm, int]) -> dict[str, Any]:
    """One tier: what it is, its history and, for a steward, the form that changes it."""
    policy, (_, lot), speed = current_tier(name), lots, pace()
    waiting = _waiting(policy, person)
    may_change = has_role(person, Role.STEWARD) and waiting is None
    form = form or TierForm(None, was=policy)
    return {
        "title": f"{name.capitalize()} review",
        "facts": [version_words(policy), policy.sentence],
        "crumbs": [{"label": "Policies", "url": reverse("policies")}],
        "card": _card(policy, lot, speed),
        "policy": policy,
        "values": [(FIELDS[field].title, value_words(field, getattr(policy, field))) for field in FIELDS],
        "lot": lot,
        "pace": speed,
        "form": form if may_change else None,
        "waiting": waiting,
        "next_version": last_number(name) + 1,
        "versions": history(name),
        **(preview(policy, form, lot, speed) if may_change and form.is_bound else {}),
    }


def preview(policy: ReviewPolicy, form: TierForm, lot: int, speed: Pace) -> dict[str, Any]:
    """What saving the form would do, compared with the policy of now; what makes it impossible, if it is."""
    if wrong_fields(form):
        return {"preview": {"why_not": f"This makes no policy yet. {errors_in_words(form)}"}}
    try:
        wanted = form.wanted(policy)
    except PolicyError as refused:
        return {"preview": {"why_not": " ".join(refused.reasons)}}
    changed = difference(policy, wanted)
    if not changed:
        return {"preview": {"why_not": "Nothing is changed yet."}}
    try:
        plans = {"now": plan_for(policy, lot), "then": plan_for(wanted, lot)}
        told = consequence(workload(policy, lot, speed.seconds), workload(wanted, lot, speed.seconds))
    except ImpossiblePlan as impossible:
        return {"preview": {"changed": changed, "told": [str(impossible)], "sentence": wanted.sentence}}
    return {
        "preview": {
            "changed": changed,
            "told": told,
            "sentence": wanted.sentence,
            "series": [
                Series("now", _in_percent(curve(plans["now"])), "reference"),
                Series("then", _in_percent(curve(plans["then"])), "synthetic"),
            ],
        }
    }


def _in_percent(points: list[tuple[float, float]]) -> list[tuple[float, float]]:
    return [(rate * 100, accept) for rate, accept in points]


def history(name: str) -> list[dict[str, Any]]:
    """The versions, newest first, each with what it would change of the one that held before it."""
    *rows, (held, _) = versions_of(name)
    lines = []
    for policy, row in reversed(rows):
        lines += [_line(row, difference(held, policy))] if row else []
        held = policy if row and is_confirmed(row) else held
    return [*reversed(lines), {"number": 1, "shipped": True}]


def _line(row: TierVersion, changed: list[str]) -> dict[str, Any]:
    return {
        "number": row.version,
        "by": row.by.display_name,
        "at": row.created_at,
        "why": row.reason,
        "changed": changed,
        **state_of(row),
    }


def _waiting(now: ReviewPolicy, person: Person) -> dict[str, Any] | None:
    """The version that waits, compared with the one that holds."""
    row = waiting_version(now.name)
    if row is None:
        return None
    changed = difference(now, policy_of_version(row))
    return waiting_facts(row, changed, [], reverse("tier_decide", args=[now.name]), person)
