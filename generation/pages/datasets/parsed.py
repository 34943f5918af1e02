"""Some records of a source as they were read, for their owner: what a wrong reading shows at once."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from generation.models import Dataset
from generation.permissions import owns
from generation.repositories.sensitive.records import first_records, is_shown
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.trail.audit import record


def has_parsed(dataset: Dataset) -> bool:
    """Whether there are records to see as they were read: tables, texts and conversations, once read."""
    return is_shown(dataset) and bool(dataset.training_sha256)


def parsed_records(dataset: Dataset, *, by: Person) -> list[dict[str, Any]]:
    """The first records of the training side, read from the vault, which is written down.

    Raises NotPermitted for anybody but the owner, Conflict where there is nothing to show.
    """
    if not owns(by, dataset):
        raise NotPermitted("Only the owner of this dataset sees its records.")
    if not has_parsed(dataset):
        raise Conflict("There are no records to show.")
    found = first_records(dataset, dataset.training_sha256)
    with transaction.atomic():
        record("parsed records shown", dataset, by=by, records=len(found))
    return found
