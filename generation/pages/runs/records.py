"""Some of the records that a run made, for the owner of its source: what statistics do not show."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from generation.models import GenerationRun
from generation.permissions import owns
from generation.repositories.sensitive.records import first_records, is_shown
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.trail.audit import record


def has_records(run: GenerationRun) -> bool:
    """Whether some of a run's records can be seen: rows, texts or conversations, once made."""
    return is_shown(run.dataset) and bool(run.artefact_sha256)


def synthetic_records(run: GenerationRun, *, by: Person) -> list[dict[str, Any]]:
    """The first records of the artefact, which is written down. They are always the same: nobody pages through what is
    not released.

    Raises NotPermitted for anybody but an owner of the dataset, Conflict where there is nothing to show.
    """
    if not owns(by, run.dataset):
        raise NotPermitted("Only the owner of this dataset sees records of its runs before a release.")
    if not has_records(run):
        raise Conflict("There are no records to show.")
    found = first_records(run.dataset, run.artefact_sha256)
    with transaction.atomic():
        record("synthetic records shown", run, by=by, records=len(found))
    return found
