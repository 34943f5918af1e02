"""Which question of a published checklist each part of the card answers, and whether this card does.

The items are named in a few words of our own, with the place where the full one stands. The list says what is answered;
it is no judgement that an answer is good enough.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from generation.engine.profiling.about import NOT_STATED, QUESTIONS

# Parts of the card that the portal fills: key of the card's JSON -> what it is called on the page.
PARTS = {
    "purpose": "Purpose",
    "prohibited_uses": "Prohibited uses",
    "how_made": "How it was made",
    "artefact": "Dictionary of the columns",
    "evidence": "Evidence",
    "review": "Sample review",
    "limits": "Limits",
    "bias": "Bias by group",
    "attacks_not_run": "Not tried",
    "effort": "Runs, reviews and looks",
    "waived": "Waivers",
    "annotators": "Annotators' measured sensitivity",
    "threat_model": "Threat model",
    "ai_act": "For the AI Act's summary",
    "earlier_releases": "Earlier releases",
    "how_to_load": "How to load it",
}


@dataclass(frozen=True, slots=True)
class Item:
    """One item of a checklist: where it stands, what it asks, and the answers or parts that meet it."""

    place: str
    asks: str
    met_by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standard:
    """A published checklist: its name, source, and the items that a card of data can answer."""

    name: str
    source: str
    items: tuple[Item, ...]


STANDARDS = (
    Standard(
        "Datasheets for Datasets",
        "Gebru et al., 2021, arXiv 1803.09010",
        (
            Item("Motivation", "for what purpose, by whom", ("purpose", "contact", "controller")),
            Item("Composition", "instances, how many, what is missing", ("artefact", "population", "known_gaps")),
            Item("Composition", "relation to people, sensitive data", ("unit_of_privacy", "records_per_person")),
            Item("Collection", "how, when, on what basis", ("origin", "period", "sampling", "legal_basis")),
            Item("Preprocessing", "what was cleaned or removed", ("how_made",)),
            Item("Uses", "fit for, not fit for", ("suitability", "prohibited_uses", "limits")),
            Item("Distribution", "to whom, on what terms", ("recipients", "terms", "how_to_load")),
            Item("Maintenance", "who, how long, errata", ("contact", "retention", "expires", "earlier_releases")),
        ),
    ),
    Standard(
        "Data Cards",
        "Pushkarna et al., 2022, FAccT",
        (
            Item("Authorship", "publisher and contacts", ("controller", "contact")),
            Item("Overview", "snapshot, fields, versions", ("artefact", "earlier_releases")),
            Item("Provenance", "collection, criteria, sources", ("origin", "sampling", "how_made")),
            Item("Human attributes", "sensitive attributes, groups", ("bias", "unit_of_privacy")),
            Item("Motivations and use", "intended, unsuitable", ("purpose", "suitability", "prohibited_uses")),
            Item("Validation", "methods and annotators", ("review", "annotators", "evidence")),
            Item("Known applications and gaps", "benchmarks, caveats", ("evidence", "known_gaps")),
        ),
    ),
    Standard(
        "AI Act, article 10",
        "Regulation (EU) 2024/1689",
        (
            Item("10(2)(b)", "origin of the data, original purpose of collection", ("origin", "legal_basis")),
            Item("10(2)(c)", "preparation: labelling, cleaning, enrichment", ("how_made",)),
            Item("10(2)(d)", "assumptions: what the data shall measure", ("assumptions",)),
            Item("10(2)(e)", "availability, quantity, suitability", ("artefact", "suitability")),
            Item("10(2)(f), (g)", "possible biases, and what is done about them", ("bias",)),
            Item("10(2)(h)", "gaps and shortcomings", ("known_gaps", "limits")),
            Item("10(3), (4)", "representative; geographical setting", ("population", "geography", "bias")),
            Item("10(5)", "synthetic instead of special categories of data", ("ai_act", "threat_model")),
        ),
    ),
    Standard(
        "NIST SP 800-188",
        "De-Identifying Government Datasets, 2023",
        (
            Item("Goals", "what the release is for, and for whom", ("purpose", "recipients")),
            Item("Risks", "who may try what", ("threat_model", "linkable")),
            Item("Life cycle", "how long it is kept", ("retention", "expires")),
            Item("Sharing model", "to whom, on what terms", ("terms", "recipients")),
            Item("Identifiers", "which were treated, and how", ("artefact", "how_made")),
            Item("Synthetic data", "how it was made and tested", ("how_made", "evidence", "attacks_not_run")),
            Item("Validation", "who looked, and what they find", ("review", "annotators")),
        ),
    ),
    Standard(
        "ISO/IEC 27559",
        "Privacy enhancing data de-identification framework, 2022",
        (
            Item("Context", "recipients, controls, linkable data", ("recipients", "terms", "linkable")),
            Item("Data", "data subjects, attributes, unit", ("population", "unit_of_privacy", "artefact")),
            Item("Identifiability", "threat modelling, measured likelihood", ("threat_model", "evidence", "review")),
            Item("Mitigation", "what was changed", ("how_made",)),
            Item("Governance", "decisions, incidents, monitoring", ("waived", "incident_contact", "expires", "effort")),
        ),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Met:
    """An item with what meets it on this card and what is missing, in the words of the page."""

    item: Item
    answered: tuple[str, ...]
    missing: tuple[str, ...]


def checked(card: Mapping[str, Any]) -> list[tuple[Standard, list[Met]]]:
    """Every standard with its items, for the JSON of a card. Older cards lack parts: these are missing."""
    return [(standard, [_met(item, card) for item in standard.items]) for standard in STANDARDS]


def _met(item: Item, card: Mapping[str, Any]) -> Met:
    titles = {key: PARTS.get(key) or QUESTIONS[key].label for key in item.met_by}
    found = [key for key in item.met_by if _is_answered(key, card)]
    return Met(item, tuple(titles[key] for key in found), tuple(titles[key] for key in titles if key not in found))


def _is_answered(key: str, card: Mapping[str, Any]) -> bool:
    if key in QUESTIONS:
        return bool(card.get("answers", {}).get(key, NOT_STATED) != NOT_STATED)
    part = card.get(key)
    # An empty list is an answer of its own: no waiver was needed, no release came before.
    return bool(part.get("segments") or part.get("shares")) if key == "bias" and part else part is not None
