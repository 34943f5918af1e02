"""Lists: search, filters, sort and page, all in the URL, so that a list can be linked to and gone back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import Q, QuerySet
from django.http import HttpRequest, QueryDict

PAGE_ROWS = 50


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column of a list. Only one with a `field` can be sorted by: what the URL says never becomes a field name."""

    label: str
    name: str = ""
    field: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Filter:
    """A choice in the URL: `name` there, `choices` as (value, words). It asks for `field` in the database to have the
    value, or for the condition that `asks` has for it.
    """

    label: str
    name: str
    field: str
    choices: Sequence[tuple[str, str]]
    asks: Mapping[str, Q] | None = None

    def condition(self, value: str) -> Q:
        """What is true of the rows that the choice keeps."""
        return (self.asks or {}).get(value) or Q(**{self.field: value})


@dataclass(frozen=True, slots=True)
class Header:
    """A column header as sort_header.html draws it; without `url` it is plain text."""

    label: str
    url: str
    direction: str
    numeric: bool

    @property
    def aria_sort(self) -> str:
        """The direction as screen readers know it; "" where the list is not sorted by this column."""
        return {"up": "ascending", "down": "descending"}.get(self.direction, "")


@dataclass(frozen=True, slots=True)
class ListSpec:
    """What a list can do: its columns, the fields that search looks in, filters, first order and noun."""

    noun: str
    columns: Sequence[ListColumn]
    search: Sequence[str]
    filters: Sequence[Filter]
    order: str = "-created"


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list, ready to be drawn."""

    rows: Sequence[Any]
    headers: Sequence[Header]
    filters: Sequence[Mapping[str, Any]]
    search: str
    is_filtered: bool
    shown: str
    previous_url: str
    next_url: str


def listed(rows: QuerySet[Any], query: QueryDict, spec: ListSpec) -> Listing:
    """The rows that the URL's query asks for. Values that the spec does not know are ignored."""
    search, chosen, order = query.get("q", "").replace("\x00", "").strip(), _chosen(query, spec), _order(query, spec)
    found = rows.filter(
        _matches(search, spec.search), *(f.condition(chosen[f.name]) for f in spec.filters if f.name in chosen)
    )
    fields = {column.name: column.field for column in spec.columns if column.field}
    sign = "-" if order.startswith("-") else ""
    page = Paginator(found.order_by(sign + fields[order.removeprefix("-")], "pk"), PAGE_ROWS).get_page(
        query.get("page")
    )
    return Listing(
        rows=list(page),
        headers=[_header(column, order, query) for column in spec.columns],
        filters=[{"filter": f, "chosen": chosen.get(f.name, "")} for f in spec.filters],
        search=search,
        is_filtered=bool(search or chosen),
        **_links(query, page, spec.noun),
    )


def _matches(search: str, fields: Sequence[str]) -> Q:
    found = Q()
    for field in fields if search else ():
        found |= Q(**{f"{field}__icontains": search})
    return found


def _chosen(query: QueryDict, spec: ListSpec) -> dict[str, str]:
    wanted = {f.name: query.get(f.name, "") for f in spec.filters}
    return {f.name: wanted[f.name] for f in spec.filters if wanted[f.name] in dict(f.choices)}


def _order(query: QueryDict, spec: ListSpec) -> str:
    wanted = query.get("sort", "")
    known = {column.name for column in spec.columns if column.field}
    return wanted if wanted.removeprefix("-") in known else spec.order


def _header(column: ListColumn, order: str, query: QueryDict) -> Header:
    if not column.field:
        return Header(column.label, "", "", column.numeric)
    direction = {column.name: "up", f"-{column.name}": "down"}.get(order, "")
    following = f"-{column.name}" if direction == "up" else column.name
    # A new order begins at its first page.
    return Header(column.label, _address(query, page=None, sort=following), direction, column.numeric)


def address_with(request: HttpRequest, **changes: object) -> str:
    """The query string of this request with some values replaced; None removes one."""
    return _address(request.GET, **changes)


def page_links(request: HttpRequest, page: Page[Any], noun: str) -> dict[str, str]:
    """What components/list/pagination.html takes."""
    return _links(request.GET, page, noun)


def _links(query: QueryDict, page: Page[Any], noun: str) -> dict[str, str]:
    return {
        "shown": _shown(page, noun),
        "previous_url": _address(query, page=page.previous_page_number()) if page.has_previous() else "",
        "next_url": _address(query, page=page.next_page_number()) if page.has_next() else "",
    }


def _address(query: QueryDict, **changes: object) -> str:
    changed = query.copy()
    for name, value in changes.items():
        changed.pop(name, None)
        if value is not None:
            changed[name] = str(value)
    return f"?{changed.urlencode()}"


def _shown(page: Page[Any], noun: str) -> str:
    total = page.paginator.count
    return f"{page.start_index():,} to {page.end_index():,} of {total:,} {noun}{'' if total == 1 else 's'}"
