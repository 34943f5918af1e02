"""The card's own part as JSON data, and as Markdown: what people said, bias, what was not tried, who accepted what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from typing import Any

from generation.engine.profiling.about import NOT_STATED, TOPICS
from reviews.engine.acceptance.bounds import proportion_lower
from reviews.engine.certificate.card_facts import CardFacts
from reviews.engine.certificate.facts import ReleaseFacts

LABEL = "synthetic"
THREAT = (
    "The bound and the measures are about a reader who holds the released files, everything this card says, and other "
    "data on the same people, and who does not hold the source, the fitted model or the review sample.",
    "Fitted models are destroyed when sampling ends; nobody can query them.",
    "A reader who holds several releases of one source can compare them: earlier releases are listed below.",
)
NEVER_TRIED = (
    ("Attacks on the fitted model", "Nobody holds it: it is destroyed when sampling ends."),
    ("Comparing several releases", "Releases of one source are listed; what they give away together is not measured."),
)


def told(facts: ReleaseFacts) -> dict[str, Any]:
    """What the card says beyond the certificate, as JSON data; fractions stay numbers."""
    card = facts.card
    return {
        "label": LABEL,
        "answers": {q.key: card.answers.get(q.key, NOT_STATED) for topic in TOPICS for q in topic.questions},
        "answers_version": card.version,
        "bias": {
            "segments": [asdict(segment) for segment in card.segments],
            "shares": [asdict(share) for share in card.shares],
        },
        "attacks_not_run": [asdict(one) for one in card.not_run]
        + [{"title": title, "reason": reason} for title, reason in NEVER_TRIED],
        "effort": {"runs": card.runs, "reviews": facts.attempts, "looks": facts.looks},
        "waived": [asdict(one) for one in card.waived],
        "annotators": sensitivity(facts),
        "threat_model": [*THREAT, *_threat_answers(card)],
        "ai_act": ai_act(facts),
        "earlier_releases": [asdict(one) for one in card.earlier],
    }


def sensitivity(facts: ReleaseFacts) -> dict[str, Any]:
    """The share of planted leaks that the annotators found, with its lower bound at 95 %; None without controls."""
    found, judged = facts.review.controls_found, facts.review.controls_judged
    lower = proportion_lower(found, judged, 0.95) if judged else None
    return {
        "people": facts.review.annotators,
        "planted": judged,
        "found": found,
        "share": found / judged if judged else None,
        "lower": lower,
        "confidence": 0.95,
    }


def ai_act(facts: ReleaseFacts) -> dict[str, str]:
    """What the template for the public summary of training content (AI Act, art. 53(1)(d)) asks of synthetic data."""
    generation = facts.generation
    return {
        "modality": facts.dataset.kind,
        "size": f"{facts.artefact.rows:,} records, {facts.artefact.size:,} bytes",
        "generated_by": f"{generation.synthesizer} {generation.synthesizer_version}, fitted on "
        f"{generation.training_rows:,} records of the source",
        "generated_from": f"the source “{facts.dataset.name}”: {facts.card.answers.get('origin', NOT_STATED)}",
        "collected": facts.card.answers.get("period", NOT_STATED),
        "purpose": facts.dataset.purpose,
    }


def _threat_answers(card: CardFacts) -> list[str]:
    asked = {"recipients": "May hold it", "linkable": "May be linked with"}
    return [f"{label}: {card.answers.get(key, NOT_STATED)}" for key, label in asked.items()]


def told_sections(facts: ReleaseFacts, plain: Callable[[str], str]) -> list[list[str]]:
    """The same as sections of Markdown, each a heading with its lines. `plain` makes a text of people inert."""
    said = told(facts)
    return [
        ["## About the source", "", *_answers(said["answers"], plain)],
        ["## Bias", "", *_bias(facts.card, plain)],
        ["## Not tried", "", *(f"- {plain(one['title'])}: {plain(one['reason'])}" for one in said["attacks_not_run"])],
        ["## Who looked, and who accepted what remains", "", *_accepted(facts, said, plain)],
        ["## Threat model", "", *(f"- {plain(line)}" for line in said["threat_model"])],
        ["## For the AI Act's summary of training content", "", *_pairs(said["ai_act"], plain)],
        ["## Earlier releases of this source", "", *_earlier(facts.card)],
    ]


def _answers(answers: Mapping[str, str], plain: Callable[[str], str]) -> list[str]:
    return [f"- {q.label}: {plain(answers[q.key])}" for topic in TOPICS for q in topic.questions]


def _pairs(pairs: Mapping[str, str], plain: Callable[[str], str]) -> list[str]:
    return [f"- {name.replace('_', ' ').capitalize()}: {plain(text)}" for name, text in pairs.items()]


def _bias(card: CardFacts, plain: Callable[[str], str]) -> list[str]:
    if not card.segments and not card.shares:
        return ["Not measured: no column with groups, or no target."]
    segments = [
        (plain(s.column), plain(s.category), f"{s.ratio:.2f}", f"{s.lower:.2f} to {s.upper:.2f}", f"{s.n:,}")
        for s in card.segments
    ]
    shares = [(plain(s.column), plain(s.category), _share(s.real), _share(s.synthetic)) for s in card.shares]
    return [
        *_table(("column", "group", "skill kept", "interval", "n"), segments, "Skill kept in each group:"),
        *_table(("column", "group", "real", "synthetic"), shares, "Share of each group:"),
    ]


def _share(fraction: float) -> str:
    return f"{100 * fraction:.1f} %"


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]], title: str) -> list[str]:
    if not rows:
        return []
    lines: Iterable[tuple[str, ...]] = (head, tuple("---" for _ in head), *rows)
    return [title, "", *(f"| {' | '.join(cells)} |" for cells in lines), ""]


def _accepted(facts: ReleaseFacts, said: Mapping[str, Any], plain: Callable[[str], str]) -> list[str]:
    people, effort = said["annotators"], said["effort"]
    found = (
        f"found {people['found']} of {people['planted']} planted leaks (at least {_share(people['lower'])} at 95 %)"
        if people["planted"]
        else "no leaks were planted, so their sensitivity was not measured"
    )
    return [
        f"- {people['people']} annotators; {found}.",
        f"- Runs of this dataset: {effort['runs']}; reviews: {effort['reviews']}; looks: {effort['looks']}.",
        *(f"- {plain(w.by)} let pass: {plain(w.condition)}. Reason: {plain(w.reason)}" for w in facts.card.waived),
        f"- Signed by {plain(facts.people[-1].display_name)}, who accepts what remains of the risk.",
    ]


def _earlier(card: CardFacts) -> list[str]:
    lines = [f"- Release {one.number}: {one.rows:,} records, {one.released}, {one.status}." for one in card.earlier]
    return lines or ["None."]
