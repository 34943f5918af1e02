"""What the page of people and roles shows: everybody, what waits for a second person, what this portal cannot do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from typing import Any

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

from synthportal.models import Person, RoleRequest
from synthportal.people.accounts.roles import ADMINISTRATOR, roles_of, why_not_confirm_role, why_not_decide_role
from synthportal.people.directory.forms import InviteForm, RolesForm
from synthportal.roles import Role

_COMBINED = (
    ({"owner", "annotator"}, "judges no record of their own datasets"),
    ({"owner", "steward"}, "settles and signs nothing of their own datasets"),
    ({"annotator", "steward"}, "signs nothing that they judged"),
    ({ADMINISTRATOR, "steward"}, "confirms no role that they asked for"),
)


Meetings = Callable[[Collection[Person]], dict[int, list[str]]]
_MEETINGS: list[Meetings] = []


def add_meetings(found: Meetings) -> None:
    """What an app knows of where roles meet on one dataset: by key of a person, a sentence each."""
    if found not in _MEETINGS:
        _MEETINGS.append(found)


def meetings_of(people: Collection[Person]) -> dict[int, list[str]]:
    """The same, of all apps that are installed."""
    told = [found(people) for found in _MEETINGS]
    return {one.pk: [line for by_key in told for line in by_key.get(one.pk, [])] for one in people}


def directory_context(viewer: Person, form: InviteForm | None = None) -> dict[str, Any]:
    """Everybody, those who may act first."""
    people = list(Person.objects.prefetch_related("groups").order_by("-is_active", "first_name", "username"))
    found = meetings_of(people)
    return {
        "title": "People and roles",
        "people": [_line(one, found.get(one.pk, [])) for one in people],
        "asked": [_asked(one, viewer) for one in _open_requests()],
        "missing": list(missing(people)),
        "form": (form or InviteForm()) if viewer.is_administrator else None,
        "may_change": viewer.is_administrator,
    }


def directory_needs(viewer: Person) -> dict[str, Any]:
    """What an administrator's home says of people: roles that wait for them, and what this portal cannot do."""
    people = list(Person.objects.filter(is_active=True).prefetch_related("groups"))
    waiting = [one for one in _open_requests() if not why_not_decide_role(viewer, one)]
    return {"waiting": len(waiting), "missing": list(missing(people)), "number": len(people)}


def _open_requests() -> QuerySet[RoleRequest]:
    """With what tells whose the account is: see why_not_theirs."""
    found = RoleRequest.objects.filter(decided_at__isnull=True).select_related("person", "asked_by")
    return found.prefetch_related("person__links", "person__socialaccount_set")


def _line(person: Person, meeting: list[str]) -> dict[str, Any]:
    held = names_of(person)
    return {
        "person": person,
        "roles": sorted(held),
        "state": "closed" if not person.is_active else "" if person.has_usable_password() else "invited",
        "combined": [words for names, words in _COMBINED if names <= held],
        "meeting": meeting,
    }


def names_of(person: Person) -> set[str]:
    """The names of the roles, from groups that were read already."""
    held = {group.name for group in person.groups.all()} & {role.value for role in Role}
    return held | ({ADMINISTRATOR} if person.is_staff else set())


def _asked(one: RoleRequest, viewer: Person) -> dict[str, Any]:
    return {
        "request": one,
        "why_not": why_not_confirm_role(viewer, one),
        "may_refuse": not why_not_decide_role(viewer, one),
        "may_take_back": viewer.pk == one.asked_by_id and viewer.is_administrator,
    }


def person_context(person: Person, viewer: Person, form: RolesForm | None = None) -> dict[str, Any]:
    """One person: their roles to tick, their link, their account."""
    waiting = _open_requests().filter(person=person)
    line = _line(person, meetings_of([person]).get(person.pk, []))
    return {
        "title": person.display_name,
        "facts": [f"signs in as {person.username}", *([line["state"]] if line["state"] else [])],
        "person": person,
        "line": line,
        "form": form or RolesForm.of(person),
        "asked": [_asked(one, viewer) for one in waiting],
        "is_self": person.pk == viewer.pk,
        "has_factor": Authenticator.objects.filter(user=person).exists(),
        "guarded": sorted(roles_of(person) & {Role.STEWARD.value, ADMINISTRATOR}),
    }


def missing(people: Collection[Person]) -> Iterator[str]:
    """What this portal cannot do with the people it has, and how to change that."""
    held = [names_of(one) for one in people if one.is_active]
    stewards, keepers = (sum(name in names for names in held) for name in (Role.STEWARD.value, ADMINISTRATOR))
    annotators = sum(Role.ANNOTATOR.value in names for names in held)
    if stewards == 0:
        yield "There is no steward: nothing can be released. Give somebody the role."
    if stewards == 1:
        yield (
            "There is one steward: policies and limits cannot be changed, and a release cannot be signed where that "
            "steward waived, settled a flag or lifted a pause. Give one more person the role."
        )
    if keepers < 2 and stewards == 0:
        yield (
            "There is one administrator and no steward: nobody can confirm a steward here. Whoever runs the portal "
            "gives the first one at the machine: manage.py role NAME steward."
        )
    elif keepers < 2:
        yield (
            "There is one administrator: a steward confirms what they ask for, but not for somebody who set their "
            "password with this administrator's link, and nobody can send them a link for a new password. Whoever runs "
            "the portal gives one more person the role at the machine: manage.py role NAME administrator."
        )
    if annotators < 2:
        yield (
            f"There {'is one annotator' if annotators else 'is no annotator'}: standard and strict reviews need "
            "records judged by two people or more. Give more people the role."
        )
