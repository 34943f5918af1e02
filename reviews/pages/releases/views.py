"""The catalogue of releases, the page of one, its downloads, and its withdrawal."""

from __future__ import annotations

import json
from typing import Any, NamedTuple
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from generation.engine.evaluation.words import metric_words
from generation.models import Purpose
from generation.pages.evidence.verdicts import STATUS_WORDS
from generation.permissions import remember_shares
from reviews.engine.certificate.datacard import manifest as manifest_text
from reviews.engine.gate.conditions import JUDGED
from reviews.engine.reading.shape import as_text
from reviews.models import Release, ReviewRecord, Verdict, Waiver
from reviews.pages.releases.loading import loading_code
from reviews.pages.releases.page import about_card, access_of
from reviews.pages.releases.trust import trust_context
from reviews.pages.viewer.reading import read_records
from reviews.permissions import releases_for
from reviews.repositories.catalogue.search import versions_of
from reviews.repositories.files import Format, file_name, formats_of
from reviews.repositories.samples import as_written, content_of, spellings_in
from reviews.stages.export import export_release, file_to_export, why_closed, why_not_export
from reviews.stages.release import why_not_withdraw
from reviews.tasks import submit_withdrawal
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.people.accounts.views import signed_in
from synthportal.roles import Role, has_role
from synthportal.storage.keys import unwrap
from synthportal.web.delivery import deliver
from synthportal.web.refusals import refuse

NOT_KNOWN = "The same records in UTF-8 with commas: how the source was written was not kept when they were made."
SAMPLES = 10
ABOUT = {
    Format.PARQUET: "The artefact itself: these are the bytes that were reviewed and signed.",
    Format.CSV: "The same records, written as the source was: its encoding, delimiter, marks and dates.",
    Format.JSONL: "One record a line.",
    Format.XLSX: "To open in a spreadsheet: dates are dates and texts are never formulas.",
    Format.PLAIN_CSV: "The same records in UTF-8 with commas, decimal points and ISO dates.",
    Format.MESSAGES: "To fine-tune on: one conversation a line, as OpenAI and TRL read it.",
    Format.SHAREGPT: "To fine-tune on: one conversation a line, as ShareGPT has it; tool calls have no place in it.",
    Format.PROMPTS: "To fine-tune on: what leads to an answer, and the answer, as TRL reads it.",
    Format.ALPACA: "To fine-tune on: an instruction, the text, and its label.",
    Format.TOOLS: "One folder for each tool that reads questions or tasks, with its schema, in a ZIP.",
    Format.SPREADSHEET: "To look at, not to train on: cells that a spreadsheet would run as a formula are defused.",
}


@login_required
@require_safe
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Everything about one release."""
    remember_shares(signed_in(request))
    return release_page(request, _release(request, pk), {})


@login_required
@require_safe
def export(request: HttpRequest, pk: UUID) -> HttpResponseBase:
    """The bytes, by the one door."""
    release, fmt, person = _release(request, pk), request.GET.get("format", "parquet"), signed_in(request)
    return deliver(
        request,
        lambda: file_to_export(release, fmt, by=person),
        lambda span: export_release(release, fmt, by=person, span=span),
    )


@login_required
@require_safe
def file(request: HttpRequest, pk: UUID, path: str) -> HttpResponseBase:
    """Any file that was signed, by its path, by the same door."""
    release, person = _release(request, pk), signed_in(request)
    return deliver(
        request,
        lambda: file_to_export(release, path, by=person),
        lambda span: export_release(release, path, by=person, span=span),
    )


@login_required
@require_safe
def certificate(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The signed certificate, as `manage.py verify_certificate` reads it."""
    found = _release(request, pk)
    text = json.dumps(found.certificate, indent=2, ensure_ascii=False)
    return _document(text, f"release-{found.number}-certificate.json", "application/json")


@login_required
@require_safe
def card(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The data card as Markdown."""
    found = _release(request, pk)
    return _document(found.card["markdown"], f"release-{found.number}-card.md", "text/markdown; charset=utf-8")


@login_required
@require_safe
def manifest(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every file of the release with its digest, as `sha256sum -c` reads it."""
    found = _release(request, pk)
    files = {file_name(found.number, Format.PARQUET): found.artefact_sha256}
    files |= {file_name(found.number, Format(kept.format)): kept.sha256 for kept in found.files.all()}
    return _document(manifest_text(files), f"release-{found.number}-manifest.txt", "text/plain; charset=utf-8")


@login_required
@require_POST
def withdraw(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Close the door for these bytes."""
    found, reason = _release(request, pk), request.POST.get("reason", "")
    try:
        submit_withdrawal(found, reason=reason, by=signed_in(request))
    except Conflict as conflict:
        refuse(request, conflict)
        return release_page(request, found, {"typed": reason, "errors": conflict.reasons}, status=409)
    messages.success(request, f"Release {found.number} is withdrawn. Every later download is refused.")
    return redirect("release", pk=pk)


def release_page(request: HttpRequest, release: Release, more: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page of a release, with what was typed into one of its forms."""
    person = signed_in(request)
    door = Door(bool(why_closed(release)), why_not_export(person, release))
    context = _context(release, person, door) | trust_context(release, person, not door.is_closed) | more
    if not context["is_closed"]:
        portal = settings.PUBLIC_URL or request.build_absolute_uri("/").rstrip("/")
        context["loading"] = loading_code(release.number, release.pk, portal).items()
    return render(request, "reviews/releases/release.html", context, status=status)


def _release(request: HttpRequest, pk: UUID) -> Release:
    found = releases_for(signed_in(request)).select_related("run__dataset", "review", "released_by", "withdrawn_by")
    return get_object_or_404(found, pk=pk)


def _document(text: str, name: str, content_type: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "X-Content-Type-Options": "nosniff"}
    return HttpResponse(text, content_type=content_type, headers=headers)


class Door(NamedTuple):
    """Whether the release is closed to everybody, and why this person cannot have it: asked once for the page."""

    is_closed: bool
    why_not: list[str]


def _context(release: Release, person: Person, door: Door) -> dict[str, Any]:
    facts = release.card["card"]
    columns = facts["artefact"]["columns"]
    sees_downloads = has_role(person, Role.STEWARD, Role.AUDITOR)
    return {
        "release": release,
        "card": facts,
        "facts": [f"Release {release.number}", f"{facts['artefact']['rows']:,} records", f"{len(columns)} columns"],
        "crumbs": [{"label": "Catalogue", "url": reverse("releases")}],
        "attempts": release.card["facts"]["attempts"],
        "purpose": Purpose(facts["purpose"]).label,
        "groups": _evidence(release),
        "columns": columns,
        "action": _action(release, door),
        "is_closed": door.is_closed,
        "files": _offered(release),
        "samples": _samples(release, door),
        "loading": () if door.is_closed else facts["how_to_load"].items(),
        "sees_downloads": sees_downloads,
        "downloads": release.downloads.select_related("by")[:50] if sees_downloads else (),
        "can_withdraw": not why_not_withdraw(person, release),
        "versions": versions_of(releases_for(person), release.run.dataset_id),
        **about_card(release),
        **access_of(release, person),
        "why_not_hold": door.why_not,
    }


def _action(release: Release, door: Door) -> dict[str, Any] | None:
    """The download, while there is one."""
    if door.is_closed:
        return None
    return {
        "label": "Download Parquet",
        "url": f"{reverse('export', args=[release.pk])}?format=parquet",
        "why_not": door.why_not,
    }


def _offered(release: Release) -> list[dict[str, Any]]:
    """The formats, with size and digest where the file lies ready."""
    kept = {file.format: file for file in release.files.all()}
    is_known = any("spelling" in column for column in release.run.plan.schema)
    about = ABOUT if is_known else ABOUT | {Format.CSV: NOT_KNOWN}
    return [
        {"format": fmt.value, "label": fmt.label, "kept": kept.get(fmt.value), "about": about[fmt]}
        for fmt in formats_of(release)
    ]


def _samples(release: Release, door: Door) -> dict[str, Any]:
    """Up to ten records of the random lane that everybody judged clean; none once the release is closed or erased."""
    if door.is_closed:
        return {"why_none": "This release is closed, so its records are not shown any more."}
    if door.why_not:
        return {"why_none": " ".join(door.why_not)}
    clean = release.review.records.filter(lane=ReviewRecord.Lane.RANDOM, state=ReviewRecord.State.JUDGED)
    flagged = Verdict.objects.filter(undone_at__isnull=True).exclude(decision=Verdict.Decision.CLEAN)
    records = clean.exclude(verdicts__in=flagged).select_related("review__run__dataset").order_by("position")
    try:
        written, key = spellings_in(release.run), unwrap(release.run.dataset.key_id)
        found = [as_written(content_of(record, key), written) for record in records[:SAMPLES]]
    except Conflict:
        return {"why_none": "The source of this release was erased, and the sample with it."}
    if not found:
        return {"why_none": "No record of the sample was judged clean by everybody."}
    reads = [(None, one) for one in read_records(found, release.run)]
    rows = [[as_text(value) for _, value in row] for row in found]
    return {"head": [label for label, _ in found[0]], "rows": rows, "reads": reads}


def _evidence(release: Release) -> list[dict[str, Any]]:
    """The measures by group, in the order of the card, with what a steward had waived."""
    given = Waiver.objects.filter(run=release.run_id, created_at__lte=release.released_at).select_related("by")
    waivers = {waiver.condition: waiver for waiver in given}
    groups: dict[str, list[dict[str, Any]]] = {}
    for measure in release.card["card"]["evidence"]:
        words = {"title": metric_words(measure["name"]).title, "word": STATUS_WORDS[measure["status"]]}
        groups.setdefault(measure["group"], []).append({**measure, **words})
    return [
        {
            "name": name,
            "measures": found,
            "status": _worst(found),
            "word": STATUS_WORDS[_worst(found)],
            "words": _passed(found),
            "waiver": waivers.get(name),
        }
        for name, found in groups.items()
    ]


def _passed(measures: list[dict[str, Any]]) -> str:
    judged = [measure["status"] for measure in measures if measure["status"] in JUDGED]
    return f"{judged.count('pass')} of {len(judged)} checks pass"


def _worst(measures: list[dict[str, Any]]) -> str:
    found = {measure["status"] for measure in measures}
    return next((status for status in ("block", "undecided", "review", "pass") if status in found), "not computed")
