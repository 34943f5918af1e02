"""That a source was erased, as a signed document that its owner can file or send on: no name of a person, no value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reviews.engine.attestation.dsse import opened, unchecked

ERASURE_TYPE = "application/vnd.synthportal.erasure+json"
LIMITS = (
    "Copies of the source that were never in this portal are not erased by it.",
    "A copy of the key's share that was kept outside the keys directory, with a backup of the database and the vault, "
    "would open them.",
    "Releases left with an approval of their own and stay as they are, unless they are withdrawn.",
)


@dataclass(frozen=True, slots=True)
class ErasureFacts:
    """What was erased, when and by whom ("owner", "portal" on a named day, "operator" after a restore).

    `source_sha256` is of the file as it came in. Times are ISO 8601; `named_day` is "" where none was named. `event` is
    the place in the trail and `event_sha256` its digest. `releases` stay: number, status, and digest of the records.
    `public_key` is the signer's, in hexadecimal; `at` is when this was said.
    """

    dataset: str
    name: str
    source_sha256: str
    bytes: int
    records: int | None
    received: str
    erased: str
    by: str
    named_day: str
    key: str
    key_destroyed: str
    runs: int
    releases: Sequence[Mapping[str, Any]]
    event: int
    event_sha256: str
    public_key: str
    at: str


def erasure_document(facts: ErasureFacts) -> dict[str, Any]:
    """The certificate as JSON data."""
    said = asdict(facts) | {"releases": [dict(one) for one in facts.releases]}
    return {"format": "synthportal-erasure/1", "claim": claim_of(facts), "limits": list(LIMITS), **said}


def claim_of(facts: ErasureFacts) -> str:
    """What the portal says, in one sentence."""
    return (
        f"The key of the source “{facts.name}” was destroyed on {facts.erased[:10]}: its records, its holdout, "
        "fitted models and unreleased artefacts can be read by nobody any more."
    )


def opened_erasure(envelope: bytes, keys: Mapping[str, Ed25519PublicKey]) -> dict[str, Any]:
    """What a certificate of erasure says, once its signature holds. Raises Untrusted."""
    return opened(envelope, keys, ERASURE_TYPE)


def own_key_of(envelope: Mapping[str, Any]) -> Ed25519PublicKey:
    """The key that it carries: it shows that nothing was changed, not who signed. ValueError without one."""
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(unchecked(envelope)["public_key"]))
    except (KeyError, TypeError, ValueError) as error:
        raise ValueError("It carries no public key.") from error
