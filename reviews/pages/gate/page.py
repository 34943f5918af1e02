"""What the page of the gate shows: every condition with its evidence, what has to be read, and what is signed."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from generation.models import GenerationRun
from generation.stages.evaluate import why_not_evaluate
from reviews.engine.acceptance.decision import Outcome
from reviews.engine.gate.conditions import Condition, in_numbers
from reviews.pages.threads import gate_thread
from reviews.repositories.catalogue.search import since_release
from reviews.repositories.gate.dossier import Dossier, collect
from reviews.stages.gate import (
    kept_out,
    may_read_review,
    may_sign_instead,
    seen_by,
    why_not_sign_dossier,
    why_not_waive_dossier,
)
from synthportal.models import Person
from synthportal.roles import Role, has_role

# What a person can do on the spot about a condition that is not met.
REMEDIES = {"limits": "reviews/gate/_evaluate_again.html"}


def gate_context(run: GenerationRun, person: Person, ticked: Collection[str] | None = None) -> dict[str, Any]:
    """What reviews/gate/gate.html takes. `ticked`: the conditions that came with a signature that was refused."""
    dossier = collect(run)
    conditions, inside = seen_by(person, dossier), may_read_review(person, dossier)
    why_not = why_not_sign_dossier(person, dossier)
    unmet = [line for line in conditions if not line.met]
    standing = _Standing(
        may_waive=not why_not_waive_dossier(person, dossier), may_sign=not why_not and not unmet, ticked=ticked
    )
    return {
        "run": run,
        "title": f"Release {run}?",
        "facts": [f"{run.artefact_rows or 0:,} records", run.dataset.get_purpose_display()],
        "crumbs": [{"label": str(run), "url": reverse("run", args=[run.pk])}],
        "conditions": [_line(line, standing) for line in conditions],
        "may_evaluate": has_role(person, Role.OWNER, Role.STEWARD) and not why_not_evaluate(person, run),
        "in_numbers": in_numbers(conditions),
        "to_tick": sum(line.needs_eyes for line in conditions),
        "gate_state": "blocked" if unmet else "met",
        "gate_word": "shut" if unmet else "open",
        "action": None if dossier.released else _action(run, person, [*why_not, *(line.why for line in unmet)]),
        "dossier": dossier,
        "claim": _claim(dossier, inside),
        "planted": dossier.planted if inside else (),
        "kept_out": kept_out(dossier),
        "instead": may_sign_instead(dossier),
        "released": dossier.released,
        "thread": gate_thread(run),
        "since": since_release(dossier.before, run) if dossier.before else None,
    }


def _claim(dossier: Dossier, inside: bool) -> str:
    """What is signed; what can be said so far, or why nothing can, while it is not to be signed."""
    found = dossier.progress if inside else None
    if found is None and dossier.review:
        return "You can judge records of this review, so you see its claim when it is closed."
    if found is None:
        return "Nothing can be said yet: no record has been reviewed."
    if found.decision.outcome is Outcome.ACCEPT:
        return f"“{found.claim.sentence}”"
    return f"Not to be signed yet. So far, {found.claim.sentence}."


def _action(run: GenerationRun, person: Person, why_not: list[str]) -> dict[str, Any] | None:
    """The way to the signature, which stands below all that it rests on."""
    if not has_role(person, Role.STEWARD):
        return None
    label = "Sign and release" if why_not else "Read and sign"
    return {"label": label, "why_not": why_not, "url": reverse("gate", args=[run.pk]) + "#sign"}


@dataclass(frozen=True, slots=True)
class _Standing:
    """What a person can do about the conditions; `ticked` is what they had ticked when a signature was refused."""

    may_waive: bool
    may_sign: bool
    ticked: Collection[str] | None


def _line(line: Condition, standing: _Standing) -> dict[str, Any]:
    """A condition as reviews/gate/_conditions.html takes it."""
    evidence = [("Found", line.evidence)]
    if line.why:
        evidence.append(("Missing", line.why))
    if line.waiver:
        evidence.append(("Waived", line.waiver))
    can_waive = standing.may_waive and line.waivable and not line.waiver
    return {
        "name": line.name,
        "sentence": line.title,
        "summary": line.evidence.partition(". ")[0],
        "open": not line.met or line.needs_eyes,
        "status": "attention" if line.needs_eyes else line.met,
        "note": "waived" if line.waiver else "can be waived" if line.waivable else "",
        "evidence": evidence,
        "template": "reviews/gate/_waiver.html" if can_waive else REMEDIES.get(line.name, "") if not line.met else "",
        "tick": _tick(line, standing.ticked) if standing.may_sign and line.needs_eyes else None,
    }


def _tick(line: Condition, ticked: Collection[str] | None) -> dict[str, Any]:
    """The box that says that a condition was read, and what is wrong with leaving it empty."""
    is_ticked = ticked is not None and line.name in ticked
    is_missed = ticked is not None and not is_ticked
    return {"is_ticked": is_ticked, "error": "Read this and tick it: nothing is signed before." if is_missed else ""}
