"""Why a claim waits although later records are judged: only a prefix of the draw counts. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class WaitsFor(StrEnum):
    """What the first unsettled record of the sample waits for, in words."""

    FLAG = "an open leak flag"
    SKIP = "a record that was skipped"
    HOLDER = "a record that somebody holds"
    SECOND = "a second person's verdict"
    VERDICT = "a record that nobody has judged"


@dataclass(frozen=True, slots=True)
class Wait:
    """Where the completed prefix ends: `place` in the sample and `record` in the queue, both from 1."""

    place: int
    record: int
    waits_for: WaitsFor

    @property
    def clause(self) -> str:
        """
        >>> Wait(1, 3, WaitsFor.SKIP).clause
        'it waits for a record that was skipped, at place 1 of the sample (record 3)'
        """
        comma = "," if self.waits_for in {WaitsFor.SKIP, WaitsFor.HOLDER, WaitsFor.VERDICT} else ""
        return f"it waits for {self.waits_for}{comma} at place {self.place:,} of the sample (record {self.record:,})"
