"""README.md: the card with the YAML that Hugging Face's tools read, so that the folder loads as one table."""

from __future__ import annotations

from typing import Any

import yaml

from reviews.engine.bundle.documents.described import records_file
from reviews.engine.bundle.material import Document, Material
from reviews.engine.certificate.datacard import data_card_markdown

SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
)  # fmt: skip
LARGEST = "1B<n<10B"


def front_matter(material: Material) -> dict[str, Any]:
    """The card's metadata, as the Hub's dataset cards have it."""
    facts, file = material.facts, records_file(material)
    rows = facts.artefact.rows
    return {
        "pretty_name": f"{facts.dataset.name}, release {facts.version}",
        "license": "other",
        "license_name": "terms-of-this-release",
        "license_link": "README.md",
        "tags": ["synthetic", "synthportal", facts.dataset.kind],
        "size_categories": [next((words for most, words in SIZES if rows < most), LARGEST)],
        "configs": [
            {
                "config_name": "default",
                "data_files": [{"split": "train", "path": file.path if file else "data/*.parquet"}],
            }
        ],
    }


def _write(material: Material) -> bytes:
    head = yaml.safe_dump(front_matter(material), sort_keys=False, allow_unicode=True)
    return f"---\n{head}---\n\n{data_card_markdown(material.facts)}".encode()


README = Document("README.md", "Data card", "text/markdown; charset=utf-8", _write)
