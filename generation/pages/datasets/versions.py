"""Versions of a dataset: what changed since the one before, and its plan taken over."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_POST

from generation.engine.comparison.apart import listed_words
from generation.engine.pii.entities import entity_words
from generation.engine.profiling.profile import ColumnProfile
from generation.engine.profiling.versions import ColumnChange
from generation.models import Dataset
from generation.permissions import datasets_for, owns
from generation.repositories.tables import records_in_both
from generation.stages.changes.carry import changes_of, earlier_of, earlier_plan
from generation.stages.minimise import PLANNABLE
from generation.tasks import submit_carried_plan
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.templatetags.human import count, percent

LONGEST_NAME = 120
_NUMBER = re.compile(r" \(version (\d+)\)$")


def next_name(before: Dataset) -> str:
    """What a newer version of the dataset is called until its owner calls it something else."""
    number = _NUMBER.search(before.name)
    ending = f" (version {int(number[1]) + 1 if number else 2})"
    return _NUMBER.sub("", before.name)[: LONGEST_NAME - len(ending)] + ending


def lineage_of(dataset: Dataset, person: Person) -> dict[str, Any]:
    """The version before and those after it, as far as this person sees them."""
    earlier, newer = earlier_of(dataset), list(dataset.newer.values_list("dataset", flat=True))
    if earlier is None and not newer:  # most datasets: who sees what need not be asked
        return {"earlier": None, "newer": []}
    seen = datasets_for(person)
    return {
        "earlier": seen.filter(pk=earlier.pk).first() if earlier else None,
        "newer": seen.filter(pk__in=newer).order_by("created_at"),
    }


@dataclass(frozen=True, slots=True)
class Side:
    """A column in one of both versions: profile, share of missing values, and from where to where it reaches."""

    profile: ColumnProfile
    missing: float
    reach: str

    @classmethod
    def of(cls, profile: ColumnProfile | None, rows: int) -> Side | None:
        if profile is None:
            return None
        edges = profile.spread.edges
        reach = f"{_edge(edges[0])} to {_edge(edges[-1])}" if edges else ""
        return cls(profile, profile.missing / rows if rows else 0.0, reach)


@login_required
@require_GET
def changes(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What changed in columns, values and records since the version before."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person).select_related("owner"), pk=pk)
    earlier = lineage_of(dataset, person)["earlier"]
    if earlier is None:
        raise Http404
    found = changes_of(dataset)
    rows = [_row(change, earlier, dataset) for change in found]
    context = {
        "dataset": dataset,
        "earlier": earlier,
        "title": "What changed",
        "crumbs": [
            {"label": "Datasets", "url": reverse("datasets")},
            {"label": dataset.name, "url": reverse("dataset", args=[dataset.pk])},
        ],
        "summary": _summary(found, earlier, dataset) if found else [],
        "changed": [row for row in rows if not row["is_same"]],
        "same": [row for row in rows if row["is_same"]],
        "may_carry": owns(person, dataset) and dataset.status in PLANNABLE and earlier_plan(dataset) is not None,
    }
    return render(request, "generation/datasets/read/changes.html", context)


@login_required
@require_POST
def plan_carried(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take over the plan of the version before."""
    person = signed_in(request)
    dataset = get_object_or_404(datasets_for(person), pk=pk)
    _, carried = submit_carried_plan(dataset, by=person)
    rest = f" What was proposed stays for {listed_words(list(carried.left))}." if carried.left else ""
    messages.success(request, f"The plan of the version before is taken over.{rest} Its effect is being computed.")
    return redirect(f"{reverse('dataset', args=[pk])}#plan")


def _row(change: ColumnChange, earlier: Dataset, dataset: Dataset) -> dict[str, Any]:
    before = Side.of(change.before, earlier.profile["rows"])
    after = Side.of(change.after, dataset.profile["rows"])
    return {
        "label": change.label,
        "before": before,
        "after": after,
        "is_same": change.is_same,
        "sentences": _sentences(change, before, after),
    }


def _sentences(change: ColumnChange, before: Side | None, after: Side | None) -> list[str]:
    found, lost = ([entity_words(entity) for entity in entities] for entities in (change.found, change.lost))
    if after is None:
        return ["Gone."]
    if before is None:
        return ["New.", f"Holds {listed_words(found)}."] if found else ["New."]
    was, now = (side.profile.sdtype.value.replace("_", " ") for side in (before, after))
    told = {
        f"Was read as {was}, is read as {now}.": change.is_retyped,
        f"Holds {listed_words(found)} now, which was not found before.": found,
        f"No {listed_words(lost)} is found any more.": lost,
        f"{percent(before.missing, 1)} missing before, {percent(after.missing, 1)} now.": change.missing,
        f"At least {percent(change.moved, 0)} of the values lie elsewhere.": change.moved,
    }
    return [sentence for sentence, holds in told.items() if holds]


def _summary(found: tuple[ColumnChange, ...], earlier: Dataset, dataset: Dataset) -> list[str]:
    """Records, columns and what both have in common, a sentence each."""
    before, now = earlier.rows or 0, dataset.rows or 0
    more = "as many as before" if before == now else f"{count(abs(now - before))} {'more' if now > before else 'fewer'}"
    new = sum(change.before is None for change in found)
    gone = sum(change.after is None for change in found)
    same = sum(change.is_same for change in found)
    columns = len(found) - gone
    return [
        f"{count(now)} records, {more}.",
        f"{columns} columns: {new} new, {gone} gone, {columns - new - same} changed, {same} as before.",
        _in_both(earlier, dataset),
    ]


def _in_both(earlier: Dataset, dataset: Dataset) -> str:
    shared = records_in_both(earlier, dataset)
    if shared is None:
        return "Which records are in both cannot be told, because the columns are not the same."
    of = (earlier.sketch or {}).get("distinct", 0)
    share = percent(shared / (of or 1), 0)
    return f"Of {count(of)} different records before, about {count(shared)} are here too ({share})."


def _edge(edge: float | str) -> str:
    return edge if isinstance(edge, str) else f"{edge:,.12g}"
