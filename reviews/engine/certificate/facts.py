"""What is known about a release: the one set of facts that its certificate and its data card are written from.

No field can hold a record's cell or distance; `card` names groups that many records share. Times are ISO 8601 in UTC;
rates are fractions.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from reviews.engine.acceptance.plans import Plan
from reviews.engine.certificate.card_facts import CardFacts

LIMITS = (
    "Synthetic data is one privacy-enhancing technology. It lowers risk; it does not remove it.",
    "The claim on leaks holds for exactly the bytes named here, at the stated confidence, for leaks that an annotator "
    "can recognise in a single record.",
    "The measures are estimates with intervals; of a privacy measure the upper end is the largest leak that could "
    "hide. Attacks that were not tried are not covered.",
    "The data may repeat the biases of its source and is unfit for decisions about a named person.",
    "This document is evidence for a decision under data protection law; it does not replace the decision.",
)


@dataclass(frozen=True, slots=True)
class ColumnFacts:
    """One column as people see it: a line of the dictionary.

    `written` is its format in words, `missing` what stands for no value in the CSV, `coarsened` the width of its bins
    or the period of its dates. "" says that there is nothing to say, "not known" that nobody kept it. `allowed` is what
    people say may stand there, `missing_share` the share of the released records without a value, None where it was not
    counted.
    """

    label: str
    sdtype: str
    description: str = ""
    unit: str = ""
    written: str = ""
    missing: str = ""
    coarsened: str = ""
    role: str = ""
    treatment: str = ""
    allowed: str = ""
    missing_share: float | None = None


@dataclass(frozen=True, slots=True)
class DatasetFacts:
    """The dataset that the artefact stands for."""

    name: str
    purpose: str
    prohibited_uses: tuple[str, ...]
    kind: str = "table"
    description: str = ""


@dataclass(frozen=True, slots=True)
class ArtefactFacts:
    """The released bytes. `size` in bytes, `sha256` in lower-case hex; `file_name` of letters, digits, dot, - and _."""

    sha256: str
    size: int
    rows: int
    columns: tuple[ColumnFacts, ...]
    file_name: str = "data.parquet"

    def __post_init__(self) -> None:
        if not re.fullmatch(r"[A-Za-z0-9._-]{1,200}", self.file_name):
            raise ValueError("The name of a released file has letters, digits, dots, hyphens and underscores only.")


@dataclass(frozen=True, slots=True)
class RecallFacts:
    """Of `n` invented values of an entity, written into copies of a column's texts, the share that was found again."""

    column: str
    entity: str
    n: int
    found: float
    lower: float
    upper: float


@dataclass(frozen=True, slots=True)
class MinimisedColumn:
    """What was done to one column of the source, and why."""

    label: str
    action: str
    reason: str


@dataclass(frozen=True, slots=True)
class GenerationFacts:
    """How the artefact was made. Only numbers, booleans and None among the `parameters` are ever written out."""

    run: str
    synthesizer: str
    synthesizer_version: str
    parameters: Mapping[str, object]
    seed: int
    training_rows: int
    minimised: tuple[MinimisedColumn, ...]
    started: str
    finished: str


@dataclass(frozen=True, slots=True)
class MeasureFacts:
    """One measure of the evaluation, with its interval. None means not computed, which is never a pass."""

    group: str
    name: str
    value: float | None
    lower: float | None
    upper: float | None
    n: int | None
    direction: str
    threshold: float | None
    status: str

    @property
    def could_hide(self) -> float | None:
        """The largest leak that a privacy measure of so many records does not rule out; None where it has no bound."""
        is_risk = self.group == "privacy" and self.direction.startswith("lower")
        return self.upper if is_risk else None


@dataclass(frozen=True, slots=True)
class LimitsFacts:
    """The limits that the measures were judged by: label, why this version, and where it asks for less than shipped."""

    version: str
    reason: str = ""
    laxer_than_shipped: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReviewFacts:
    """The sample review: counts of the random lane, the hunt lane and the controls, and the claim they allow."""

    policy: str
    policy_version: int
    plan: Plan
    reviewed: int
    leaks: int
    unrealistic: int
    hunt_reviewed: int
    hunt_leaks: int
    controls_judged: int
    controls_found: int
    control_kinds: tuple[str, ...]
    annotators: int
    bound: float
    claim: str
    realism_bound: float | None = None


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """Who stood for what: the role, the account's id, the name shown, and when."""

    role: str
    person: str
    display_name: str
    at: str


@dataclass(frozen=True, slots=True)
class ReleaseFacts:
    """Everything that a certificate and a data card say. `attempts` counts this dataset's reviews, failed ones too;
    `canary` is the text by which a release of texts is known again, "" for other releases."""

    release: str
    version: int
    dataset: DatasetFacts
    artefact: ArtefactFacts
    generation: GenerationFacts
    evidence: tuple[MeasureFacts, ...]
    judged_by: LimitsFacts
    review: ReviewFacts
    people: tuple[PersonFacts, ...]
    dossier: str
    evaluated: str
    reviewed: str
    released: str
    attempts: int = 1
    looks: int = 1
    recall: tuple[RecallFacts, ...] = ()
    portal: str = "synthportal"
    canary: str = ""
    limits: tuple[str, ...] = field(default=LIMITS)
    card: CardFacts = field(default_factory=CardFacts)
