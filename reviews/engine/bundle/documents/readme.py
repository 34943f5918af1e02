"""The README of the bundle: the claim first, then the card. Its YAML head is what Hugging Face `datasets` loads by."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import PurePosixPath

from generation.engine.kinds.catalogue import kind_of
from reviews.engine.bundle.material import LABEL, Document, FileFacts, Material
from reviews.engine.certificate.datacard import data_card_markdown
from reviews.engine.certificate.facts import ReleaseFacts

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
    label = f"\nThese records are {LABEL}.\n"
    checks = (
        "\nTo check every file and what was claimed of it: `python verify.py` (it needs the package `cryptography`).\n"
    )
    checks += _apart(material, [file.rows or 0 for file in splits])
    title, _, rest = data_card_markdown(facts).partition("\n")
    claim, _, more = rest.lstrip("\n").partition("\n")
    return "\n".join([*_head(facts, splits), title, "", claim, label + checks, more.lstrip("\n")]).encode()


def _head(facts: ReleaseFacts, splits: Sequence[FileFacts]) -> list[str]:
    """The settings by which Hugging Face's catalogue and `datasets` read the folder."""
    return [
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


def _apart(material: Material, rows: list[int]) -> str:
    """What the parts of a set do not share, and how many records are in neither."""
    made = kind_of(material.facts.dataset.kind).makes
    if made is None or len(rows) < 2:
        return ""
    neither = material.facts.artefact.rows - sum(rows)
    left_out = f"; {neither:,} records that belong to both are in neither" if neither else ""
    return f"\nNo {made.split_noun} is in both parts{left_out}.\n"


README = Document("README.md", "Read me", "text/markdown; charset=utf-8", _write)
