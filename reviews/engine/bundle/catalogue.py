"""Every document of a release, in the order in which they are written. A new one is a line here.

All are made before the signature and named in it, each with its digest; all lie in the bundle under their path.
"""

from __future__ import annotations

from reviews.engine.bundle.documents.card import CARD, CARD_JSON
from reviews.engine.bundle.documents.croissant import CROISSANT
from reviews.engine.bundle.documents.dcat import DCAT
from reviews.engine.bundle.documents.manifest import MANIFEST
from reviews.engine.bundle.documents.prov import PROV
from reviews.engine.bundle.documents.readme import README
from reviews.engine.bundle.material import Document, FileFacts, Material

DOCUMENTS: tuple[Document, ...] = (
    README,
    CARD,
    CARD_JSON,
    CROISSANT,
    PROV,
    DCAT,
    MANIFEST,  # the last one: it lists all others
)


def write_documents(material: Material) -> list[tuple[FileFacts, bytes]]:
    """Each document's facts and bytes, in order; a document may speak of those before it."""
    written = []
    for document in DOCUMENTS:
        content = document.write(material)
        file = document.file(content)
        material = material.with_file(file)
        written.append((file, content))
    return written
