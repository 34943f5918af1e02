"""The review record and the certificate, for programs that compute everything again."""

from __future__ import annotations

import json

from reviews.engine.attestation.record import record_bytes
from reviews.engine.bundle.material import Document, Material


def _certificate(material: Material) -> bytes:
    return json.dumps(material.certificate, indent=1, sort_keys=True, ensure_ascii=False).encode()


RECORD = Document(
    "metadata/review.json", "Review record", "application/json", lambda material: record_bytes(material.record)
)
CERTIFICATE = Document("metadata/certificate.json", "What was certified", "application/json", _certificate)
