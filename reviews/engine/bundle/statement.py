"""The attestation of a release: an in-toto Statement (v1) whose subjects are all files and whose predicate is what was
claimed of them, by whom and on what evidence.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reviews.engine.acceptance.bounds import proportion_lower, risk_of
from reviews.engine.bundle.material import LABEL, FileFacts, Material
from reviews.engine.certificate.canonical import as_json
from reviews.engine.certificate.certificate import key_id
from reviews.engine.certificate.facts import ReviewFacts

STATEMENT = "https://in-toto.io/Statement/v1"
PREDICATE = "urn:synthportal:release:1"


@dataclass(frozen=True, slots=True)
class Signing:
    """What is said of the signature itself: the how-manieth of this release, from when until when ("": for good), by
    which key, and who asked for it.
    """

    number: int
    at: str
    expires: str
    public_key: Ed25519PublicKey
    asked_by: str = ""


def build_statement(material: Material, roots: Mapping[str, str], signing: Signing) -> dict[str, Any]:
    """The statement as JSON data, fractions as decimal strings; `roots` are the Merkle roots by path."""
    statement = as_json(
        {
            "_type": STATEMENT,
            "subject": [{"name": file.path, "digest": {"sha256": file.sha256}} for file in material.files],
            "predicateType": PREDICATE,
            "predicate": _predicate(material, roots, signing),
        }
    )
    assert isinstance(statement, dict)  # noqa: S101  (narrows the type: the value above is a dict)
    return statement


def _predicate(material: Material, roots: Mapping[str, str], signing: Signing) -> dict[str, Any]:
    facts, record = material.facts, material.record
    gate = record["gate"]
    return {
        "claim": facts.review.claim,
        "label": LABEL,
        "release": {"id": facts.release, "number": facts.version, "portal": facts.portal, "address": material.address},
        "attestation": {"number": signing.number, "at": signing.at, "asked_by": signing.asked_by},
        "expires": signing.expires,
        "signer": {"key_id": key_id(signing.public_key), "public_key": signing.public_key.public_bytes_raw().hex()},
        "dossier": facts.dossier,
        "seed": record["draw"],
        "plan": record["plan"],
        "policy": record["policy"],
        "counts": {name: record["gate"]["sample"]["progress"][name] for name in _COUNTS},
        "bound": facts.review.bound,
        "sensitivity": _sensitivity(facts.review),
        "metrics": gate["evidence"]["metrics"],
        "limits": {
            "version": gate["evidence"]["limits"],
            "laxer_than_shipped": gate["evidence"]["laxer"],
            "asked_for_since": record["asked_for_since"],
        },
        "approvers": [
            {"role": one.role, "person": one.person, "name": one.display_name, "at": one.at} for one in facts.people
        ],
        "waivers": gate["waivers"],
        "purpose": facts.dataset.purpose,
        "prohibited_uses": facts.dataset.prohibited_uses,
        "lineage": material.lineage,
        "files": [_file(file, roots) for file in material.files],
        "certificate": dict(material.certificate),
    }


_COUNTS = ("required", "judged", "leaks", "unrealistic", "hunt_judged", "leaks_in_hunt", "annotators", "open_flags")


def _sensitivity(review: ReviewFacts) -> dict[str, Any]:
    """What reviewers were measured to see: controls found of those judged, and the least share that this shows at half
    the risk (Clopper and Pearson); nothing is known where no leak was planted.
    """
    found, judged = review.controls_found, review.controls_judged
    sure = 1 - risk_of(review.plan.confidence) / 2
    return {"found": found, "judged": judged, "lower": proportion_lower(found, judged, sure) if judged else None}


def _file(file: FileFacts, roots: Mapping[str, str]) -> dict[str, Any]:
    said = {"path": file.path, "title": file.title, "media_type": file.media_type, "size": file.size}
    said |= {"is_bundled": file.is_bundled} | ({"rows": file.rows} if file.rows is not None else {})
    return said | ({"root": roots[file.path]} if file.path in roots else {})


def files_of(statement: Mapping[str, Any]) -> dict[str, FileFacts]:
    """The files of a statement by path, in its order."""
    digests = {subject["name"]: subject["digest"]["sha256"] for subject in statement["subject"]}
    listed: Sequence[Mapping[str, Any]] = statement["predicate"]["files"]
    return {
        one["path"]: FileFacts(
            one["path"], one["title"], one["media_type"], one["size"], digests[one["path"]], one["is_bundled"],
            one.get("rows"),
        )
        for one in listed
    }  # fmt: skip


def roots_of(statement: Mapping[str, Any]) -> dict[str, str]:
    """The signed Merkle roots by path."""
    return {one["path"]: one["root"] for one in statement["predicate"]["files"] if "root" in one}
