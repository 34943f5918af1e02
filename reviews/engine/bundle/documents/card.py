"""The data card, to read and for programs."""

from __future__ import annotations

import json

from reviews.engine.bundle.material import Document, Material
from reviews.engine.certificate.datacard import data_card, data_card_markdown


def _markdown(material: Material) -> bytes:
    return data_card_markdown(material.facts).encode()


def _json(material: Material) -> bytes:
    return json.dumps(data_card(material.facts), indent=2, ensure_ascii=False).encode()


CARD = Document("metadata/card.md", "Data card", "text/markdown; charset=utf-8", _markdown)
CARD_JSON = Document("metadata/card.json", "Data card for programs", "application/json", _json)
