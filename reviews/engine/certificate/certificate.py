"""The certificate of a release: what is claimed about which bytes, on what evidence, signed with Ed25519 (RFC 8032).

Anyone can check one without Synthportal, given the portal's public key (64 hex digits):

    import hashlib, json, sys
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    certificate_path, artefact_path, public_key = sys.argv[1:]
    envelope = json.load(open(certificate_path, encoding="utf-8"))
    signed = json.dumps(envelope["certificate"], sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
    key.verify(bytes.fromhex(envelope["signature"]["value"]), signed.encode("utf-8"))  # raises if not genuine
    artefact = hashlib.file_digest(open(artefact_path, "rb"), "sha256").hexdigest()
    assert artefact == envelope["certificate"]["artefact"]["sha256"], "this is another file"
    print("valid:", envelope["certificate"]["claim"])
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, BinaryIO

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reviews.engine.acceptance.plans import Plan
from reviews.engine.certificate.canonical import as_json, canonical_json, digest
from reviews.engine.certificate.facts import (
    ArtefactFacts,
    ColumnFacts,
    GenerationFacts,
    MeasureFacts,
    PersonFacts,
    ReleaseFacts,
    ReviewFacts,
)

FORMAT = "synthportal-certificate/1"
ALGORITHM = "Ed25519"
_CHUNK_BYTES = 1 << 20
_HEX_DIGEST = re.compile(r"[0-9a-f]{64}")


def dossier_hash(
    *,
    artefact_sha256: str,
    evaluation_digest: str,
    verdicts_digest: str,
    policy: tuple[str, int],
    plan: Plan,
    limits: str,
) -> str:
    """The SHA-256 that an approval binds: anything re-run or changed gives another one.

    The three digests are lower-case hex SHA-256; `policy` is the review's (name, version), `limits` the label of the
    limits that the evidence was judged by.
    """
    digests = (artefact_sha256, evaluation_digest, verdicts_digest)
    if not all(_HEX_DIGEST.fullmatch(each) for each in digests):
        raise ValueError("A dossier binds SHA-256 digests of 64 lower-case hex digits.")
    return digest(
        {
            "format": "synthportal-dossier/2",
            "artefact": artefact_sha256,
            "evaluation": evaluation_digest,
            "verdicts": verdicts_digest,
            "policy": list(policy),
            "plan": asdict(plan),
            "limits": limits,
        }
    )


def build_certificate(facts: ReleaseFacts) -> dict[str, Any]:
    """The certificate as JSON data, fractions as decimal strings. It holds no cell value and no record's distance."""
    certificate = {
        "format": FORMAT,
        "release": {"id": facts.release, "version": facts.version, "portal": facts.portal},
        "claim": facts.review.claim,
        "dataset": {key: value for key, value in asdict(facts.dataset).items() if key != "description"},
        "artefact": _artefact(facts.artefact),
        "generation": _generation(facts.generation),
        "seeded_recall": [asdict(recall) for recall in facts.recall],
        "evidence": [_measure(measure) for measure in facts.evidence],
        "evidence_limits": asdict(facts.judged_by),
        "review": _review(facts.review),
        "attempts": {"reviews_of_this_dataset": facts.attempts, "looks": facts.looks},
        "people": [asdict(person) for person in facts.people],
        "dates": {
            "generated": facts.generation.finished,
            "evaluated": facts.evaluated,
            "reviewed": facts.reviewed,
            "released": facts.released,
        },
        "dossier": facts.dossier,
        "limits": list(facts.limits),
        "provenance": _provenance(facts),
    }
    if facts.canary:
        certificate["canary"] = facts.canary
    plain = as_json(certificate)
    assert isinstance(plain, dict)  # noqa: S101  (narrows the type: the value above is a dict)
    return plain


def _measure(measure: MeasureFacts) -> dict[str, Any]:
    hidden = {} if measure.could_hide is None else {"could_hide": measure.could_hide}
    return asdict(measure) | hidden


def _artefact(facts: ArtefactFacts) -> dict[str, Any]:
    return {
        "sha256": facts.sha256,
        "bytes": facts.size,
        "rows": facts.rows,
        "columns": [_column(column) for column in facts.columns],
    }


def _column(column: ColumnFacts) -> dict[str, Any]:
    return {name: value for name, value in asdict(column).items() if value}


def _generation(generation: GenerationFacts) -> dict[str, Any]:
    return asdict(generation) | {"parameters": shown_parameters(generation.parameters)}


def shown_parameters(parameters: Mapping[str, object]) -> dict[str, object]:
    """The parameters that cannot hold a cell value; a condition or a rule is named but not shown."""
    return {
        name: value if value is None or isinstance(value, bool | int | float) else "not shown"
        for name, value in parameters.items()
    }


def _review(review: ReviewFacts) -> dict[str, Any]:
    return {
        "policy": {"name": review.policy, "version": review.policy_version},
        "plan": asdict(review.plan),
        "random_lane": {"reviewed": review.reviewed, "leaks": review.leaks, "unrealistic": review.unrealistic},
        "hunt_lane": {"reviewed": review.hunt_reviewed, "leaks": review.hunt_leaks},
        "controls": {
            "judged": review.controls_judged,
            "found": review.controls_found,
            "kinds": list(review.control_kinds),
        },
        "annotators": review.annotators,
        "leak_rate_upper_bound": review.bound,
        "unrealistic_rate_upper_bound": review.realism_bound,
    }


def _provenance(facts: ReleaseFacts) -> list[dict[str, object]]:
    """The way of the bytes in the terms of W3C PROV-DM: entities, activities, agents and what ties them."""
    artefact, run = f"artefact:{facts.artefact.sha256}", f"run:{facts.generation.run}"
    review, release = f"review:{facts.dossier}", f"release:{facts.release}"
    started, finished = facts.generation.started, facts.generation.finished
    return [
        {"type": "prov:Entity", "id": "source", "label": facts.dataset.name},
        {"type": "prov:Activity", "id": run, "startedAtTime": started, "endedAtTime": finished},
        {"type": "prov:Entity", "id": artefact},
        {"type": "prov:used", "activity": run, "entity": "source"},
        {"type": "prov:wasGeneratedBy", "entity": artefact, "activity": run},
        {"type": "prov:wasDerivedFrom", "generatedEntity": artefact, "usedEntity": "source"},
        {"type": "prov:Activity", "id": review},
        {"type": "prov:used", "activity": review, "entity": artefact},
        {"type": "prov:Activity", "id": release, "endedAtTime": facts.released},
        {"type": "prov:wasInformedBy", "informed": release, "informant": review},
        *_agents(facts.people),
    ]


def _agents(people: tuple[PersonFacts, ...]) -> list[dict[str, object]]:
    """Every person once, then what each stood for and when."""
    agents: dict[str, dict[str, object]] = {
        each.person: {"type": "prov:Agent", "id": f"person:{each.person}"} for each in people
    }
    acted: list[dict[str, object]] = [
        {"type": "prov:wasAssociatedWith", "agent": f"person:{each.person}", "role": each.role, "atTime": each.at}
        for each in people
    ]
    return [*agents.values(), *acted]


def key_id(public_key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the SHA-256 of the raw public key."""
    return hashlib.sha256(public_key.public_bytes_raw()).hexdigest()[:16]


def sign(certificate: Mapping[str, Any], private_key: Ed25519PrivateKey) -> dict[str, Any]:
    """The envelope {"certificate", "signature"}: Ed25519 over the certificate's canonical JSON."""
    public_key = private_key.public_key()
    signature = {
        "algorithm": ALGORITHM,
        "key_id": key_id(public_key),
        "public_key": public_key.public_bytes_raw().hex(),
        "value": private_key.sign(canonical_json(certificate)).hex(),
    }
    return {"certificate": dict(certificate), "signature": signature}


def verify(envelope: object, public_key: Ed25519PublicKey, artefact: BinaryIO | None = None) -> list[str]:
    """Why this certificate does not hold, for these bytes if given; an empty list means that it does."""
    reasons = _why_malformed(envelope)
    if reasons or not isinstance(envelope, dict):
        return reasons
    certificate, signature = envelope["certificate"], envelope["signature"]
    if signature["key_id"] != key_id(public_key):
        reasons.append("The certificate was signed with another key.")
    try:
        public_key.verify(bytes.fromhex(signature["value"]), canonical_json(certificate))
    except (InvalidSignature, ValueError, RecursionError):
        reasons.append("The signature does not match: the certificate was changed, or is not from this portal.")
    if artefact is not None:
        reasons += _why_other_file(certificate["artefact"], artefact)
    return reasons


def _why_malformed(envelope: object) -> list[str]:
    parts = envelope if isinstance(envelope, dict) else {}
    certificate, signature = parts.get("certificate"), parts.get("signature")
    if not isinstance(certificate, dict) or not isinstance(signature, dict) or len(parts) != 2:
        return ["This is not a signed certificate."]
    if certificate.get("format") != FORMAT or signature.get("algorithm") != ALGORITHM:
        return ["The certificate's format or signature algorithm is not one that this program knows."]
    texts = (signature.get("key_id"), signature.get("value"))
    artefact = certificate.get("artefact")
    if not all(isinstance(text, str) for text in texts) or not isinstance(artefact, dict):
        return ["The certificate is incomplete."]
    return []


def _why_other_file(named: Mapping[str, object], artefact: BinaryIO) -> list[str]:
    found = hashlib.sha256()
    while chunk := artefact.read(_CHUNK_BYTES):
        found.update(chunk)
    same = found.hexdigest() == named.get("sha256")
    return [] if same else ["The file is not the one that the certificate names."]
