"""The canary of a release of texts, beside the files of records, none of which it changes."""

from __future__ import annotations

from reviews.engine.bundle.material import Document, Material
from reviews.engine.certificate.datacard import FOUND


def _write(material: Material) -> bytes:
    return f"{material.facts.canary}\n\n{FOUND}\n".encode()


CANARY = Document("CANARY.txt", "Text by which these files are known again", "text/plain; charset=utf-8", _write)
