"""What the gate is decided by, read beforehand: plan, evidence, waivers, sample, and what stands around them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from reviews.engine.acceptance.progress import Progress


@dataclass(frozen=True, slots=True)
class PlanFacts:
    """The minimisation plan of the run; `smallest_group` is k, None where it was not computed.

    `direct_left` counts columns that leave direct identifiers without a steward's exception; `exceptions` are sentences
    about those that leave them with one.
    """

    version: int
    is_confirmed: bool
    direct_left: int
    smallest_group: int | None
    exceptions: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class EvidenceFacts:
    """The evaluation that counts: `limits` names the version it was judged by, `laxer` says where that one is laxer."""

    artefact_sha256: str
    digest: str
    limits: str
    laxer: Sequence[str]
    metrics: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class WaiverFacts:
    """A shortfall that `by` let pass, for the evidence of digest `evidence` alone."""

    condition: str
    evidence: str
    reason: str
    by: str


@dataclass(frozen=True, slots=True)
class SampleFacts:
    """The sample review: its bytes, where it stands, and what its policy asks for. Confidences are fractions."""

    artefact_sha256: str
    status: str
    progress: Progress
    min_annotators: int
    attempt: int
    spends_attempts: bool
    confidence: float
    policy_confidence: float


@dataclass(frozen=True, slots=True)
class RecomputedFacts:
    """What a second worker got for the evaluation that counts: "agrees", "differs", or "waits" while none has measured.
    `unsigned`: a row says that it comes from `worker`, and that worker did not sign it.
    """

    standing: str
    worker: str = ""
    unsigned: bool = False


@dataclass(frozen=True, slots=True)
class UpstreamFacts:
    """A release that the source was made from, directly or through others, and where it stands now."""

    number: int
    standing: str


@dataclass(frozen=True, slots=True)
class GateFacts:
    """Everything that the conditions are decided by. `limits_now` and `needed` are what the purpose asks for now.

    `twin` names the earlier run that made the same bytes: then its review counts, and there is no sample of this one.
    `is_set`: these are questions or tasks; `statement` is what their owner stated about source texts in them, "" where
    there are none.
    `touched` are sentences about rows that are not what the trail recorded, None where nobody has looked; so many parts
    were `recorded_before` the trail kept contents. `alarm` says what is wrong with the trail itself.
    `recomputed` is None where the administrator asks for no second worker.
    `below_floor` says where policy or limits ask for less than an administrator allows.
    `made_from` are the releases that the source was made from.
    """

    purpose: str
    prohibited_uses: str
    plan: PlanFacts
    artefact_sha256: str
    rows: int
    is_kept: bool
    evidence: EvidenceFacts | None
    limits_now: str
    needed: frozenset[str]
    waivers: Sequence[WaiverFacts]
    sample: SampleFacts | None
    is_released: bool
    failed_before: int
    twin: str = ""
    statement: str = ""
    is_set: bool = False
    touched: Sequence[str] | None = None
    recorded_before: int = 0
    alarm: str = ""
    below_floor: Sequence[str] = ()
    recomputed: RecomputedFacts | None = None
    made_from: Sequence[UpstreamFacts] = ()
