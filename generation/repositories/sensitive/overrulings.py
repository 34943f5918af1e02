"""Findings that owners overruled: which hold now, and the sentences that go with what is made from the data."""

from __future__ import annotations

from generation.engine.pii.entities import entity_words
from generation.models import Dataset, GenerationRun, Overruling


def standing(dataset: Dataset) -> dict[tuple[str, str], Overruling]:
    """By column and entity: what its owner overruled and has not taken back."""
    last = {(one.column, one.entity): one for one in dataset.overrulings.select_related("by").order_by("pk")}
    return {place: one for place, one in last.items() if one.holds}


def overruled_in(dataset: Dataset) -> dict[str, frozenset[str]]:
    """By column: the entities that are overruled there."""
    found: dict[str, frozenset[str]] = {}
    for column, entity in standing(dataset):
        found[column] = found.get(column, frozenset()) | {entity}
    return found


def overruled_words(run: GenerationRun) -> list[str]:
    """What the owner had overruled in the columns of a run when its plan was applied, for its certificate and card."""
    columns = {one["name"]: one for one in run.plan.schema if one.get("overruled") and one["name"] in run.columns}
    rows = Overruling.objects.filter(dataset=run.dataset_id, holds=True, column__in=columns).select_related("by")
    last = {(one.column, one.entity): one for one in rows.filter(created_at__lte=run.plan.created_at).order_by("pk")}
    return [
        _sentence(one, columns[column]["label"])
        for (column, entity), one in last.items()
        if entity in columns[column]["overruled"]
    ]


def _sentence(one: Overruling, label: str) -> str:
    checked = ", although its check holds" if one.although_validated else ""
    what = f"Found in “{label}” and overruled by its owner {one.by.display_name}: {entity_words(one.entity)}{checked}."
    return f"{what} Reason: {one.reason}"
