"""Every document of a release, in the order in which they are written. A new one is a line here.

All are made before the signature and named in it, each with its digest; all lie in the bundle under their path.
"""

from __future__ import annotations

from reviews.engine.bundle.documents.canary import CANARY
from reviews.engine.bundle.documents.card import CARD, CARD_JSON
from reviews.engine.bundle.documents.croissant import CROISSANT
from reviews.engine.bundle.documents.dcat import DCAT
from reviews.engine.bundle.documents.manifest import MANIFEST
from reviews.engine.bundle.documents.pieces import PIECES
from reviews.engine.bundle.documents.prov import PROV
from reviews.engine.bundle.documents.readme import README
from reviews.engine.bundle.documents.record import CERTIFICATE, RECORD
from reviews.engine.bundle.documents.schemas import SCHEMAS, forms_in
from reviews.engine.bundle.documents.verifier import VERIFIER
from reviews.engine.bundle.material import Document, Material

DOCUMENTS: tuple[Document, ...] = (
    README,
    CARD,
    CARD_JSON,
    CROISSANT,
    PROV,
    DCAT,
    CERTIFICATE,
    RECORD,
    PIECES,
    VERIFIER,
    MANIFEST,  # the last one: it lists all others
)


def _wanted(material: Material) -> tuple[Document, ...]:
    """All, the schemas where there are files to train on, and the canary of a release of texts."""
    more = [document for document, is_so in ((SCHEMAS, forms_in(material)), (CANARY, material.facts.canary)) if is_so]
    return (*DOCUMENTS[:-1], *more, DOCUMENTS[-1])


def write_documents(material: Material) -> tuple[Material, list[bytes]]:
    """The material with every document among its files, and the bytes of each, in order.

    A document may speak of those before it.
    """
    written = []
    for document in _wanted(material):
        content = document.write(material)
        material = material.with_file(document.file(content))
        written.append(content)
    return material, written
