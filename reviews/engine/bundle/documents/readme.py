"""The README of the bundle: the claim first, then the card. Its YAML head is what Hugging Face `datasets` loads by."""

from __future__ import annotations

import json
from pathlib import PurePosixPath

from reviews.engine.bundle.material import LABEL, Document, Material
from reviews.engine.certificate.datacard import data_card_markdown


def _write(material: Material) -> bytes:
    facts = material.facts
    splits = [file for file in material.files if file.path.startswith("data/")]
    head = [
        "---",
        f"pretty_name: {json.dumps(f'{facts.dataset.name}, release {facts.version}', ensure_ascii=False)}",
        "tags:",
        "- synthetic",
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
