"""Where runs stand now: the one answer that lists, pages and the API give, read for many runs at once.

The status of a run says how far this app has brought it. What becomes of an evaluated run is decided by the app that
reviews it: `on_the_way_out` is the place that it fills.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from generation.models import GenerationRun
from synthportal.web.slots import Slot

Status = GenerationRun.Status


@dataclass(frozen=True, slots=True)
class Standing:
    """`key` is for programs, `words` are for people, `tone` colours their badge. A run that `is_over` goes no further:
    no review, no signature, no download.
    """

    key: str
    words: str
    tone: str
    is_over: bool = False


@dataclass(frozen=True, slots=True)
class StandingFilter:
    """A choice among lists of runs: those of which `condition` is true."""

    key: str
    words: str
    condition: Q


_BY_STATUS = {
    Status.QUEUED: Standing("queued", "queued", "waiting"),
    Status.RUNNING: Standing("running", "generating", "waiting"),
    Status.GENERATED: Standing("generated", "being evaluated", "waiting"),
    Status.EVALUATED: Standing("evaluated", "evaluated", "met"),
    Status.FAILED: Standing("failed", "failed", "blocked", is_over=True),
    Status.CANCELLED: Standing("cancelled", "cancelled", "waiting", is_over=True),
}


def _nowhere(runs: Collection[GenerationRun]) -> Mapping[UUID, Standing]:
    return {}


def _no_filters() -> Sequence[StandingFilter]:
    return ()


# By run, of runs that are evaluated: where it stands on its way out.
on_the_way_out = Slot(_nowhere)
# The choices that the way out adds to those of the status.
filters_on_the_way_out = Slot(_no_filters)


def standings_of(runs: Collection[GenerationRun]) -> dict[UUID, Standing]:
    """Where each run stands, in as many queries as for one of them."""
    evaluated = [run for run in runs if run.status == Status.EVALUATED]
    further = on_the_way_out(evaluated) if evaluated else {}
    return {run.pk: further.get(run.pk) or _BY_STATUS[Status(run.status)] for run in runs}


def standing_of(run: GenerationRun) -> Standing:
    """Where one run stands."""
    return standings_of([run])[run.pk]


def standing_filters() -> list[StandingFilter]:
    """What a list of runs can be narrowed down to."""
    words = {status: found.words for status, found in _BY_STATUS.items()}
    words[Status.EVALUATED] = "evaluated, wherever it stands now"
    return [
        *(StandingFilter(status.value, said, Q(status=status)) for status, said in words.items()),
        *filters_on_the_way_out(),
    ]
