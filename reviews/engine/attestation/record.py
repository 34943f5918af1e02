"""The review record: from it, and without any record's content, anyone computes plan, bound, gate and dossier again.

It holds counts, the places of leaks in the order of the draw, the row numbers that were drawn, statuses of metrics, and
the waivers. No cell value, no note, no sentence about a column.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from reviews.engine.acceptance.decision import claim_so_far, decide_after
from reviews.engine.acceptance.draw import Draw, commitment, sample_rows, seed_of
from reviews.engine.acceptance.plans import ImpossiblePlan, Plan
from reviews.engine.acceptance.vrf import BadProof
from reviews.engine.certificate.canonical import as_json
from reviews.engine.certificate.certificate import dossier_hash
from reviews.engine.certificate.restore import restored
from reviews.engine.gate.conditions import conditions
from reviews.engine.gate.facts import EvidenceFacts, GateFacts
from reviews.engine.policy.policy import PolicyError, ReviewPolicy, plan_for

FORMAT = "synthportal-review-record/1"
_SAID_OF_METRICS = ("group", "name", "status", "value", "lower", "upper", "n", "direction", "threshold")


@dataclass(frozen=True, slots=True)
class Drawn:
    """The random lane as it was judged: the rows in the order of the draw, how many of them from the first on were
    complete when it was decided, and the places (from 0) of confirmed leaks.
    """

    draw: Draw
    rows: Sequence[int]
    completed: int
    leaks: Sequence[int]


@dataclass(frozen=True, slots=True)
class Reviewed:
    """What a release rests on: the policy and plan of its review, which attempt it was, and the gate as it was read.

    `asked_for_since` names the checks that are needed by now and did not exist when the release was signed.
    """

    policy: ReviewPolicy
    plan: Plan
    attempt: int
    drawn: Drawn
    gate: GateFacts
    verdicts_digest: str
    asked_for_since: Sequence[str] = ()


def review_record(reviewed: Reviewed) -> dict[str, Any]:
    """The record as JSON data, fractions as decimal strings."""
    gate = asdict(replace(reviewed.gate, evidence=_without_words(reviewed.gate.evidence)))
    gate["needed"] = sorted(reviewed.gate.needed)
    drawn = reviewed.drawn
    record = {
        "format": FORMAT,
        "artefact": reviewed.gate.artefact_sha256,
        "policy": asdict(reviewed.policy) | {"reason": ""},
        "plan": asdict(reviewed.plan),
        "attempt": reviewed.attempt,
        "draw": asdict(drawn.draw),
        "random_lane": {"rows": list(drawn.rows), "completed": drawn.completed, "leaks": list(drawn.leaks)},
        "gate": gate,
        "verdicts": reviewed.verdicts_digest,
        "asked_for_since": list(reviewed.asked_for_since),
    }
    plain = as_json(record)
    assert isinstance(plain, dict)  # noqa: S101  (narrows the type: the value above is a dict)
    return plain


def _without_words(evidence: EvidenceFacts | None) -> EvidenceFacts | None:
    """Sentences and reasons of metrics may name a category of a column: the record does without them."""
    if evidence is None:
        return None
    kept = [{name: metric.get(name) for name in _SAID_OF_METRICS} | {"sentence": ""} for metric in evidence.metrics]
    return replace(evidence, metrics=kept)


def record_faults(record: Mapping[str, Any], certificate: Mapping[str, Any]) -> list[str]:
    """What does not follow when everything is computed again, as sentences; empty when all of it does.

    `certificate` is that of the release: what is computed must be what it claims.
    """
    try:
        return [*_faults(record, certificate)]
    except (KeyError, TypeError, ValueError, AttributeError, PolicyError, ImpossiblePlan) as error:
        return [f"The review record cannot be read ({type(error).__name__})."]


def _faults(record: Mapping[str, Any], certificate: Mapping[str, Any]) -> list[str]:
    plan, gate = restored(Plan, record["plan"]), restored(GateFacts, record["gate"])
    review = certificate["review"]
    artefact = {record["artefact"], gate.artefact_sha256, certificate["artefact"]["sha256"]}
    return [
        *([] if len(artefact) == 1 else ["The review record is about other bytes than the certificate."]),
        *_plan_faults(record, plan, review),
        *_claim_faults(record, plan, gate, certificate),
        *[f"The gate is shut: {line.title} ({line.name})." for line in conditions(gate) if not line.met],
        *_dossier_faults(record, plan, gate, certificate),
        *_draw_faults(record, plan),
    ]


def _plan_faults(record: Mapping[str, Any], plan: Plan, review: Mapping[str, Any]) -> list[str]:
    policy = restored(ReviewPolicy, record["policy"])
    same = plan_for(policy, plan.lot, record["attempt"]) == plan and as_json(asdict(plan)) == review["plan"]
    return [] if same else ["The plan is not the one that follows from the policy."]


def _claim_faults(record: Mapping[str, Any], plan: Plan, gate: GateFacts, certificate: Mapping[str, Any]) -> list[str]:
    if gate.sample is None:
        return ["No sample was reviewed."]
    lane, found = record["random_lane"], gate.sample.progress
    shown = (found.leak_controls.judged, found.leak_controls.found)
    decision = decide_after(plan, lane["completed"], lane["leaks"], shown)
    claim = claim_so_far(plan, decision, shown)
    same = (decision, claim) == (found.decision, found.claim) and claim.sentence == certificate["claim"]
    same = same and as_json(claim.bound) == certificate["review"]["leak_rate_upper_bound"]
    return [] if same else ["The bound is not the one that follows from the verdicts."]


def _dossier_faults(
    record: Mapping[str, Any], plan: Plan, gate: GateFacts, certificate: Mapping[str, Any]
) -> list[str]:
    if gate.evidence is None:
        return ["There is no evidence."]
    policy = record["policy"]
    found = dossier_hash(
        artefact_sha256=gate.artefact_sha256,
        evaluation_digest=gate.evidence.digest,
        verdicts_digest=record["verdicts"],
        policy=(policy["name"], policy["version"]),
        plan=plan,
        limits=gate.evidence.limits,
    )
    return [] if found == certificate["dossier"] else ["The dossier that was signed is another one."]


def _draw_faults(record: Mapping[str, Any], plan: Plan) -> list[str]:
    """A draw by HMAC, as before, can be checked by nobody but the portal: it is not a fault."""
    draw = restored(Draw, record["draw"])
    if not draw.proof:
        return []
    try:
        seed = seed_of(draw, record["artefact"])
    except BadProof:
        return ["The proof of the draw does not hold."]
    rows = list(sample_rows(seed, plan.lot or 0, plan.n))
    same = rows == record["random_lane"]["rows"] and commitment(seed) == draw.commitment
    return [] if same else ["The rows that were reviewed are not those that the proof gives."]


def record_bytes(record: Mapping[str, Any]) -> bytes:
    """The record as a file."""
    return json.dumps(record, indent=1, sort_keys=True, ensure_ascii=False).encode()
