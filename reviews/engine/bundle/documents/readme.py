"""The README of the bundle: the claim first, then the card. Its YAML head is what Hugging Face `datasets` loads by."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from reviews.engine.bundle.material import LABEL, Document, Material
from reviews.engine.certificate.datacard import data_card_markdown

# As the Hub's dataset cards name them: records below a number.
SIZES = (
    (1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"), (10_000_000, "1M<n<10M"),
    (100_000_000, "10M<n<100M"), (1_000_000_000, "100M<n<1B"),
)  # fmt: skip
LARGEST = "1B<n<10B"
TAGS = {"text": "text", "chat": "conversational", "documents": "text"}


def _write(material: Material) -> bytes:
    facts = material.facts
    splits = [file for file in material.files if file.path.startswith("data/")]
    head = [
        "---",
        f"pretty_name: {json.dumps(f'{facts.dataset.name}, release {facts.version}', ensure_ascii=False)}",
        "license: other",
        "license_name: terms-of-this-release",
        "license_link: README.md",
        "tags:",
        "- synthetic",
        f"- {TAGS.get(facts.dataset.kind, 'tabular')}",
        "size_categories:",
        f"- {next((words for most, words in SIZES if facts.artefact.rows < most), LARGEST)}",
        "configs:",
        "- config_name: default",
        "  data_files:",
        *(
            line
            for file in splits
            for line in (f"  - split: {PurePosixPath(file.path).stem}", f"    path: {file.path}")
        ),
        "---",
        "",
    ]
    label = f"\nThese records are {LABEL}.\n"
    checks = (
        "\nTo check every file and what was claimed of it: `python verify.py` (it needs the package `cryptography`).\n"
    )
    title, _, rest = data_card_markdown(facts).partition("\n")
    claim, _, more = rest.lstrip("\n").partition("\n")
    return "\n".join([*head, title, "", claim, label + checks, more.lstrip("\n")]).encode()


README = Document("README.md", "Read me", "text/markdown; charset=utf-8", _write)
