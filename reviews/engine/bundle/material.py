"""What the documents of a release are written from, and what a document is."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import pyarrow as pa

from reviews.engine.certificate.facts import ReleaseFacts

# What a file of a release says of itself, wherever it ends up.
LABEL = "synthetic; not anonymous by default"


@dataclass(frozen=True, slots=True)
class FileFacts:
    """One file of a release as it is signed: `path` names it, in the bundle where `is_bundled`.

    `size` in bytes, `sha256` in lower-case hex, `rows` for the files that hold the records.
    """

    path: str
    title: str
    media_type: str
    size: int
    sha256: str
    is_bundled: bool = True
    rows: int | None = None


@dataclass(frozen=True, slots=True)
class Material:
    """Everything a document may say.

    `files` are those that were written before it: the records in every format, then the documents that stand before it
    in the catalogue. `types` are those of the columns of the records by their names, as the Parquet file has them.

    `record` is the review without any record's content, `pieces` the digests of parts of the files of records by the
    file's digest, `lineage` what else was made of the same source, `certificate` what was signed at the release; all
    are JSON data. `address` is the portal's, "" where it is not set.
    """

    facts: ReleaseFacts
    files: tuple[FileFacts, ...] = ()
    types: Mapping[str, pa.DataType] = field(default_factory=dict)
    record: Mapping[str, Any] = field(default_factory=dict)
    pieces: Mapping[str, Any] = field(default_factory=dict)
    lineage: Mapping[str, Any] = field(default_factory=dict)
    certificate: Mapping[str, Any] = field(default_factory=dict)
    address: str = ""

    def with_file(self, file: FileFacts) -> Material:
        """The same with one more file written."""
        return replace(self, files=(*self.files, file))


def terms(facts: ReleaseFacts) -> str:
    """The terms as they were stated, with what is prohibited."""
    stated = facts.card.answers.get("terms") or "Terms were not stated."
    return f"{stated} Prohibited: {'; '.join(facts.dataset.prohibited_uses) or 'nothing stated'}."


def notes_of(facts: ReleaseFacts, address: str) -> dict[str, str]:
    """What a Parquet file of a release says of itself, as key-value metadata.

    Its attestation cannot stand in it, for that names the file's own digest: the file says where the attestation is.
    """
    canary = {"synthportal.canary": facts.canary} if facts.canary else {}
    home = f"{address}/api/v1/releases/{facts.release}/" if address else ""
    return {
        "synthportal.label": LABEL,
        "synthportal.release": f"{facts.version} ({facts.release})",
        "synthportal.artefact_sha256": facts.artefact.sha256,
        "synthportal.terms": terms(facts),
        "synthportal.attestation": f"{home}attestation/"
        if home
        else "attestation.dsse.json, beside this file's folder",
        **canary,
    }


@dataclass(frozen=True, slots=True)
class Document:
    """A file beside the records: its path in the bundle, what it is in a few words, and how it is written.

    `write` is pure: the same material gives the same bytes. It holds no cell value and no record's distance.
    """

    path: str
    title: str
    media_type: str
    write: Callable[[Material], bytes]

    def file(self, content: bytes) -> FileFacts:
        """What is said of it once it is written."""
        return FileFacts(self.path, self.title, self.media_type, len(content), hashlib.sha256(content).hexdigest())
