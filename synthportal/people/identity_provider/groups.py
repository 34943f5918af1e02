"""From groups of the identity provider to roles: this one place decides what a group may give."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import Group
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction

from synthportal.models import Notice, Person
from synthportal.people.messages.notices import tell
from synthportal.people.tokens.grants import grant
from synthportal.roles import PEOPLE, Role
from synthportal.trail.audit import record

# A group of another system makes nobody the second person here: two people of the portal do that.
BY_TWO = frozenset({Role.STEWARD})


def mapping() -> dict[str, Role]:
    """Groups and the roles they give, from the setting. Raises ImproperlyConfigured for a role that there is not."""
    found = {}
    for pair in filter(None, (each.strip() for each in settings.OIDC_ROLES.split(";"))):
        group, _, role = (part.strip() for part in pair.partition("="))
        if role not in {each.value for each in PEOPLE} or not group:
            raise ImproperlyConfigured(
                f"SYNTHPORTAL_OIDC_ROLES says {pair!r}: write group=role, with a role of "
                f"{', '.join(each.value for each in PEOPLE)}."
            )
        found[group] = Role(role)
    return found


def roles_of(groups: Any) -> frozenset[Role]:
    """The roles that these groups name. Anything but a list of words, or one word, names none."""
    named = groups if isinstance(groups, list) else [groups]
    known = mapping()
    return frozenset(known[group] for group in named if isinstance(group, str) and group in known)


def give_roles(person: Person, groups: Any) -> None:
    """Make the roles that the mapping names what the groups say; roles that it does not name stay as people gave them.

    A role that takes two people is not given here: administrators are told that a group asks for it. It is taken away
    where its group is gone.
    """
    wanted, named = roles_of(groups), frozenset(mapping().values())
    has = person.roles
    asked, gained, lost = (wanted - has) & BY_TWO, wanted - has - BY_TWO, (has & named) - wanted
    with transaction.atomic():
        grant(person, *gained)
        person.groups.remove(*Group.objects.filter(name__in=[role.value for role in lost]))
        person.__dict__.pop("roles", None)
        if gained or lost:
            told = {"given": sorted(gained), "taken": sorted(lost)}
            record("roles by groups", person, by=person, **told)
        for role in asked:
            _tell_administrators(person, role)


def _tell_administrators(person: Person, role: Role) -> None:
    words = f"A group of {person.display_name} asks for the role {role.value}. Two people give it, not a group."
    path = f"/people/{person.pk}/"
    if not Notice.objects.filter(path=path, words=words).exists():
        staff = Person.objects.filter(is_staff=True, is_active=True)
        tell(Notice.Event.ACCESS, words, path=path, to=staff, subject=UUID(int=person.pk), by_id=person.pk)
