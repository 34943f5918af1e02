"""Roles: an administrator gives them in one step; those that can sign or administrate take a second person."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from django.contrib.auth.models import Group
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone

from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person, RoleRequest
from synthportal.people.tokens.grants import grant
from synthportal.roles import PEOPLE, Actor, Role, has_role
from synthportal.trail.audit import record

ADMINISTRATOR = "administrator"
GUARDED = (Role.STEWARD.value, ADMINISTRATOR)
GIVEN = (*(role.value for role in PEOPLE), ADMINISTRATOR)


def roles_of(person: Person) -> set[str]:
    """The names of the roles that a person holds, the administrator's too."""
    held = {str(role) for role in person.groups.values_list("name", flat=True)} & set(GIVEN)
    return held | ({ADMINISTRATOR} if person.is_staff else set())


def require_administrator(person: Person) -> None:
    """Raise NotPermitted for everybody else."""
    if not person.is_administrator:
        raise NotPermitted("People and their roles are kept by an administrator.")


def change_roles(person: Person, wanted: Collection[str], *, by: Person) -> list[RoleRequest]:
    """Give the person exactly these roles. Those that take a second person are asked for and returned.

    Raises NotPermitted for nobody's administrator and for one's own roles, Conflict for unknown names and where the
    last administrator would go.
    """
    require_administrator(by)
    if by.pk == person.pk:
        raise NotPermitted("Nobody changes their own roles: another administrator does.")
    if set(wanted) - set(GIVEN):
        raise Conflict(f"The roles are {', '.join(GIVEN)}.")
    with transaction.atomic():
        person = Person.objects.select_for_update().get(pk=person.pk)
        held = roles_of(person)
        new, gone = set(wanted) - held, held - set(wanted)
        for name in gone:
            take_role(person, name)
        free = [name for name in new if name not in GUARDED]
        for name in free:
            give_role(person, name)
        asked = [_ask(person, name, by) for name in sorted(new & set(GUARDED))]
        _withdraw(person, set(GUARDED) - set(wanted), by)
        if free or gone:
            record("roles changed", person, by=by, given=sorted(free), taken=sorted(gone))
    return asked


def _ask(person: Person, role: str, by: Person) -> RoleRequest:
    waiting = RoleRequest.objects.filter(person=person, role=role, decided_at__isnull=True).first()
    if waiting:
        return waiting
    asked = RoleRequest.objects.create(person=person, role=role, asked_by=by)
    record("role asked for", asked, by=by, person=person.pk, role=role)
    return asked


def _withdraw(person: Person, roles: Collection[str], by: Person) -> None:
    """A role that is no longer ticked is no longer asked for."""
    for one in RoleRequest.objects.filter(person=person, role__in=roles, decided_at__isnull=True):
        _decided(one, is_granted=False, by=by)


def suspend_guarded(person: Person, *, by: Person) -> list[RoleRequest]:
    """Take the roles that need two people away until a second one gives them again: `by` may be whoever signs in."""
    held = sorted(roles_of(person) & set(GUARDED))
    for name in held:
        take_role(person, name)
    if held:
        record("roles suspended", person, by=by, roles=held)
    return [_ask(person, name, by) for name in held]


def why_not_decide_role(person: Person, asked: RoleRequest) -> list[str]:
    """Why this person is not the second person for a role; empty when they are."""
    if not (person.is_administrator or has_role(person, Role.STEWARD)):
        return ["A role is confirmed by an administrator or a steward."]
    if person.pk == asked.asked_by_id:
        return ["You asked for this role: another administrator or a steward confirms it."]
    if person.pk == asked.person_id:
        return ["Nobody confirms their own role."]
    return []


def why_not_confirm_role(person: Person, asked: RoleRequest) -> list[str]:
    """The same for a yes: neither of the two who give the role may know how its person signs in."""
    return why_not_decide_role(person, asked) or why_not_theirs(asked.person, {asked.asked_by_id, person.pk})


def why_not_theirs(person: Person, givers: Collection[int]) -> list[str]:
    """Why the account may be somebody else's than the person's: a password that is not set yet will be set by whoever
    opens the link, and whoever made the link that set it may have opened it. Empty where neither is so.
    """
    name = person.display_name
    if not (person.has_usable_password() or _signs_in_elsewhere(person)):
        return [f"{name} has not set a password yet: the role is given once they have."]
    used = [link for link in person.links.all() if link.used_at]
    if used and max(used, key=lambda link: link.used_at or link.created_at).by_id in givers:
        return [
            f"{name} set their password with a link of one of the two who would give this role. Another administrator "
            "sends a new link first, or the role is given at the machine (manage.py role)."
        ]
    return []


def _signs_in_elsewhere(person: Any) -> bool:
    """Whether an identity provider knows the person."""
    return bool(person.socialaccount_set.all())


def decide_role(asked: RoleRequest, *, is_granted: bool, by: Person) -> None:
    """Give the role that was asked for, or refuse it. Who asked may take it back by refusing it."""
    own = not is_granted and by.pk == asked.asked_by_id and by.is_administrator
    with transaction.atomic():
        # Whoever opens a link meanwhile waits for this decision, or it for them: see use_link.
        Person.objects.select_for_update().get(pk=asked.person_id)
        asked = RoleRequest.objects.select_for_update().select_related("person").get(pk=asked.pk)
        why_not = why_not_confirm_role if is_granted else why_not_decide_role
        if not own and (reasons := why_not(by, asked)):
            raise NotPermitted(*reasons)
        if asked.decided_at:
            raise Conflict("This was decided meanwhile.")
        _decided(asked, is_granted=is_granted, by=by)
        if is_granted:
            give_role(asked.person, asked.role)


def _decided(asked: RoleRequest, *, is_granted: bool, by: Person) -> None:
    asked.is_granted, asked.decided_by, asked.decided_at = is_granted, by, timezone.now()
    asked.save(update_fields=["is_granted", "decided_by", "decided_at"])
    action = "role confirmed" if is_granted else "role refused"
    record(action, asked, by=by, person=asked.person_id, role=asked.role)


def give_role(person: Person, name: str) -> None:
    """Past every second person: for the verbs here and for who runs a command at the machine."""
    if name == ADMINISTRATOR:
        Person.objects.filter(pk=person.pk).update(is_staff=True, is_superuser=True)
    else:
        grant(person, Role(name))


def take_role(person: Person, name: str) -> None:
    """The person no longer holds the role; what they did stays theirs."""
    if name != ADMINISTRATOR:
        person.groups.remove(*Group.objects.filter(name=name))
        person.__dict__.pop("roles", None)
        return
    if not administrators().exclude(pk=person.pk).exists():
        raise Conflict("This is the last administrator: give somebody else the role first.")
    Person.objects.filter(pk=person.pk).update(is_staff=False, is_superuser=False)


def give_at_the_machine(person: Person, name: str, *, by: Actor) -> None:
    """What the operator's command does: a first steward has no second person to be confirmed by. Conflict for a role
    that a link would take away again as soon as it is opened.
    """
    if name in GUARDED and (reasons := why_not_theirs(person, ())):
        raise Conflict(*reasons)
    with transaction.atomic():
        give_role(person, name)
        record("roles changed", person, by=by, given=[name], taken=[])


def administrators() -> QuerySet[Person]:
    """Everybody who keeps accounts."""
    return Person.objects.filter(is_active=True, is_staff=True)
