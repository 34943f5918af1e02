"""What was found in a column, as chips: each says what, in how many cells, who found it and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.pii.entities import Finding, entity_words
from generation.engine.profiling.profile import ColumnProfile
from generation.pages.status.words import VOICES
from synthportal.templatetags.human import percent


@dataclass(frozen=True, slots=True)
class Chip:
    """One finding: `how` is who found it and how sure they are, in a line."""

    entity: str
    words: str
    share: str
    is_direct: bool
    is_overruled: bool
    how: str


def chips_of(column: ColumnProfile) -> tuple[Chip, ...]:
    """The findings of a column, the most frequent first."""
    return tuple(chip_of(finding) for finding in column.findings)


def chip_of(finding: Finding) -> Chip:
    """One of them."""
    return Chip(
        finding.entity,
        entity_words(finding.entity),
        percent(finding.share, 0),
        finding.is_direct,
        finding.overruled,
        how_words(finding),
    )


def how_words(finding: Finding) -> str:
    """ "found by its form and lists of names, 87 % sure, read in 1,000 different values"."""
    voices = " and ".join(VOICES[voice] for voice in finding.found_by)
    by = f"found by {voices}, " if voices else ""
    checked = ", its check holds" if finding.validated else ""
    return f"{by}{percent(finding.confidence, 0)} sure{checked}, read in {finding.n_scanned:,} different values"
