"""Who sees which dataset and run. What a person may not see answers like what does not exist: 404."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from generation.models import BakeOff, Calibration, CoOwner, Dataset, FileScan, GenerationRun, Team, TechnologyMap
from synthportal.errors import NotPermitted
from synthportal.models import Person
from synthportal.people.tokens.tokens import only_one
from synthportal.roles import Role, has_role
from synthportal.web.slots import Slot

# What somebody did who may not own a dataset any more, after their name ("judged records of it"); "" for nothing.
took_part: Slot[[Person, Dataset], str] = Slot(lambda person, dataset: "")


def open_to(person: Person) -> QuerySet[Dataset]:
    """The datasets that no team closes to this person, whatever their role: this one place knows of teams.

    A dataset belongs to the teams it was put into, or else to those of its owner; one that belongs to none is open.
    """
    own = Team.objects.filter(datasets=OuterRef("pk"))
    of_owner = Team.objects.filter(members=OuterRef("owner"))
    inherited = ~Exists(own) & (~Exists(of_owner) | Exists(of_owner.filter(members=person)))
    return Dataset.objects.filter(Q(owner=person) | Exists(own.filter(members=person)) | inherited)


def is_open_to(person: Person, dataset: Dataset) -> bool:
    """`open_to` of one dataset that is at hand."""
    known = person.teams_open
    if dataset.pk not in known:
        known[dataset.pk] = dataset.owner_id == person.pk or open_to(person).filter(pk=dataset.pk).exists()
    return known[dataset.pk]


def _shared_with(person: Person) -> QuerySet[CoOwner]:
    """What is shared with a person now, while their teams open it to them."""
    return CoOwner.objects.filter(person=person, ended_at__isnull=True, dataset__in=open_to(person))


def _shares_of(person: Person) -> dict[UUID, bool]:
    if person.shares is None:
        ever = set(CoOwner.objects.filter(person=person).values_list("dataset", flat=True))
        standing = set(_shared_with(person).values_list("dataset", flat=True)) if ever else ever
        person.shares = {pk: pk in standing for pk in ever}
    return person.shares


def remember_shares(person: Person) -> None:
    """One question more now, and shorter ones after it, for a page that asks many times what is this person's own."""
    _shares_of(person)


def owns(person: Person, dataset: Dataset) -> bool:
    """Whether this person is an owner now: the one who uploaded the dataset, or one with whom it is shared."""
    return dataset.owner_id == person.pk or _shares_of(person).get(dataset.pk, False)


def has_owned(person: Person, dataset: Dataset) -> bool:
    """Whether this person is or was an owner: they neither judge nor sign what is made of the dataset."""
    return dataset.owner_id == person.pk or dataset.pk in _shares_of(person)


def owned_by(person: Person, dataset: str = "") -> Q:
    """`owns` as a condition of rows; `dataset` is the way to it from there, such as "run__dataset"."""
    if person.shares is None:
        return _among(dataset, person, _shared_with(person).values("dataset"))
    return _among(dataset, person, [pk for pk, stands in person.shares.items() if stands])


def ever_owned_by(person: Person, dataset: str = "") -> Q:
    """`has_owned` as a condition of rows."""
    return _among(dataset, person, CoOwner.objects.filter(person=person).values("dataset"))


def _among(dataset: str, person: Person, shared: QuerySet[Any] | list[UUID]) -> Q:
    way = f"{dataset}__" if dataset else ""
    own = Q(**{f"{way}owner": person})
    return own if shared == [] else own | Q(**{f"{way}pk__in": shared})


def owners_of(dataset: Dataset) -> list[Person]:
    """Who owns the dataset now, the first one first."""
    shared = Person.objects.filter(co_owned__dataset=dataset, co_owned__ended_at__isnull=True)
    return [dataset.owner, *shared.order_by("co_owned__created_at")]


def datasets_for(person: Person) -> QuerySet[Dataset]:
    """The datasets of their teams for stewards and auditors, their own and shared ones for owners, else none."""
    if has_role(person, Role.STEWARD, Role.AUDITOR):
        seen = open_to(person)
    else:
        seen = Dataset.objects.filter(owned_by(person)) if has_role(person, Role.OWNER) else Dataset.objects.none()
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
    if not owns(person, dataset) or not has_role(person, Role.OWNER):
        raise NotPermitted("Only the owner of this dataset can do this.")
