"""The catalogue: releases as cards, found by what they are for, what is in them and how they were made."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_required
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from generation.engine.kinds.catalogue import choices as kinds
from generation.engine.synthesizers.catalogue import cards
from generation.models import Purpose
from reviews.engine.certificate.checklist import checked
from reviews.models import Release
from reviews.permissions import held_releases_for, releases_for
from reviews.repositories.catalogue.search import with_column
from reviews.repositories.catalogue.standing import with_standing
from synthportal.people.accounts.views import signed_in
from synthportal.web.lists import Filter, ListColumn, ListSpec, listed

SHOWN_COLUMNS = 8
SIZES = {
    "small": ("under 10,000 records", Q(run__artefact_rows__lt=10_000)),
    "medium": ("10,000 to 100,000", Q(run__artefact_rows__gte=10_000, run__artefact_rows__lt=100_000)),
    "large": ("100,000 to 1 million", Q(run__artefact_rows__gte=100_000, run__artefact_rows__lt=1_000_000)),
    "huge": ("1 million or more", Q(run__artefact_rows__gte=1_000_000)),
}
TASKS = {
    "predict": ("predict a column", ~Q(run__dataset__target="")),
    "other": ("no target named", Q(run__dataset__target="")),
}
AGES = {"week": ("last 7 days", 7), "month": ("last 30 days", 30), "year": ("last year", 365)}


def catalogue_spec() -> ListSpec:
    """What the catalogue is filtered by. Made anew for each request: days count from now."""
    now = timezone.now()
    ages = {name: Q(released_at__gte=now - timedelta(days=days)) for name, (_, days) in AGES.items()}
    return ListSpec(
        noun="release",
        columns=(
            ListColumn("Newest", "released", "released_at"),
            ListColumn("Name", "name", "run__dataset__name"),
            ListColumn("Records", "records", "run__artefact_rows"),
        ),
        search=("run__dataset__name", "run__dataset__description", "claim"),
        filters=(
            Filter("Status", "status", "status", [(value, value) for value in Release.Status.values]),
            Filter("Purpose", "purpose", "run__dataset__purpose", Purpose.choices),
            Filter("Kind", "kind", "run__dataset__kind", kinds()),
            Filter("Task", "task", "", _words(TASKS), {name: asks for name, (_, asks) in TASKS.items()}),
            Filter("Records", "size", "", _words(SIZES), {name: asks for name, (_, asks) in SIZES.items()}),
            Filter("Made with", "synthesizer", "run__synthesizer", [(one.name, one.title) for one in cards().values()]),
            Filter("Released", "age", "", _words(AGES), ages),
        ),
        order="-released",
    )


def _words(choices: dict[str, tuple[str, Any]]) -> list[tuple[str, str]]:
    return [(name, words) for name, (words, _) in choices.items()]


@login_required
@require_safe
def releases(request: HttpRequest) -> HttpResponse:
    """What this person may find, newest first."""
    person, column = signed_in(request), request.GET.get("column", "").replace("\x00", "").strip()
    seen = with_standing(releases_for(person).defer(*Release.LARGE))
    found = seen.select_related("run__dataset", "released_by").prefetch_related("columns")
    listing = listed(with_column(found, column) if column else found, request.GET, catalogue_spec())
    held = set(held_releases_for(person).filter(pk__in=[one.pk for one in listing.rows]).values_list("pk", flat=True))
    context = {
        "listing": listing,
        "column": column,
        "is_filtered": listing.is_filtered or bool(column),
        "cards": [_card(release, column, is_held=release.pk in held) for release in listing.rows],
    }
    return render(request, "reviews/catalogue/list.html", context)


def _card(release: Release, sought: str, *, is_held: bool) -> dict[str, Any]:
    """A release in a few lines; columns that were looked for come first."""
    columns = sorted(release.columns.all(), key=lambda one: not _fits(one, sought))
    return {
        "release": release,
        "is_held": is_held,
        "columns": [{"label": one.label, "is_sought": bool(sought) and _fits(one, sought)} for one in columns][
            :SHOWN_COLUMNS
        ],
        "more": max(0, len(columns) - SHOWN_COLUMNS),
    }


def _fits(column: Any, sought: str) -> bool:
    return sought.lower() in f"{column.label} {column.words}".lower()


@login_required
@require_safe
def checklist(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Which items of published checklists this card answers."""
    release = get_object_or_404(releases_for(signed_in(request)).select_related("run__dataset"), pk=pk)
    found = checked(release.card["card"])
    context = {
        "release": release,
        "standards": [
            {"standard": standard, "items": items, "met": sum(not one.missing for one in items)}
            for standard, items in found
        ],
        "crumbs": [
            {"label": "Catalogue", "url": reverse("releases")},
            {"label": f"Release {release.number}", "url": reverse("release", args=[pk])},
        ],
    }
    return render(request, "reviews/catalogue/checklist.html", context)
