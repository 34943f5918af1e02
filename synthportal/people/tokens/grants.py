"""Giving people roles."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from synthportal.models import Person

from synthportal.roles import Role


def grant(person: Person, *roles: Role) -> None:
    """Give a person roles; asking twice changes nothing."""
    from django.contrib.auth.models import Group

    person.groups.add(*(Group.objects.get_or_create(name=role.value)[0] for role in roles))
    person.__dict__.pop("roles", None)
