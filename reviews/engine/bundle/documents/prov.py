"""The way of the bytes as W3C PROV-JSON: what was made of what, by which step, on whose word."""

from __future__ import annotations

from typing import Any

from reviews.engine.bundle.documents.described import as_json_lines
from reviews.engine.bundle.material import Document, Material
from reviews.engine.certificate.facts import ReleaseFacts

Records = dict[str, dict[str, Any]]


def prov(facts: ReleaseFacts) -> dict[str, Any]:
    """Entities, activities and agents, and what ties them."""
    agents: Records = {f"sp:person-{one.person}": {"prov:label": one.display_name} for one in facts.people}
    return {
        "prefix": {"sp": "urn:synthportal:"},
        "entity": _entities(facts),
        "activity": _activities(facts),
        "agent": agents | {"sp:portal": {"prov:type": "prov:SoftwareAgent", "prov:label": facts.portal}},
        "used": {
            "_:minimised": {"prov:activity": "sp:minimise", "prov:entity": "sp:source"},
            "_:fitted": {"prov:activity": "sp:generate", "prov:entity": "sp:minimised"},
            "_:judged": {"prov:activity": "sp:review", "prov:entity": "sp:artefact"},
        },
        "wasGeneratedBy": {
            "_:kept": {"prov:entity": "sp:minimised", "prov:activity": "sp:minimise"},
            "_:sampled": {"prov:entity": "sp:artefact", "prov:activity": "sp:generate"},
        },
        "wasDerivedFrom": {
            "_:from-source": {"prov:generatedEntity": "sp:minimised", "prov:usedEntity": "sp:source"},
            "_:from-minimised": {"prov:generatedEntity": "sp:artefact", "prov:usedEntity": "sp:minimised"},
        },
        "wasInformedBy": {"_:signed": {"prov:informed": "sp:release", "prov:informant": "sp:review"}},
        "wasAssociatedWith": _associations(facts),
    }


def _entities(facts: ReleaseFacts) -> Records:
    removed = ", ".join(f"{one.label} {one.action}" for one in facts.generation.minimised) or "nothing"
    return {
        "sp:source": {"prov:label": facts.dataset.name, "sp:origin": facts.card.answers.get("origin", "not stated")},
        "sp:minimised": {"prov:label": "minimised training records", "sp:changed": removed},
        "sp:artefact": {
            "prov:label": f"release {facts.version}",
            "sp:sha256": facts.artefact.sha256,
            "sp:rows": facts.artefact.rows,
        },
    }


def _activities(facts: ReleaseFacts) -> Records:
    generation = facts.generation
    return {
        "sp:minimise": {"prov:label": "minimise"},
        "sp:generate": {
            "prov:startTime": generation.started,
            "prov:endTime": generation.finished,
            "sp:synthesizer": f"{generation.synthesizer} {generation.synthesizer_version}",
            "sp:seed": generation.seed,
        },
        "sp:review": {
            "prov:endTime": facts.reviewed,
            "sp:records": facts.review.reviewed,
            "sp:leaks": facts.review.leaks,
        },
        "sp:release": {"prov:endTime": facts.released, "sp:dossier": facts.dossier},
    }


def _associations(facts: ReleaseFacts) -> Records:
    by_role = {"owner": "sp:generate", "steward": "sp:release", "approver": "sp:release"}
    people = {
        f"_:as-{place}": {
            "prov:activity": by_role.get(one.role, "sp:review"),
            "prov:agent": f"sp:person-{one.person}",
            "prov:role": one.role,
        }
        for place, one in enumerate(facts.people)
    }
    return people | {"_:as-portal": {"prov:activity": "sp:generate", "prov:agent": "sp:portal"}}


def _write(material: Material) -> bytes:
    return as_json_lines(prov(material.facts))


PROV = Document("metadata/prov.json", "Provenance (PROV-JSON)", "application/json", _write)
