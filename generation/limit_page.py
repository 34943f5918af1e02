"""What the page of a purpose's limits shows: every metric with its limits, what was changed, and the history."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from django.forms import Form
from django.urls import reverse

from generation.engine.evaluation.limit_changes import is_laxer
from generation.engine.evaluation.metric import Direction
from generation.engine.evaluation.policy import (
    ALWAYS_NEEDED,
    COVERAGE_RULES,
    DIVERSITY_RULES,
    FIDELITY_RULES,
    PRIVACY_RULES,
    PUBLIC_RULES,
    PURPOSES,
    RULES_RULES,
    SKILL_RULES,
    EvaluationPolicy,
    Rule,
    default_policy,
    direction_of,
)
from generation.limit_forms import LimitsForm, whole_policy
from generation.limit_words import difference, laxer_sentences, limit_text
from generation.limits import LimitsVersion, current_version, next_changes, versions_of
from generation.metric_words import metric_words
from generation.models import Evaluation, GenerationRun, Purpose
from synthportal.models import Person
from synthportal.roles import Role, has_role

GROUPS = (
    ("Privacy", PRIVACY_RULES | PUBLIC_RULES),
    ("Utility", SKILL_RULES | COVERAGE_RULES),
    ("Fidelity", FIDELITY_RULES),
    ("Diversity", DIVERSITY_RULES),
    ("Types and rules", RULES_RULES),
)


def policy_tabs(current: str) -> list[dict[str, Any]]:
    """The two kinds of policy."""
    limits = reverse("limits", args=[PURPOSES[0]])
    return [
        {"label": "Review tiers", "url": reverse("policies"), "current": current == "tiers"},
        {"label": "Limits of the evidence", "url": limits, "current": current == "limits"},
    ]


def limits_context(purpose: str, person: Person, form: LimitsForm | None) -> dict[str, Any]:
    """One purpose's limits: as they are, as a steward may change them, and how they came about."""
    now = current_version(purpose)
    may_change = has_role(person, Role.STEWARD)
    form = form or LimitsForm(None, was=now)
    return {
        "title": "Policies",
        "facts": ["What a release needs. Everybody reads them; stewards change them, with a reason."],
        "tabs": policy_tabs("limits"),
        "purposes": [_purpose(name, purpose) for name in PURPOSES],
        "purpose": purpose,
        "purpose_words": Purpose(purpose).label,
        "now": now,
        "policy": now.policy(),
        "laxer": laxer_sentences(now.laxer()),
        "groups": [_group(title, rules, now, form if may_change else None) for title, rules in _shown(now)],
        "form": form if may_change else None,
        "wrong": [form[name] for name in form.errors if name in form.fields] if form.is_bound else [],
        "next_version": now.number + 1,
        "versions": history(purpose),
        **(preview(now, form) if may_change and form.is_bound else {}),
    }


def _purpose(name: str, current: str) -> dict[str, Any]:
    is_changed = current_version(name).number > 1
    words = f"{Purpose(name).label}{' (changed)' if is_changed else ''}"
    return {"label": words, "url": reverse("limits", args=[name]), "current": name == current}


def _shown(version: LimitsVersion) -> list[tuple[str, list[str]]]:
    known = whole_policy(version).rules
    found = [(title, [name for name in rules if name in known]) for title, rules in GROUPS]
    return [(title, names) for title, names in found if names]


def _group(title: str, names: list[str], now: LimitsVersion, form: LimitsForm | None) -> dict[str, Any]:
    policy, shipped = whole_policy(now), default_policy(now.purpose, public=True)
    return {"title": title, "rows": [_row(name, policy, shipped, form) for name in names]}


def _row(name: str, policy: EvaluationPolicy, shipped: EvaluationPolicy, form: LimitsForm | None) -> dict[str, Any]:
    rule, usual = policy.rules[name], shipped.rules[name]
    is_higher = direction_of(name) is Direction.HIGHER
    return {
        "name": name,
        "title": metric_words(name).title,
        "definition": metric_words(name).definition,
        "sign": "at least" if is_higher else "at most",
        "beyond": "below" if is_higher else "above",
        "passes": limit_text(rule.passes),
        "blocks": limit_text(rule.blocks),
        "compared": _compared(usual),
        "shipped": f"{limit_text(usual.passes)} / {limit_text(usual.blocks)}",
        "why": f"{usual.why[:1].upper()}{usual.why[1:]}.",
        "need": _need(name, policy),
        "mark": _mark(name, policy, shipped),
        "public_only": name in PUBLIC_RULES,
        "fields": _fields(name, form) if form else None,
    }


def _compared(rule: Rule) -> str:
    """Which side of the interval is held against the limits, where it is not the value itself."""
    if rule.passes_on == rule.blocks_on:
        return "" if rule.passes_on == "value" else f"{rule.passes_on} bound"
    return f"{rule.passes_on} / {rule.blocks_on} bound"


def _need(name: str, policy: EvaluationPolicy) -> str:
    if name in ALWAYS_NEEDED:
        return "always"
    if name in policy.skipped:
        return "not assessed"
    return "yes" if name in policy.needed else "no"


def _mark(name: str, policy: EvaluationPolicy, shipped: EvaluationPolicy) -> str:
    """laxer, stricter, changed (both ways) or nothing: against the shipped set."""
    rule, usual, way = policy.rules[name], shipped.rules[name], direction_of(name)
    pairs = [(rule.passes, usual.passes), (rule.blocks, usual.blocks)]
    laxer = any(is_laxer(new, old, way) for new, old in pairs) or name in shipped.needed - policy.needed
    stricter = any(is_laxer(old, new, way) for new, old in pairs) or name in policy.needed - shipped.needed
    return {(True, True): "changed", (True, False): "laxer", (False, True): "stricter"}.get((laxer, stricter), "")


def _fields(name: str, form: LimitsForm) -> dict[str, Any]:
    parts = {part: form[f"{part}-{name}"] for part in ("passes", "blocks")}
    needed = form[f"needed-{name}"] if f"needed-{name}" in form.fields else None
    return {**parts, "needed": needed, "errors": [why for field in parts.values() for why in field.errors]}


def preview(now: LimitsVersion, form: LimitsForm) -> dict[str, Any]:
    """What saving the form would do; what makes it impossible, if it is."""
    if wrong_fields(form):
        return {"preview": {"why_not": f"This makes no limits yet. {errors_in_words(form)}"}}
    then = LimitsVersion(now.purpose, now.number + 1, next_changes(now, form.changes()))
    changed = difference(now.changes, then.changes, default_policy(now.purpose, public=True).rules)
    if not changed:
        return {"preview": {"why_not": "Nothing is changed yet."}}
    return {"preview": {"changed": changed, "laxer": laxer_sentences(then.laxer()), "stale": _judged_by_it(now)}}


def wrong_fields(form: Form) -> list[str]:
    """The fields of the policy itself that cannot be as typed; a reason may still be missing."""
    return [name for name in form.errors if name in form.fields and name != "reason"]


def errors_in_words(form: Form) -> str:
    """What is wrong, each with its field: the preview alone has no fields to stand beside."""
    return " ".join(f"{form[name].label}: {' '.join(map(str, form.errors[name]))}" for name in wrong_fields(form))


def _judged_by_it(now: LimitsVersion) -> int:
    """Evaluated runs whose newest evidence would have to be computed again."""
    runs = GenerationRun.objects.filter(dataset__purpose=now.purpose, status=GenerationRun.Status.EVALUATED)
    return Evaluation.objects.filter(run__in=runs, policy_version=now.label).values("run").distinct().count()


def history(purpose: str) -> list[dict[str, Any]]:
    """The versions, newest first, each with what it changed."""
    found, shipped = versions_of(purpose), default_policy(purpose, public=True).rules
    pairs = pairwise(found)
    lines = [_line(version, difference(before.changes, version.changes, shipped)) for version, before in pairs]
    return [*lines, {"number": 1, "shipped": True}]


def _line(version: LimitsVersion, changed: list[str]) -> dict[str, Any]:
    assert version.row is not None  # noqa: S101 - only the last one is the shipped one
    row = version.row
    return {
        "number": row.version,
        "by": row.by.display_name,
        "at": row.created_at,
        "why": row.reason,
        "changed": changed,
    }
