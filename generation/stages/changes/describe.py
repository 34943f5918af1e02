"""describe: what its owner calls a dataset and says of it, and what they call a run; changed at any time, recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from generation.models import Dataset, GenerationRun, RunLabel
from generation.permissions import owns, require_owner
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.trail.audit import record


@dataclass(frozen=True, slots=True)
class Description:
    """What an owner may change after the upload. Purpose and file make another dataset."""

    name: str
    description: str
    prohibited_uses: str
    retain_until: date | None


def why_not_describe(person: Person, dataset: Dataset) -> list[str]:
    """Why this person cannot change what is said of the dataset; empty when they can."""
    if not owns(person, dataset):
        return ["Only the owner of this dataset changes what is said of it."]
    if dataset.status == Dataset.Status.ERASED:
        return ["The dataset is erased: what was said of it stays as it was."]
    return []


def describe_dataset(dataset: Dataset, said: Description, *, by: Person) -> list[str]:
    """Keep what is said, and the names of what changed. Releases that were signed before keep what was said then."""
    require_owner(dataset, by)
    if reasons := why_not_describe(by, dataset):
        raise Conflict(*reasons)
    if not said.name.strip():
        raise Conflict("A dataset needs a name.")
    changed = [name for name in Description.__slots__ if getattr(dataset, name) != getattr(said, name)]
    if not changed:
        return []
    with transaction.atomic():
        for name in changed:
            setattr(dataset, name, getattr(said, name))
        dataset.save(update_fields=changed)
        record("described", dataset, by=by, changed=changed)
    return changed


def describe_run(run: GenerationRun, *, title: str, remark: str, by: Person) -> None:
    """Keep what the owner calls a run, and their note on it. Neither goes into what is signed."""
    require_owner(run.dataset, by)
    with transaction.atomic():
        said = {"title": title.strip(), "remark": remark.strip()}
        RunLabel.objects.update_or_create(run=run, defaults=said)
        record("described", run, by=by, has_title=bool(said["title"]), has_remark=bool(said["remark"]))
