"""The JSON Schemas of the files to train on, one for each form that the release has."""

from __future__ import annotations

import json

from generation.engine.llm.exports.rendering import OF_CHATS, OF_TEXTS, schema_of
from reviews.engine.bundle.material import Document, Material

CHAT = "chat"


def forms_in(material: Material) -> dict[str, dict[str, object]]:
    """The schema of each file of the release that a trainer reads, by the file's path."""
    is_chat = material.facts.dataset.kind == CHAT
    return {
        file.path: schema_of(form, is_chat=is_chat)
        for file in material.files
        for form in dict.fromkeys((*OF_CHATS, *OF_TEXTS))
        if file.path.endswith(f".{form}.jsonl")
    }


def _write(material: Material) -> bytes:
    return (json.dumps({"files": forms_in(material)}, indent=1) + "\n").encode()


SCHEMAS = Document("metadata/schemas.json", "JSON Schemas of the files to train on", "application/json", _write)
