"""derive: say that something was made from a release, so that a withdrawal reaches it."""

from __future__ import annotations

from django.db import IntegrityError, transaction

from generation.models import Dataset
from generation.permissions import owns
from reviews.models import Derived, Release
from reviews.permissions import releases_for
from synthportal.errors import Conflict, DomainError, NotPermitted
from synthportal.models import Person
from synthportal.trail.audit import record


def tell_derived(release: Release, *, name: str, by: Person, dataset: Dataset | None = None) -> Derived:
    """Write down what was made from a release: a dataset of this portal that the person owns, or a set elsewhere.

    Raises NotPermitted for who does not see the release or does not own the dataset, DomainError without a name,
    Conflict where it was told before.
    """
    if not releases_for(by).filter(pk=release.pk).exists():
        raise NotPermitted("You have no access to this release.")
    if dataset and not owns(by, dataset):
        raise NotPermitted("What a dataset was made from is said by its owner.")
    name = " ".join((name or (dataset.name if dataset else "")).split())[:120]
    if not name:
        raise DomainError("Say what was made, and where it is kept.")
    try:
        with transaction.atomic():
            told = Derived.objects.create(release=release, dataset=dataset, name=name, told_by=by)
            record("derived", release, by=by, derived=str(told.pk), dataset=str(dataset.pk) if dataset else "")
            if dataset:
                record("made from a release", dataset, by=by, number=release.number, derived=str(told.pk))
    except IntegrityError as error:
        raise Conflict("This was told before.") from error
    return told
