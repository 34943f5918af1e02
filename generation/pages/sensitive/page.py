"""What the page "what is sensitive here" shows: a line for each kind of data, and one for each column that holds it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.core.paginator import Paginator
from django.http import HttpRequest
from django.urls import reverse

from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.pii.entities import entity_words
from generation.engine.schema import ColumnRole
from generation.pages.datasets.found import Chip, RecallLine, chips_of, recall_lines
from generation.pages.status.words import ROLES
from generation.permissions import datasets_for
from generation.repositories.sensitive.holdings import (
    Holding,
    Wanted,
    by_entity,
    choices_in,
    holdings_in,
    treatment_words,
)
from synthportal.models import Person
from synthportal.web.lists import Filter, address_with, page_links

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class Row:
    """One column on the page."""

    holding: Holding
    url: str
    role: str
    chips: tuple[Chip, ...]
    recall: tuple[RecallLine, ...]
    treatment: str
    note: str


def wanted_from(query: Mapping[str, str]) -> Wanted:
    """What the address asks for; what nobody offers keeps nothing and so is noticed."""
    asked = {
        name: query.get(name, "").replace("\x00", "").strip() for name in ("entity", "dataset", "treatment", "role")
    }
    return Wanted(words=query.get("q", "").replace("\x00", "").strip(), **asked)


def sensitive_context(request: HttpRequest, person: Person) -> dict[str, object]:
    """All of it, in as many queries for any number of datasets."""
    holdings = holdings_in(datasets_for(person))
    wanted = wanted_from(request.GET)
    found = [one for one in holdings if wanted.takes(one)]
    page = Paginator(found, PAGE_ROWS).get_page(request.GET.get("page"))
    return {
        "lines": [
            (line, entity_words(line.entity), address_with(request, entity=line.entity, page=None))
            for line in by_entity(holdings)
        ],
        "untreated": _untreated_words(sum(one.is_untreated for one in holdings)),
        "rows": [_row(one) for one in page],
        "listing": {
            "search": wanted.words,
            "filters": _filters(holdings, wanted),
            "is_filtered": wanted != Wanted(),
        },
        "is_empty": not holdings,
        **page_links(request, page, "column"),
    }


def _untreated_words(number: int) -> str:
    if not number:
        return ""
    one = "1 column that points at people would stay as it is, by the newest plan of its dataset."
    return (
        one if number == 1 else f"{number:,} columns that point at people would stay as they are, by the newest plans."
    )


def _row(one: Holding) -> Row:
    return Row(
        holding=one,
        url=reverse("dataset", args=[one.dataset.pk]),
        role=ROLES[one.column.role],
        chips=chips_of(one.column),
        recall=recall_lines(one.column),
        treatment=treatment_words(one.treatment),
        note="" if one.is_confirmed else "proposed",
    )


def _filters(holdings: Sequence[Holding], wanted: Wanted) -> list[dict[str, object]]:
    there = choices_in(holdings)
    names = {str(one.dataset.pk): one.dataset.name for one in holdings}
    words = {
        "entity": ("Kind", entity_words),
        "dataset": ("Dataset", lambda key: names[key]),
        "treatment": ("Treatment", lambda kind: treatment_words(TreatmentKind(kind))),
        "role": ("Role", lambda role: ROLES[ColumnRole(role)]),
    }
    return [
        {
            "filter": Filter(label, name, "", sorted(_choices(there[name], said), key=lambda choice: choice[1])),
            "chosen": getattr(wanted, name),
        }
        for name, (label, said) in words.items()
    ]


def _choices(values: Iterable[str], said: Callable[[str], str]) -> list[tuple[str, str]]:
    return [(value, said(value)) for value in values]
