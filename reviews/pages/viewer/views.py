"""The viewer: records of a release, page by page, searched, and its columns in counts. For who may download it."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_GET

from reviews.engine.viewer import PAGE_ROWS, ColumnView, Rows
from reviews.models import Release
from reviews.pages.viewer.reading import read_records
from reviews.permissions import releases_for
from reviews.stages.use.view import LONGEST_WORDS, view_columns, view_rows
from synthportal.people.accounts.views import signed_in
from synthportal.templatetags.charts import sparkline
from synthportal.templatetags.human import count
from synthportal.web.lists import address_with

MOST_DIGITS = 6
MOST_WORDS = 3


@login_required
@require_GET
def records(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Some records, and a search."""
    release, words = _release(request, pk), request.GET.get("q", "").replace("\x00", "")[:LONGEST_WORDS]
    column, first = _number(request, "column"), _number(request, "first") or 0
    found = view_rows(release, words=words, column=column, first=first, by=signed_in(request))
    contents = [list(zip(found.head, cells, strict=True)) for cells in found.cells]
    context = {
        "rows": zip(found.places, found.cells, strict=True),
        "reads": list(zip(found.places, read_records(contents, release.run), strict=False)),
        "found": found,
        "head": [{"place": place, "label": label} for place, label in enumerate(found.head)],
        "q": words,
        "column": column,
        "shown": _shown(found, first),
        "previous_url": address_with(request, first=max(0, first - PAGE_ROWS)) if first else "",
        "next_url": address_with(request, first=first + PAGE_ROWS) if found.more else "",
    }
    return render(request, "reviews/viewer/records.html", context | _around(release, "records"))


@login_required
@require_GET
def columns(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Every column with its distribution."""
    release = _release(request, pk)
    said = {column["label"]: column for column in release.card["card"]["artefact"]["columns"]}
    found = view_columns(release, by=signed_in(request))
    lines = [_line(column, said.get(column.label, {})) for column in found]
    return render(request, "reviews/viewer/columns.html", {"columns": lines} | _around(release, "columns"))


def _release(request: HttpRequest, pk: UUID) -> Release:
    return get_object_or_404(releases_for(signed_in(request)).select_related("run__dataset"), pk=pk)


def _number(request: HttpRequest, name: str) -> int | None:
    typed = request.GET.get(name, "")
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) <= MOST_DIGITS else None


def _shown(found: Rows, first: int) -> str:
    if not found.places:
        return "No record matches"
    return f"{count(first + 1)} to {count(first + len(found.places))} of {count(found.found)} records"


def _line(column: ColumnView, said: dict[str, Any]) -> dict[str, Any]:
    counts = [number for _, number in column.counts]
    return {
        "column": column,
        "description": said.get("description", ""),
        "unit": said.get("unit", ""),
        "missing": column.missing / column.records if column.records else None,
        "figure": sparkline(counts, f"Distribution of {column.label}", kind="synthetic") if counts else "",
        "most": () if column.is_binned else column.counts[:MOST_WORDS],
    }


def _around(release: Release, current: str) -> dict[str, Any]:
    tabs = (("records", "Records", "release_records"), ("columns", "Columns", "release_columns"))
    return {
        "release": release,
        "facts": [f"Release {release.number}", "synthetic records", "each look is recorded"],
        "crumbs": [
            {"label": "Catalogue", "url": reverse("releases")},
            {"label": f"Release {release.number}", "url": reverse("release", args=[release.pk])},
        ],
        "tabs": [
            {"label": label, "url": reverse(name, args=[release.pk]), "current": word == current}
            for word, label, name in tabs
        ],
    }
