"""What the machine-readable descriptions of a release have in common: names, terms, the file of records."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from reviews.engine.bundle.material import FileFacts, Material
from reviews.engine.certificate.facts import ReleaseFacts

PARQUET = "application/vnd.apache.parquet"


def records_files(material: Material) -> list[FileFacts]:
    """The Parquet files of the bundle, one a split; none before they are written."""
    return [file for file in material.files if file.media_type == PARQUET and file.is_bundled]


def sentence(facts: ReleaseFacts) -> str:
    """What the release is, in two sentences."""
    dataset = facts.dataset
    words = f" {dataset.description.strip()}" if dataset.description.strip() else ""
    return f"Synthetic records for: {dataset.purpose}.{words} {facts.review.claim[:1].upper()}{facts.review.claim[1:]}."


def page_of(material: Material) -> str:
    """The address of the release's page: a name that stays where the portal's own address is not set."""
    if material.address:
        return f"{material.address.rstrip('/')}/releases/{material.facts.release}/"
    return f"urn:uuid:{material.facts.release}"


def as_json_lines(document: Mapping[str, Any]) -> bytes:
    """JSON to be read by people too."""
    return (json.dumps(document, indent=2, ensure_ascii=False, allow_nan=False) + "\n").encode()
