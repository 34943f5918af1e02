"""The pieces of every file of records, by its digest, so that a part of it can be checked alone."""

from __future__ import annotations

import json

from reviews.engine.attestation.pieces import PIECE_BYTES
from reviews.engine.bundle.material import Document, Material


def _write(material: Material) -> bytes:
    said = {"format": "synthportal-pieces/1", "piece_bytes": PIECE_BYTES, "files": material.pieces}
    return json.dumps(said, separators=(",", ":"), sort_keys=True).encode()


PIECES = Document("metadata/pieces.json", "Pieces of the files of records", "application/json", _write)
