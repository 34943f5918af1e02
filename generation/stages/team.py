"""Make a team, or change who and what is in one: for administrators, never over themselves."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import IntegrityError, transaction

from generation.models import Dataset, Team
from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Person
from synthportal.trail.audit import record


def change_team(
    team: Team | None, *, name: str, members: Collection[int], datasets: Collection[UUID], by: Person
) -> Team:
    """The team as it is from now on; a new one for None. The trail names who came, who went, and which datasets.

    Raises NotPermitted for anybody but administrators, Conflict for a name that is taken, and when an administrator
    would change what they see themselves.
    """
    if not by.is_staff:
        raise NotPermitted("Administrators make teams.")
    before = _inside(team)
    if (by.pk in members) != (by.pk in before[0]):
        raise Conflict("Another administrator puts you into a team or takes you out.")
    try:
        with transaction.atomic():
            kept = team or Team()
            kept.name = name.strip()
            kept.save()
            kept.members.set(members)
            kept.datasets.set(Dataset.objects.filter(pk__in=datasets))
            _record(kept, before, (set(members), set(datasets)), by=by)
    except IntegrityError as error:
        raise Conflict("Another team has this name.") from error
    return kept


def _inside(team: Team | None) -> tuple[set[int], set[UUID]]:
    if team is None:
        return set(), set()
    return set(team.members.values_list("pk", flat=True)), set(team.datasets.values_list("pk", flat=True))


def _record(team: Team, before: tuple[set[int], set[UUID]], after: tuple[set[int], set[UUID]], *, by: Person) -> None:
    facts = {
        "came": sorted(after[0] - before[0]),
        "went": sorted(before[0] - after[0]),
        "datasets_in": sorted(map(str, after[1] - before[1])),
        "datasets_out": sorted(map(str, before[1] - after[1])),
    }
    record("team changed", team, by=by, **facts)
