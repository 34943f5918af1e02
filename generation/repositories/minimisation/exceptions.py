"""Written exceptions: which columns may keep their direct identifiers now, and who wrote that."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from generation.models import Dataset, Plan, WrittenException
from generation.repositories.tables import labels_of


def standing_exceptions(dataset: Dataset) -> dict[str, WrittenException]:
    """By column: the exception that holds now, for it was not taken back."""
    return standing_in([dataset.pk]).get(dataset.pk, {})


def standing_in(datasets: Collection[UUID]) -> dict[UUID, dict[str, WrittenException]]:
    """The same of several datasets, in one query."""
    newest: dict[UUID, dict[str, WrittenException]] = {}
    if not datasets:
        return newest
    for one in WrittenException.objects.filter(dataset__in=datasets).select_related("by").order_by("pk"):
        newest.setdefault(one.dataset_id, {})[one.column] = one
    return {pk: {name: one for name, one in found.items() if one.is_granted} for pk, found in newest.items()}


def used_by(plan: Plan, standing: dict[str, WrittenException]) -> list[WrittenException]:
    """The exceptions without which this plan would leave direct identifiers that it must not."""
    return [standing[name] for name in plan.report.get("direct_left", ()) if name in standing]


def exception_sentences(dataset: Dataset, used: Collection[WrittenException]) -> tuple[str, ...]:
    """What stays by which exception, and why, in sentences for gate, card and certificate."""
    labels = labels_of(dataset)
    return tuple(
        f"Direct identifiers of the column “{labels.get(one.column, one.column)}” stay as they are, "
        f"by an exception that {one.by.display_name} wrote: {one.reason}"
        for one in used
    )
