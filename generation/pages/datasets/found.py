"""What was found in a column, as chips: each says what, in how many cells, who found it and how sure they are."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.pii.entities import Finding, entity_words
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.schema import Sdtype
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


@dataclass(frozen=True, slots=True)
class RecallLine:
    """Of `n` invented values of a kind, the share that was found again, with its interval at 95 %."""

    words: str
    share: str
    between: str
    n: int


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


def recalls_of(profile: TableProfile) -> list[tuple[str, tuple[RecallLine, ...]]]:
    """By label of each column of free text: how much of invented values is found again in copies of it."""
    texts = (column for column in profile.columns if column.sdtype is Sdtype.TEXT)
    return [(column.label, recall_lines(column)) for column in texts]


def recall_lines(column: ColumnProfile) -> tuple[RecallLine, ...]:
    """One line for each entity of which the column holds enough."""
    return tuple(
        RecallLine(
            entity_words(one.entity),
            percent(one.share, 0),
            f"{percent(one.lower, 0)} to {percent(one.upper, 0)}",
            one.n,
        )
        for one in column.recall
    )


def how_words(finding: Finding) -> str:
    """ "found by its form and lists of names, 87 % sure, read in 1,000 different values"."""
    voices = " and ".join(VOICES[voice] for voice in finding.found_by)
    by = f"found by {voices}, " if voices else ""
    checked = ", its check holds" if finding.validated else ""
    return f"{by}{percent(finding.confidence, 0)} sure{checked}, read in {finding.n_scanned:,} different values"
