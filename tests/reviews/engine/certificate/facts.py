"""One release, told as facts: a claims dataset of 39,073 records, reviewed under a policy that forgives no control."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from reviews.engine.acceptance.decision import claim_so_far, decide
from reviews.engine.certificate.certificate import dossier_hash
from reviews.engine.certificate.facts import (
    ArtefactFacts,
    ColumnFacts,
    DatasetFacts,
    GenerationFacts,
    LimitsFacts,
    MeasureFacts,
    MinimisedColumn,
    PersonFacts,
    ReleaseFacts,
    ReviewFacts,
)
from reviews.engine.policy.policy import STANDARD, plan_for

ARTEFACT = b"PAR1 the released bytes PAR1"
SHA256 = hashlib.sha256(ARTEFACT).hexdigest()


def release_facts() -> ReleaseFacts:
    plan = plan_for(replace(STANDARD, missable_controls=0), 39_073)
    controls = (plan.planted, plan.planted)
    claim = claim_so_far(plan, decide(plan, [False] * plan.n, controls), controls)
    review = ReviewFacts(
        "standard", 1, plan, plan.n, 0, 7, 50, 0, *controls, ("near copy of an invented person",), annotators=3,
        bound=claim.bound, claim=claim.sentence, realism_bound=0.0312,
    )  # fmt: skip
    columns = (ColumnFacts("age", "numerical", "years | top-coded"), ColumnFacts("<b>état*", "categorical"))
    generation = GenerationFacts(
        "run-4", "gaussian_copula", "1", {"epochs": 30, "scale": 0.5, "conditions": {"name": "Zoë Canary"}}, 7, 39_073,
        (MinimisedColumn("full_name", "surrogate", "a name in nearly every value"),),
        "2026-11-20T08:00:00Z", "2026-11-20T08:01:00Z",
    )  # fmt: skip
    evidence = (
        MeasureFacts("privacy", "excess carry-over", 0.007, 0.001, 0.013, 39_073, "lower", 0.02, "pass"),
        MeasureFacts("privacy", "linkability", None, None, None, None, "lower", 0.09, "not computed"),
    )
    limits = LimitsFacts("training 1 (2026-11)")
    people = (
        PersonFacts("owner", "u-1", "Ana", "2026-11-20T08:00:00Z"),
        PersonFacts("steward", "u-2", "Ben", "2026-11-21T09:00:00Z"),
        PersonFacts("approver", "u-2", "Ben", "2026-11-21T10:00:00Z"),
    )
    dossier = dossier_hash(
        artefact_sha256=SHA256, evaluation_digest="e" * 64, verdicts_digest="f" * 64, policy=("standard", 1), plan=plan,
        limits="training 1 (2026-11)",
    )  # fmt: skip
    return ReleaseFacts(
        "rel-1", 2, DatasetFacts("claims-2026", "training of outcome models", ("naming a person", "pricing")),
        ArtefactFacts(SHA256, len(ARTEFACT), 39_073, columns), generation, evidence, limits, review, people, dossier,
        "2026-11-20T09:00:00Z", "2026-11-21T09:00:00Z", "2026-11-21T10:00:00Z", attempts=2, looks=2,
    )  # fmt: skip
