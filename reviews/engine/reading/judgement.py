"""What an annotator can say of a record: a decision, its reasons, marked columns and a note."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType


class Decision(StrEnum):
    """What a verdict says of a record."""

    CLEAN = "clean"
    LEAKAGE = "leakage"
    UNREALISTIC = "unrealistic"


REASONS: dict[str, dict[str, str]] = {
    Decision.LEAKAGE: {
        "direct_identifier": "direct identifier",
        "near_copy": "near copy of a real record",
        "memorised_text": "memorised text",
        "rare_combination": "rare combination",
        "secret": "password or key",
    },
    Decision.UNREALISTIC: {
        "impossible_combination": "impossible combination",
        "broken_format": "broken format",
        "wrong_order": "wrong order in time",
        "implausible_value": "implausible value",
        "nonsense_text": "nonsense text",
        "too_generic": "too generic",
        "harmful": "harmful",
    },
    Decision.CLEAN: {},
}
LONGEST_NOTE = 2_000
LONGEST_REASON = 40


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an annotator says of a record: the decision, its reasons, the marked columns and a note."""

    decision: str
    reasons: Sequence[str] = ()
    fields: Sequence[int] = ()
    note: str = ""

    def faults(self, own: Mapping[str, Sequence[str]] = MappingProxyType({})) -> list[str]:
        """What is missing or unknown, as sentences. `own` are reasons of the dataset's own, by decision, in words."""
        if self.decision not in REASONS:
            return ["A verdict is clean, leakage or unrealistic."]
        known = [*REASONS[self.decision], *own.get(self.decision, ())]
        found = []
        if known and not self.reasons:
            found.append(f"Say why it is {self.decision}: choose at least one reason.")
        if set(self.reasons) - set(known):
            found.append(f"Reasons for {self.decision} are: {', '.join(known) or 'none'}.")
        if len(self.note) > LONGEST_NOTE:
            found.append(f"A note has at most {LONGEST_NOTE:,} characters.")
        return found
