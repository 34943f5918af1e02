"""Links between the pages of a list, with its filters kept in the address."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page
from django.http import HttpRequest


def address_with(request: HttpRequest, **changes: object) -> str:
    """The query string of this request with some values replaced; None removes one."""
    query = request.GET.copy()
    for name, value in changes.items():
        query.pop(name, None)
        if value is not None:
            query[name] = str(value)
    return f"?{query.urlencode()}"


def page_links(request: HttpRequest, page: Page[Any], words: str) -> dict[str, str]:
    """What components/pagination.html takes."""
    number = page.number
    return {
        "shown": f"{page.start_index():,} to {page.end_index():,} of {page.paginator.count:,} {words}",
        "previous_url": address_with(request, page=number - 1) if page.has_previous() else "",
        "next_url": address_with(request, page=number + 1) if page.has_next() else "",
    }
