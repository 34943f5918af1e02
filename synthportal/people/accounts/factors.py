"""A second factor that was lost: an administrator takes it away, and its person sets up a new one."""

from __future__ import annotations

from allauth.mfa.models import Authenticator
from django.db import transaction

from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person, RoleRequest
from synthportal.people.accounts.roles import require_administrator, suspend_guarded
from synthportal.people.tokens.ending import end_everywhere
from synthportal.trail.audit import record


def reset_second_factor(person: Person, *, by: Person) -> list[RoleRequest]:
    """Take apps, passkeys and codes away, and end the person's browsers and tokens: who found the phone has nothing.

    The roles that need two people wait for a second person and are returned: `by` alone makes nobody's password enough
    to sign. Raises NotPermitted for one's own and Conflict where there is nothing to take away.
    """
    require_administrator(by)
    if by.pk == person.pk:
        raise NotPermitted("Your own second factor is changed on your account's page.")
    with transaction.atomic():
        factors = Authenticator.objects.filter(user=person)
        kinds = sorted(set(factors.values_list("type", flat=True)))
        if not kinds:
            raise Conflict("There is no second factor to take away: the person signs in with the password alone.")
        factors.delete()
        end_everywhere(person, by=by)
        record("second factor reset", person, by=by, kinds=kinds)
        return suspend_guarded(person, by=by)
