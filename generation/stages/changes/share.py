"""share: several people own a dataset. Each may do what the first may; none of them judges or signs, ever after."""

from __future__ import annotations

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from generation.models import CoOwner, Dataset
from generation.permissions import is_open_to, owners_of, require_owner, took_part
from synthportal.errors import Conflict
from synthportal.models import Notice, Person
from synthportal.people.messages.notices import everybody, tell
from synthportal.roles import Role, has_role
from synthportal.trail.audit import record


def candidates_for(dataset: Dataset) -> list[Person]:
    """The people with whom the dataset can be shared, by name."""
    able = [one for one in everybody(Role.OWNER) if not why_not_share(dataset, one)]
    return sorted(able, key=lambda one: one.display_name)


def why_not_share(dataset: Dataset, person: Person) -> list[str]:
    """Why this person cannot become an owner of the dataset; empty when they can."""
    name = person.display_name
    if person.pk in {one.pk for one in owners_of(dataset)}:
        return [f"{name} owns this dataset already."]
    if not person.is_active or not has_role(person, Role.OWNER):
        return [f"{name} has not the role of an owner: an administrator gives it."]
    if not is_open_to(person, dataset):
        return [f"{name} is in no team that this dataset is open to: an administrator changes that."]
    # Who owns does not judge: what was judged already would count as somebody else's look.
    return [f"{name} {did}, and stays on the other side."] if (did := took_part(person, dataset)) else []


def share_dataset(dataset: Dataset, person: Person, *, by: Person) -> CoOwner:
    """Make somebody an owner beside the others, who read it in their notices. Raises NotPermitted or Conflict."""
    require_owner(dataset, by)
    if dataset.status == Dataset.Status.ERASED:
        raise Conflict("The dataset is erased.")
    if reasons := why_not_share(dataset, person):
        raise Conflict(*reasons)
    try:
        with transaction.atomic():
            shared = CoOwner.objects.create(dataset=dataset, person=person, by=by)
            record("shared", shared, by=by, dataset=str(dataset.pk), person=person.pk)
            record("owner added", dataset, by=by, person=person.pk)
            words = f"{by.display_name} shares the dataset {dataset.name} with you: you own it together."
            path = reverse("dataset", args=[dataset.pk])
            tell(Notice.Event.ACCESS, words, path=path, to=[person], subject=dataset.pk, by_id=by.pk)
    except IntegrityError as error:
        raise Conflict(f"{person.display_name} owns this dataset already.") from error
    return shared


def end_share(shared: CoOwner, *, by: Person) -> None:
    """Somebody is no owner any more. They neither judge nor sign here all the same. Raises NotPermitted."""
    require_owner(shared.dataset, by)
    with transaction.atomic():
        if CoOwner.objects.filter(pk=shared.pk, ended_at=None).update(ended_at=timezone.now()):
            record("share ended", shared, by=by, dataset=str(shared.dataset_id), person=shared.person_id)
