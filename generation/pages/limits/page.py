"""What the page of a purpose's limits shows: every metric with its limits, what was changed, and the history."""

from __future__ import annotations

from typing import Any

from django.urls import reverse

from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.limits.changes import is_laxer
from generation.engine.evaluation.limits.policy import default_policy, direction_of, is_always_needed
from generation.engine.evaluation.metric import Direction, Group
from generation.engine.evaluation.policy import PURPOSES, EvaluationPolicy, Limit
from generation.engine.evaluation.words import metric_words
from generation.models import Evaluation, GenerationRun, Purpose
from generation.pages.limits.forms import LimitsForm, whole_policy
from generation.pages.limits.tabs import policy_tabs
from generation.pages.limits.waiting import state_of, waiting_facts
from generation.repositories.judged.limits import (
    LimitsVersion,
    all_versions_of,
    current_version,
    is_confirmed,
    next_changes,
    waiting_of,
)
from generation.repositories.judged.words import difference, laxer_sentences, limit_text
from synthportal.models import Person
from synthportal.roles import Role, has_role
from synthportal.web.forms import errors_in_words, wrong_fields

GROUPS = {
    Group.PRIVACY: "Privacy",
    Group.UTILITY: "Utility",
    Group.FIDELITY: "Fidelity",
    Group.DIVERSITY: "Diversity",
    Group.RULES: "Types and rules",
    Group.TEXT: "Texts",
    Group.SETS: "Questions and tasks",
}


def limits_context(purpose: str, person: Person, form: LimitsForm | None) -> dict[str, Any]:
    """One purpose's limits: as they are, as a steward may change them, and how they came about."""
    now = current_version(purpose)
    waiting = _waiting(now, person)
    may_change = has_role(person, Role.STEWARD) and waiting is None
    form = form or LimitsForm(None, was=now)
    return {
        "title": "Policies",
        "facts": ["What a release needs. Everybody reads them; one steward writes a change, a second confirms it."],
        "tabs": policy_tabs("limits"),
        "purposes": [_purpose(name, purpose) for name in PURPOSES],
        "purpose": purpose,
        "purpose_words": Purpose(purpose).label,
        "now": now,
        "waiting": waiting,
        "policy": now.policy(),
        "laxer": laxer_sentences(now.laxer()),
        "groups": [_group(title, names, now, form if may_change else None) for title, names in _shown(now)],
        "form": form if may_change else None,
        "wrong": [form[name] for name in form.errors if name in form.fields] if form.is_bound else [],
        "next_version": all_versions_of(purpose)[0].number + 1,
        "versions": history(purpose),
        **(preview(now, form) if may_change and form.is_bound else {}),
    }


def _purpose(name: str, current: str) -> dict[str, Any]:
    is_changed = current_version(name).number > 1
    words = f"{Purpose(name).label}{' (changed)' if is_changed else ''}"
    return {"label": words, "url": reverse("limits", args=[name]), "current": name == current}


def _shown(version: LimitsVersion) -> list[tuple[str, list[str]]]:
    known = whole_policy(version).limits
    found = [
        (title, [n for n, card in cards().items() if card.group is group and n in known])
        for group, title in GROUPS.items()
    ]
    return [(title, names) for title, names in found if names]


def _group(title: str, names: list[str], now: LimitsVersion, form: LimitsForm | None) -> dict[str, Any]:
    policy, shipped = whole_policy(now), default_policy(now.purpose, public=True)
    return {"title": title, "rows": [_row(name, policy, shipped, form) for name in names]}


def _row(name: str, policy: EvaluationPolicy, shipped: EvaluationPolicy, form: LimitsForm | None) -> dict[str, Any]:
    limit, usual = policy.limits[name], shipped.limits[name]
    is_higher = direction_of(name) is Direction.HIGHER
    return {
        "name": name,
        "title": metric_words(name).title,
        "definition": metric_words(name).definition,
        "sign": "at least" if is_higher else "at most",
        "beyond": "below" if is_higher else "above",
        "passes": limit_text(limit.passes),
        "blocks": limit_text(limit.blocks),
        "compared": _compared(usual),
        "shipped": f"{limit_text(usual.passes)} / {limit_text(usual.blocks)}",
        "why": f"{usual.why[:1].upper()}{usual.why[1:]}.",
        "need": _need(name, policy),
        "need_words": "not assessed" if name in policy.skipped else "needed",
        "mark": _mark(name, policy, shipped),
        "public_only": cards()[name].public_only,
        "fields": _fields(name, form) if form else None,
    }


def _compared(limit: Limit) -> str:
    """The largest leak that may go unseen, where it is not the limit that blocks."""
    return "" if limit.hides is None else f"more than {limit_text(limit.hides)} must not go unseen"


def _need(name: str, policy: EvaluationPolicy) -> str:
    if is_always_needed(name):
        return "always"
    if name in policy.skipped:
        return "not assessed"
    return "yes" if name in policy.needed else "no"


def _mark(name: str, policy: EvaluationPolicy, shipped: EvaluationPolicy) -> str:
    """laxer, stricter, changed (both ways) or nothing: against the shipped set."""
    limit, usual, way = policy.limits[name], shipped.limits[name], direction_of(name)
    pairs = [(limit.passes, usual.passes), (limit.blocks, usual.blocks)]
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
    changed = difference(now.changes, then.changes, default_policy(now.purpose, public=True).limits)
    if not changed:
        return {"preview": {"why_not": "Nothing is changed yet."}}
    return {"preview": {"changed": changed, "laxer": laxer_sentences(then.laxer()), "stale": _judged_by_it(now)}}


def _judged_by_it(now: LimitsVersion) -> int:
    """Evaluated runs whose newest evidence would have to be computed again."""
    runs = GenerationRun.objects.filter(dataset__purpose=now.purpose, status=GenerationRun.Status.EVALUATED)
    return Evaluation.objects.filter(run__in=runs, policy_version=now.label).values("run").distinct().count()


def history(purpose: str) -> list[dict[str, Any]]:
    """The versions, newest first, each with what it would change of the one that held before it."""
    shipped, lines = default_policy(purpose, public=True).limits, []
    *rows, held = all_versions_of(purpose)
    for version in reversed(rows):
        lines.append(_line(version, difference(held.changes, version.changes, shipped)))
        held = version if version.row and is_confirmed(version.row) else held
    return [*reversed(lines), {"number": 1, "shipped": True}]


def _line(version: LimitsVersion, changed: list[str]) -> dict[str, Any]:
    assert version.row is not None  # noqa: S101 - only the last one is the shipped one
    row = version.row
    return {
        "number": row.version,
        "by": row.by.display_name,
        "at": row.created_at,
        "why": row.reason,
        "changed": changed,
        **state_of(row),
    }


def _waiting(now: LimitsVersion, person: Person) -> dict[str, Any] | None:
    """The version that waits, compared with the one that holds."""
    found = waiting_of(now.purpose)
    if found is None or found.row is None:
        return None
    changed = difference(now.changes, found.changes, default_policy(now.purpose, public=True).limits)
    url = reverse("limits_decide", args=[now.purpose])
    return waiting_facts(found.row, changed, laxer_sentences(found.laxer()), url, person)
