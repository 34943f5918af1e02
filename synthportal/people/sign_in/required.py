"""Who must have a second factor, and who has one."""

from __future__ import annotations

from collections.abc import Mapping
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


def claims_in(told: Mapping[str, Any]) -> dict[str, Any]:
    """What a provider says of somebody: the ID token, and above it what its user information adds."""
    return {**(told.get("id_token") or {}), **(told.get("userinfo") or {})}


def was_asked_elsewhere(claims: Mapping[str, Any]) -> bool:
    """Whether the provider says that it has asked for a second factor."""
    amr = claims.get("amr")
    return bool(STRONG & {str(each) for each in (amr if isinstance(amr, list) else [amr])})


def may_act_by_token(person: Any) -> bool:
    """Whether who needs a second factor has one: here, or where alone they sign in, as it said the last time."""
    if not needs_second_factor(person) or has_second_factor(person):
        return True
    told = person.socialaccount_set.values_list("extra_data", flat=True)
    return not person.has_usable_password() and any(was_asked_elsewhere(claims_in(each)) for each in told)


def lacks_second_factor(request: HttpRequest) -> bool:
    """Whether the person of this session has to set one up before anything else."""
    person: Any = request.user
    if not person.is_authenticated or not needs_second_factor(person):
        return False
    return not request.session.get(ASKED_ELSEWHERE) and not has_second_factor(person)
