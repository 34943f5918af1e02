"""What only the card of a release says: what people answered, and what the portal knows beside the certificate.

No field can hold a record. Categories are those of the minimised table that at least k records share.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SegmentFacts:
    """How well the synthetic records serve one group: the skill kept there (1 is as good as real records), its 95 %
    interval, and the holdout records it was measured on.
    """

    column: str
    category: str
    ratio: float
    lower: float
    upper: float
    n: int


@dataclass(frozen=True, slots=True)
class ShareFacts:
    """A group's share of the real and of the synthetic records, as fractions."""

    column: str
    category: str
    real: float
    synthetic: float


@dataclass(frozen=True, slots=True)
class NotRunFacts:
    """An attack or check of privacy that was not made, and why."""

    title: str
    reason: str


@dataclass(frozen=True, slots=True)
class WaivedFacts:
    """A shortfall that somebody let pass, who accepts what remains of it."""

    condition: str
    by: str
    reason: str


@dataclass(frozen=True, slots=True)
class EarlierFacts:
    """A release of the same source that was signed before."""

    number: int
    status: str
    released: str
    rows: int


@dataclass(frozen=True, slots=True)
class CardFacts:
    """`answers` by the keys of generation/engine/profiling/about.py, as they stood at the signature in `version` (0
    before anybody answered). `runs` counts all runs of the dataset.
    """

    answers: Mapping[str, str] = field(default_factory=dict)
    version: int = 0
    segments: tuple[SegmentFacts, ...] = ()
    shares: tuple[ShareFacts, ...] = ()
    not_run: tuple[NotRunFacts, ...] = ()
    waived: tuple[WaivedFacts, ...] = ()
    earlier: tuple[EarlierFacts, ...] = ()
    runs: int = 1
