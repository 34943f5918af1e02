"""The digest of every file, as `sha256sum -c` reads it."""

from __future__ import annotations

from reviews.engine.bundle.material import Document, Material
from reviews.engine.certificate.datacard import manifest


def _write(material: Material) -> bytes:
    return manifest({file.path: file.sha256 for file in material.files}).encode()


MANIFEST = Document("metadata/SHA256SUMS", "Manifest", "text/plain; charset=utf-8", _write)
