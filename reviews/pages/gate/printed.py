"""The dossier on paper: the gate as its page shows it to this person, condition by condition, and what is signed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.http import HttpResponse
from django.utils import timezone

from generation.models import GenerationRun
from reviews.pages.gate.page import gate_context
from synthportal.models import Person
from synthportal.templatetags.human import count
from synthportal.web.look.printed import Block, printed_page

STATES = {True: "Met", False: "Not met", "attention": "Met, read it"}


def dossier_pdf(run: GenerationRun, person: Person, *, name: str) -> HttpResponse:
    """The gate as a PDF, with what this person may read of it."""
    context = gate_context(run, person)
    now = timezone.now().strftime("%Y-%m-%d %H:%M UTC")
    facts = [
        " · ".join([f"Gate {context['gate_word']}", *context["facts"]]),
        f"As {person.display_name} read it on {now}. It is a copy: what counts is signed in the portal.",
    ]
    blocks = [
        Block(f"Conditions: {context['in_numbers']}", [_condition(line) for line in context["conditions"]]),
        Block("What is signed, word for word", _signed(context)),
    ]
    return printed_page(context["title"], facts, blocks, name=name)


def _condition(line: Mapping[str, Any]) -> tuple[str, Sequence[str]]:
    state = STATES[line["status"]] + (f", {line['note']}" if line["note"] == "waived" else "")
    return state, [line["sentence"], *(f"{what}: {words}" for what, words in line["evidence"])]


def _signed(context: Mapping[str, Any]) -> list[tuple[str, Sequence[str]]]:
    run, dossier, since = context["run"], context["dossier"], context["since"]
    failed, same = dossier.facts.failed_before, "same shape, synthesizer, plan and policy"
    told = {
        "Claim": context["claim"],
        "Planted leaks": ", ".join(context["planted"]),
        "These bytes": run.artefact_sha256 or "no artefact yet",
        "Records": count(run.artefact_rows or 0),
        "Failed before": f"{count(failed)} earlier run{'' if failed == 1 else 's'} of this source rejected",
        "Since the last release": ("; ".join(since.changes) or same) if since else "",
        "Dossier": dossier.hash,
        "Release": f"{dossier.released.number}, {dossier.released.status}" if dossier.released else "",
    }
    return [(label, [str(words)]) for label, words in told.items() if words]
