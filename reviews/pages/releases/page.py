"""The parts of a release's page that say what people know, who may hold it, and what may be asked."""

from __future__ import annotations

from typing import Any

from generation.engine.profiling.about import NOT_STATED, TOPICS
from reviews.models import Release
from reviews.repositories.catalogue.access import has_confirmed_leak, is_suspended, newest_request
from reviews.repositories.catalogue.standing import stands_as
from reviews.stages.use.grant import why_not_ask
from synthportal.models import Person
from synthportal.roles import Role, has_role


def about_card(release: Release) -> dict[str, Any]:
    """What was said about the source when it was signed, and what was changed since; bias, and what was not tried."""
    card = release.card["card"]
    signed = card.get("answers", {})
    now = release.run.dataset.about
    lines = {
        topic.title: [_answer(q.label, signed.get(q.key), now.get(q.key)) for q in topic.questions] for topic in TOPICS
    }
    said = {title: [line for line in some if _is_said(line)] for title, some in lines.items()}
    return {
        "topics": [{"title": title, "lines": some} for title, some in said.items() if some],
        "unsaid": [line["label"].lower() for some in lines.values() for line in some if not _is_said(line)],
        "bias": card.get("bias", {}),
        "not_run": card.get("attacks_not_run", ()),
        "threats": card.get("threat_model", ()),
        "effort": card.get("effort"),
        "measured": card.get("annotators"),
        "ai_act": {name.replace("_", " ").capitalize(): text for name, text in card.get("ai_act", {}).items()},
    }


def _answer(label: str, signed: str | None, now: str | None) -> dict[str, str]:
    said = signed or NOT_STATED
    return {"label": label, "signed": said, "now": now or "" if (now or NOT_STATED) != said else ""}


def _is_said(line: dict[str, str]) -> bool:
    return line["signed"] != NOT_STATED or bool(line["now"])


def access_of(release: Release, person: Person) -> dict[str, Any]:
    """What this person may ask for and asked for, and what stewards can change."""
    return {
        "may_ask": not why_not_ask(person, release),
        "asked": newest_request(person, release),
        "is_suspended": is_suspended(release),
        "standing": stands_as(release),
        "leak_since": release.status == Release.Status.EXPIRED and has_confirmed_leak(release),
        "may_restrict": has_role(person, Role.STEWARD) and release.status == Release.Status.RELEASED,
    }
