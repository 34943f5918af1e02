"""profile: what the columns are and what they may give away, in counts; and a first plan to minimise them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import transaction

from generation.engine.kinds.catalogue import kind_of
from generation.models import Column, Dataset
from generation.repositories.sensitive.overrulings import overruled_in
from generation.repositories.tables import labels_of, read_sealed, sdtypes_chosen
from generation.stages.minimise import propose_plan_for
from synthportal.errors import Conflict
from synthportal.jobs.progress import Report
from synthportal.jobs.worker import Worker
from synthportal.transitions import move

if TYPE_CHECKING:
    from generation.engine.profiling.profile import TableProfile


def profile_dataset(dataset_id: UUID, *, by: Worker, report: Report) -> None:
    """Profile the training records, keep the columns and propose a plan. The holdout is never looked at."""
    dataset = Dataset.objects.get(pk=dataset_id)
    if dataset.status != Dataset.Status.INGESTED:
        return
    report("reading the records", 0, 0)
    profile = profile_of_records(dataset, report)
    with transaction.atomic():
        keep_columns(dataset, profile)
        move(
            dataset,
            Dataset.Status.PROFILED,
            by=by,
            facts={
                "columns": len(profile.columns),
                "smallest_group": profile.groups.smallest,
                "roles": dict(Counter(str(column.role) for column in profile.columns)),
            },
            profile=profile.as_json(),
        )
        propose_plan_for(dataset, profile)


def profile_of_records(dataset: Dataset, report: Report) -> TableProfile:
    """The profile of the training records, each column the kind that its owner says it is."""
    labels = labels_of(dataset)
    target, person = name_of(labels, dataset.target), name_of(labels, dataset.person_column)
    table = read_sealed(dataset.key_id, dataset.training_sha256)
    # A profiler that knows of neither is asked for neither.
    said = {"sdtypes": sdtypes_chosen(dataset), "overruled": overruled_in(dataset)}
    how = {name: value for name, value in said.items() if value}
    found: TableProfile = kind_of(dataset.kind).profile(
        table, labels, target=target, person=person, progress=report, **how
    )
    return found


def keep_columns(dataset: Dataset, profile: TableProfile) -> None:
    """One row for each column, in place of those of an earlier reading."""
    dataset.columns.all().delete()
    Column.objects.bulk_create(
        Column(
            dataset=dataset,
            position=position,
            label=column.label,
            sdtype=column.sdtype,
            role=column.role,
            missing=column.missing,
            distinct=column.distinct,
        )
        for position, column in enumerate(profile.columns)
    )


def name_of(labels: dict[str, str], wanted: str) -> str | None:
    """The internal name of the column a person called `wanted`. Raises Conflict when there is none."""
    if not wanted:
        return None
    for name, label in labels.items():
        if label.casefold() == wanted.strip().casefold():
            return name
    raise Conflict("The file has no column of the name given. Correct the spelling or leave it empty, and try again.")
