"""Who must have a second factor, and who has one."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpRequest

from synthportal.roles import Role

# What an identity provider says in `amr` (RFC 8176) when it has asked for a second factor itself.
STRONG = frozenset({"mfa", "otp", "hwk", "swk", "fpt", "face"})
ASKED_ELSEWHERE = "second_factor_elsewhere"


def needs_second_factor(person: Any) -> bool:
    """Stewards and administrators, and who waits to become one, where the setting says so."""
    if not settings.REQUIRE_SECOND_FACTOR:
        return False
    is_bound = Role.STEWARD in person.roles or person.is_staff or person.is_superuser
    return bool(is_bound or person.role_requests.filter(decided_at__isnull=True).exists())


def has_second_factor(person: Any) -> bool:
    """An authenticator app or a passkey; codes on paper are no factor of their own."""
    return bool(person.authenticator_set.exclude(type="recovery_codes").exists())


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person of this session has to set one up before anything else."""
    person: Any = request.user
    if not person.is_authenticated or not needs_second_factor(person):
        return False
    return not request.session.get(ASKED_ELSEWHERE) and not has_second_factor(person)
