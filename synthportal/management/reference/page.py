"""A page of the documentation whose one part is printed and whose other words are written by hand."""

from __future__ import annotations

from collections.abc import Callable, Iterable

# What prints a page: called when it is printed, or compared.
Lines = Callable[[], Iterable[str]]
START, END = "<!-- printed by manage.py reference_pages -->", "<!-- end of what is printed -->"


def with_printed(page: str, lines: Iterable[str]) -> str:
    """The page with its printed part made anew. ValueError for a page without the two marks."""
    before, start, rest = page.partition(START)
    _, end, after = rest.partition(END)
    if not start or not end:
        raise ValueError("The page has no place for what is printed.")
    return f"{before}{START}\n\n" + "\n".join(lines) + f"\n\n{END}{after}"


def row(*cells: str) -> str:
    """One line of a table. A bar in a cell would end it, so it is written as its entity."""
    return "| " + " | ".join(" ".join(cell.split()).replace("|", "&#124;") for cell in cells) + " |"


def head(*titles: str) -> str:
    """The first two lines of a table."""
    return row(*titles) + "\n|" + "---|" * len(titles)
