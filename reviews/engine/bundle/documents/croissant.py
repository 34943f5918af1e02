"""Croissant 1.1 with its vocabulary for responsible AI: tools load the records by it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from generation.engine.profiling.about import NOT_STATED
from reviews.engine.bundle.documents.described import as_json_lines, page_of, records_files, sentence
from reviews.engine.bundle.material import LABEL, Document, FileFacts, Material, terms
from reviews.engine.certificate.facts import ColumnFacts, ReleaseFacts
from reviews.engine.certificate.told import told

CROISSANT_VERSION = "http://mlcommons.org/croissant/1.1"
RAI_VERSION = "http://mlcommons.org/croissant/RAI/1.0"
CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    **{
        name: f"cr:{name}"
        for name in (
            "arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field", "fileProperty",
            "fileObject", "fileSet", "format", "includes", "isArray", "isLiveDataset", "jsonPath", "key", "md5",
            "parentField", "path", "recordSet", "references", "regex", "repeated", "replace", "samplingRate",
            "separator", "source", "subField", "transform",
        )
    },
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "description": {"@container": "@language"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": {"@container": "@language"},
    "sc": "https://schema.org/",
}  # fmt: skip
# What the values of a column are, by the type it has in the file; the first that agrees decides, the rest are texts.
TYPES = (
    (pa.types.is_boolean, "sc:Boolean"),
    (pa.types.is_integer, "sc:Integer"),
    (pa.types.is_floating, "sc:Float"),
    (pa.types.is_decimal, "sc:Float"),
    (pa.types.is_date, "sc:Date"),
    (pa.types.is_timestamp, "sc:DateTime"),
    (pa.types.is_time, "sc:Time"),
)


def croissant(material: Material) -> dict[str, Any]:
    """The description as JSON-LD."""
    facts, files = material.facts, records_files(material)
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": [CROISSANT_VERSION, RAI_VERSION],
        "name": f"{facts.dataset.name}, release {facts.version}",
        "description": sentence(facts),
        "url": page_of(material),
        "version": f"{facts.version}.0.0",
        "license": terms(facts),
        "citeAs": f"{facts.dataset.name}, release {facts.version}, sha256 {facts.artefact.sha256}",
        "datePublished": facts.released,
        "keywords": ["synthetic", facts.dataset.kind, LABEL],
        "creator": {"@type": "sc:Organization", "name": facts.card.answers.get("contact", facts.portal)},
        "publisher": {"@type": "sc:Organization", "name": facts.card.answers.get("controller", facts.portal)},
        "isLiveDataset": False,
        "distribution": [_distribution(file) for file in files],
        "recordSet": [_records(material, file) for file in files],
        **_responsible(facts),
    }


def _distribution(file: FileFacts) -> dict[str, Any]:
    return {
        "@type": "cr:FileObject",
        "@id": file.path,
        "name": file.path,
        "contentUrl": file.path,
        "contentSize": f"{file.size} B",
        "encodingFormat": "application/x-parquet",
        "sha256": file.sha256,
    }


def _records(material: Material, file: FileFacts) -> dict[str, Any]:
    """A set of records for each split, named like it."""
    facts, split = material.facts, PurePosixPath(file.path).stem
    return {
        "@type": "cr:RecordSet",
        "@id": split,
        "name": split,
        "description": f"{file.rows or facts.artefact.rows:,} synthetic records.",
        "field": [
            _field(f"{split}/{place}", file, column, material.types.get(column.label))
            for place, column in enumerate(facts.artefact.columns)
        ],
    }


def _field(name: str, file: FileFacts, column: ColumnFacts, kind: pa.DataType | None) -> dict[str, Any]:
    said = [
        column.description,
        column.unit and f"Unit: {column.unit}.",
        column.allowed and f"Allowed: {column.allowed}.",
    ]
    return {
        "@type": "cr:Field",
        "@id": name,
        "name": column.label,
        "description": " ".join(filter(None, said)) or f"{column.sdtype}, not described",
        "dataType": _data_type(kind),
        "source": {"fileObject": {"@id": file.path}, "extract": {"column": column.label}},
    }


def _data_type(kind: pa.DataType | None) -> str:
    """The data type of a column of this Arrow type; text where the type is not known."""
    if kind is None:
        return "sc:Text"
    kind = kind.value_type if pa.types.is_dictionary(kind) else kind
    return next((words for agrees, words in TYPES if agrees(kind)), "sc:Text")


def _responsible(facts: ReleaseFacts) -> dict[str, Any]:
    """The RAI vocabulary, from the card."""
    said = told(facts)
    answers, review, origin = said["answers"], facts.review, said["answers"]["origin"]
    private = [f"{one.label}: {one.role}" for one in facts.artefact.columns if one.role in {"sensitive", "quasi"}]
    minimised = [f"{one.label}: {one.action}. {one.reason}" for one in facts.generation.minimised]
    return {
        "rai:dataCollection": f"{origin} Population: {answers['population']} Sampling: {answers['sampling']}",
        "rai:dataCollectionType": ["Synthetic: sampled from a model that was fitted on minimised records"],
        "rai:dataCollectionMissingData": answers["known_gaps"],
        "rai:dataCollectionRawData": "The source is not released. "
        f"Period: {answers['period']} Places: {answers['geography']}",
        "rai:dataPreprocessingProtocol": minimised or ["No column was minimised."],
        "rai:dataAnnotationProtocol": [f"{review.reviewed:,} random records judged for leakage and realism."],
        "rai:dataAnnotationAnalysis": [
            f"{review.annotators} annotators found {review.controls_found} of {review.controls_judged} planted leaks.",
        ],
        "rai:dataBiases": _biases(said["bias"]),
        "rai:dataUseCases": [facts.dataset.purpose, f"Suitable for: {answers['suitability']}"],
        "rai:dataLimitations": [*facts.limits, *(f"Prohibited: {use}" for use in facts.dataset.prohibited_uses)],
        "rai:dataSocialImpact": f"Assumptions: {answers['assumptions']}",
        "rai:personalSensitiveInformation": [f"{LABEL}. {facts.review.claim}.", *private],
        "rai:dataReleaseMaintenancePlan": f"Retention: {answers['retention']} Re-assessed after: {answers['expires']} "
        f"Incidents: {answers['incident_contact']}",
    }  # fmt: skip


def _biases(bias: dict[str, Any]) -> list[str]:
    segments = [
        f"{one['column']} = {one['category']}: {one['ratio']:.2f} of the skill kept "
        f"({one['lower']:.2f} to {one['upper']:.2f})"
        for one in bias["segments"]
    ]
    shares = [
        f"{one['column']} = {one['category']}: {one['real']:.1%} real, {one['synthetic']:.1%} synthetic"
        for one in bias["shares"]
    ]
    return segments + shares or [f"Groups: {NOT_STATED}"]


def _write(material: Material) -> bytes:
    return as_json_lines(croissant(material))


# At the top of the bundle: the path of the records in it is relative to where it lies.
CROISSANT = Document("croissant.json", "Croissant 1.1 description", "application/ld+json", _write)
