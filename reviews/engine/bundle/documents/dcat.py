"""DCAT 3 as JSON-LD, for data catalogues."""

from __future__ import annotations

from typing import Any

from reviews.engine.bundle.documents.described import as_json_lines, page_of, sentence
from reviews.engine.bundle.material import LABEL, Document, FileFacts, Material, terms

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "spdx": "http://spdx.org/rdf/terms#",
    "vcard": "http://www.w3.org/2006/vcard/ns#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
}
MEDIA = "https://www.iana.org/assignments/media-types/"


def dcat(material: Material) -> dict[str, Any]:
    """The release as a dcat:Dataset with a distribution for each file of records."""
    facts, answers, page = material.facts, material.facts.card.answers, page_of(material)
    records = [
        file for file in material.files if file.rows is not None or file.media_type.startswith("application/vnd.apache")
    ]
    return {
        "@context": CONTEXT,
        "@id": page,
        "@type": "dcat:Dataset",
        "dct:title": f"{facts.dataset.name}, release {facts.version}",
        "dct:description": sentence(facts),
        "dct:identifier": facts.release,
        "dct:issued": {"@type": "xsd:dateTime", "@value": facts.released},
        "dct:rights": terms(facts),
        "dct:accessRights": answers.get("recipients", "not stated"),
        "dct:publisher": {"@type": "foaf:Agent", "foaf:name": answers.get("controller", facts.portal)},
        "dcat:contactPoint": {"@type": "vcard:Kind", "vcard:fn": answers.get("contact", "not stated")},
        "dct:spatial": {"@type": "dct:Location", "dct:description": answers.get("geography", "not stated")},
        "dct:temporal": {"@type": "dct:PeriodOfTime", "dct:description": answers.get("period", "not stated")},
        "dcat:keyword": ["synthetic", facts.dataset.kind, LABEL],
        "dcat:version": str(facts.version),
        "prov:wasGeneratedBy": {"@type": "prov:Activity", "prov:endedAtTime": facts.generation.finished},
        "dcat:distribution": [_distribution(file, page) for file in records],
    }  # fmt: skip


def _distribution(file: FileFacts, page: str) -> dict[str, Any]:
    return {
        "@type": "dcat:Distribution",
        "dct:title": file.title,
        "dcat:accessURL": {"@id": page},
        "dcat:mediaType": {"@id": MEDIA + file.media_type.partition(";")[0]},
        "dcat:byteSize": {"@type": "xsd:nonNegativeInteger", "@value": str(file.size)},
        "spdx:checksum": {
            "@type": "spdx:Checksum",
            "spdx:algorithm": {"@id": "spdx:checksumAlgorithm_sha256"},
            "spdx:checksumValue": {"@type": "xsd:hexBinary", "@value": file.sha256},
        },
    }


def _write(material: Material) -> bytes:
    return as_json_lines(dcat(material))


DCAT = Document("metadata/dcat.jsonld", "Catalogue entry (DCAT)", "application/ld+json", _write)
