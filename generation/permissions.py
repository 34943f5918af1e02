"""Who sees which dataset and run. What a person may not see answers like what does not exist: 404."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q, QuerySet

from generation.models import BakeOff, Calibration, Dataset, FileScan, GenerationRun, Team, TechnologyMap
from synthportal.errors import NotPermitted
from synthportal.models import Person
from synthportal.people.tokens.tokens import only_one
from synthportal.roles import Role, has_role


def open_to(person: Person) -> QuerySet[Dataset]:
    """The datasets that no team closes to this person, whatever their role: this one place knows of teams.

    A dataset belongs to the teams it was put into, or else to those of its owner; one that belongs to none is open.
    """
    own = Team.objects.filter(datasets=OuterRef("pk"))
    of_owner = Team.objects.filter(members=OuterRef("owner"))
    inherited = ~Exists(own) & (~Exists(of_owner) | Exists(of_owner.filter(members=person)))
    return Dataset.objects.filter(Q(owner=person) | Exists(own.filter(members=person)) | inherited)


def datasets_for(person: Person) -> QuerySet[Dataset]:
    """The datasets of their teams for stewards and auditors, their own for owners, none for anybody else."""
    if has_role(person, Role.STEWARD, Role.AUDITOR):
        seen = open_to(person)
    else:
        seen = Dataset.objects.filter(owner=person) if has_role(person, Role.OWNER) else Dataset.objects.none()
    return only_one(seen, person, "dataset")


def runs_for(person: Person) -> QuerySet[GenerationRun]:
    """The runs of the datasets a person sees."""
    seen = GenerationRun.objects.filter(dataset__in=datasets_for(person))
    return only_one(seen, person, "run")


def calibrations_for(person: Person) -> QuerySet[Calibration]:
    """The null runs and planted-leak runs of the runs a person sees."""
    return Calibration.objects.filter(run__in=runs_for(person))


def technology_maps_for(person: Person) -> QuerySet[TechnologyMap]:
    """The technology maps of the datasets a person sees."""
    return TechnologyMap.objects.filter(dataset__in=datasets_for(person))


def bake_offs_for(person: Person) -> QuerySet[BakeOff]:
    """The bake-offs of the datasets a person sees."""
    return BakeOff.objects.filter(dataset__in=datasets_for(person))


def scans_for(person: Person) -> QuerySet[FileScan]:
    """The scans of files that a person dropped: nobody else sees one."""
    return FileScan.objects.filter(by=person)


def require_owner(dataset: Dataset, person: Person) -> None:
    """Raise NotPermitted unless the dataset is this person's own."""
    if dataset.owner_id != person.pk or not has_role(person, Role.OWNER):
        raise NotPermitted("Only the owner of this dataset can do this.")
