"""The gate of a run: every condition with its evidence, waivers, and the sentence that a steward signs."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generation.models import GenerationRun
from generation.permissions import runs_for
from generation.stages.evaluate import why_not_evaluate
from reviews.acceptance import Outcome
from reviews.models import Release
from reviews.stages.gate import (
    Condition,
    Dossier,
    collect,
    gate_conditions,
    may_read_review,
    seen_by,
    waive_condition,
    why_not_sign,
)
from reviews.tasks import submit_release
from synthportal.errors import Conflict, refuse
from synthportal.models import Person
from synthportal.roles import Role, has_role
from synthportal.views import signed_in

# What a person can do on the spot about a condition that is not met.
REMEDIES = {"limits": "reviews/_evaluate_again.html"}


@login_required
@require_safe
def gate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything the release of this run rests on."""
    return render(request, "reviews/gate.html", _context(_run(request, pk), signed_in(request)))


@login_required
@require_POST
def waive(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Let one shortfall of usefulness pass, with a reason."""
    run, condition, reason = _run(request, pk), request.POST.get("condition", ""), request.POST.get("reason", "")
    try:
        waive_condition(run, condition, reason=reason, by=signed_in(request))
    except Conflict as conflict:
        refuse(request, conflict)
        typed = {"failed": condition, "typed": reason, "errors": conflict.reasons}
        return render(request, "reviews/gate.html", _context(run, signed_in(request)) | typed, status=409)
    messages.success(request, f"Waived: {condition}. It holds for the evidence as it is now.")
    return redirect("gate", pk=pk)


@login_required
@require_POST
def release_run(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign and release, bound to the dossier that the person had on the screen."""
    run, person = _run(request, pk), signed_in(request)
    try:
        released = submit_release(run, by=person, dossier_hash=request.POST.get("dossier") or "unseen")
    except Conflict as conflict:
        refuse(request, conflict)
        return render(request, "reviews/gate.html", _context(run, person) | {"refused": conflict.reasons}, status=409)
    messages.success(request, f"Release {released.number} is signed. Its files can be downloaded now.")
    return redirect("release", pk=released.pk)


def _run(request: HttpRequest, pk: UUID) -> GenerationRun:
    runs = runs_for(signed_in(request)).select_related("dataset__owner", "plan", "requested_by")
    return get_object_or_404(runs, pk=pk)


def _context(run: GenerationRun, person: Person) -> dict[str, Any]:
    dossier = collect(run)
    conditions, inside = seen_by(person, dossier, gate_conditions(run)), may_read_review(person, dossier)
    why_not = why_not_sign(person, run)
    may_waive = not why_not
    unmet = [line for line in conditions if not line.met]
    return {
        "run": run,
        "title": f"Release {run}?",
        "facts": [f"{run.artefact_rows or 0:,} records", run.dataset.get_purpose_display()],
        "crumbs": [{"label": str(run), "url": reverse("run", args=[run.pk])}],
        "conditions": [_line(line, may_waive) for line in conditions],
        "may_evaluate": has_role(person, Role.OWNER, Role.STEWARD) and not why_not_evaluate(person, run),
        "met": len(conditions) - len(unmet),
        "gate_state": "blocked" if unmet else "met",
        "gate_word": "shut" if unmet else "open",
        "action": _action(run, person, [*why_not, *(line.why for line in unmet)]),
        "dossier": dossier,
        "found": dossier.progress if inside else None,
        "is_final": bool(inside and dossier.progress and dossier.progress.decision.outcome is Outcome.ACCEPT),
        "not_these": _involved(dossier),
        "released": Release.objects.filter(run=run).first(),
    }


def _action(run: GenerationRun, person: Person, why_not: list[str]) -> dict[str, Any] | None:
    if not has_role(person, Role.STEWARD):
        return None
    return {"label": "Sign and release", "form": "release", "why_not": why_not, "url": reverse("gate", args=[run.pk])}


def _line(line: Condition, may_waive: bool) -> dict[str, Any]:
    """A condition as components/checklist.html takes it."""
    evidence = [("Found", line.evidence)]
    if line.why:
        evidence.append(("Missing", line.why))
    if line.waiver:
        evidence.append(("Waived", line.waiver))
    can_waive = may_waive and line.waivable and not line.waiver
    return {
        "name": line.name,
        "sentence": line.title,
        "summary": line.evidence.partition(". ")[0],
        "open": not line.met,
        "status": "attention" if line.met and line.needs_attention else line.met,
        "note": "waived" if line.waiver else "can be waived" if line.waivable else "",
        "evidence": evidence,
        "template": "reviews/_waiver.html" if can_waive else REMEDIES.get(line.name, "") if not line.met else "",
    }


def _involved(dossier: Dossier) -> list[str]:
    """Who cannot be the second person: owner, who asked for the run, and everybody who judged its records."""
    run = dossier.run
    judged = Person.objects.filter(verdicts__record__review__run=run).distinct()
    people = {person.pk: person.display_name for person in (run.dataset.owner, run.requested_by, *judged)}
    return list(people.values())
