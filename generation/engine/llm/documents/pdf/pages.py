"""PDF: the text of its pages (pypdf), with headings told by their size, lists by bullets, tables by aligned columns."""

from __future__ import annotations

import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, BinaryIO

from generation.engine.errors import DocumentError
from generation.engine.llm.counts import counted
from generation.engine.llm.documents.document import Block, heading, listing, paragraph, table
from generation.engine.llm.documents.lines import ITEM, without_bullet
from generation.engine.llm.documents.pdf.lines import Line, lines_of, unbroken, without_running
from generation.engine.llm.documents.pdf.tables import Table, table_at
from generation.engine.llm.documents.plain import MOST_HEADING_WORDS, heading_level

_MOST_PAGES_TOLD = 10
_LARGER = 1.12  # than the letters of most of the text: a heading
_INDENT = 0.8  # of the size of the letters
_SHORT_LINE = 0.85  # of the width of the page's text: what ends before it was ended by its author


@dataclass(frozen=True, slots=True)
class Printed:
    """What a PDF holds: its blocks, the number of its pages, the title it states, and what of it could not be read."""

    blocks: list[Block]
    pages: int
    about: dict[str, str]
    notes: tuple[str, ...]


def read_pdf(source: BinaryIO) -> Printed:
    """What a PDF holds. DocumentError for one that is damaged, needs a password or holds pictures alone."""
    # Imported here: no other reader needs it. It logs what it stumbles over, with pieces of the file.
    import pypdf

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)
    try:
        reader = pypdf.PdfReader(source)
        if reader.is_encrypted and not reader.decrypt(""):
            raise DocumentError("locked", "The PDF needs a password. Save it without one.")
        pages = without_running([lines_of(page) for page in reader.pages])
        unread = [at for at, page in enumerate(reader.pages) if not _is_worded(pages[at]) and _is_printed(page)]
        about = _about(reader.metadata)
    except DocumentError:
        raise
    except Exception:  # noqa: BLE001 - a damaged PDF raises whatever its damage leads to, and may quote it
        raise DocumentError("damaged", "The PDF is damaged or cut off. Save it again.") from None
    if not any(map(_is_worded, pages)):
        raise DocumentError(
            "no_text", "The PDF holds pictures and no text: it has to go through text recognition first."
        )
    return Printed(list(_blocks(pages)), len(pages), about, _told(unread, len(pages)))


def _is_worded(lines: Sequence[Line]) -> bool:
    return any(any(map(str.isalnum, line.text)) for line in lines)


def _is_printed(page: Any) -> bool:
    """Whether anything is drawn on a page: an empty one lacks nothing."""
    contents = page.get_contents()
    return contents is not None and bool(contents.get_data().strip())


def _told(unread: Sequence[int], pages: int) -> tuple[str, ...]:
    """One sentence about the pages whose words are pictures."""
    if not unread:
        return ()
    some = ", ".join(str(at + 1) for at in unread[:_MOST_PAGES_TOLD])
    more = ", ..." if len(unread) > _MOST_PAGES_TOLD else ""
    hold, they_are = ("holds", "it is") if len(unread) == 1 else ("hold", "they are")
    return (
        f"{len(unread):,} of {counted(pages, 'page')} {hold} no text ({some}{more}): "
        f"if {they_are} scanned, send the PDF through text recognition first.",
    )


def _about(metadata: Any) -> dict[str, str]:
    """The title; when a file was written says nothing of when its words were."""
    return {"title": str((metadata.title or "") if metadata else "")}


def _blocks(pages: list[list[Line]]) -> Iterator[Block]:
    sizes = [line.size for lines in pages for line in lines for _ in range(1 + len(line.text) // 20)]
    body = median(sizes) if sizes else 1.0
    heads = sorted({round(line.size, 1) for lines in pages for line in lines if line.size > _LARGER * body})[::-1]
    last: Table | None = None
    for number, lines in enumerate(pages, start=1):
        blocks = list(_page(lines, number, body, heads, last))
        yield from (block for block, _ in blocks)
        last = blocks[-1][1] if blocks else last


def _page(
    lines: list[Line], page: int, body: float, heads: list[float], before: Table | None
) -> Iterator[tuple[Block, Table | None]]:
    """The blocks of a page, tables as they were found; `before` is the table that ends the page before."""
    spacing = _spacing(lines, body)
    left = min((line.left for line in lines), default=0.0)
    width = max((line.end for line in lines), default=0.0) - left
    at = 0
    while at < len(lines):
        line = lines[at]
        if found := table_at(lines, at, None if at else before):
            yield table(found.rows, page), found
            at += found.lines
        elif level := _level(line, body, heads):
            wrapped = _wrapped(lines, at, spacing)
            yield heading(" ".join(one.text for one in wrapped), level, page), None
            at += len(wrapped)
        else:
            stretch = _stretch(lines, at, spacing, body)
            is_indented = stretch[0].left > left + _INDENT * body
            for block in _indented(stretch, width, page) if is_indented else _prose(stretch, page):
                yield block, None
            at += len(stretch)


def _wrapped(lines: list[Line], at: int, spacing: float) -> list[Line]:
    """The lines of one heading: those of its size that stand close below."""
    held = [lines[at]]
    for line in lines[at + 1 :]:
        is_close = held[-1].height - line.height < 1.6 * max(spacing, line.size)
        if round(line.size, 1) != round(held[0].size, 1) or not is_close or len(held) > 2:
            break
        held.append(line)
    return held


def _spacing(lines: list[Line], body: float) -> float:
    gaps = [one.height - other.height for one, other in pairwise(lines)]
    near = [gap for gap in gaps if 0.5 * body < gap < 3 * body]
    return min(median(near), 1.6 * body) if near else 1.2 * body


def _level(line: Line, body: float, heads: list[float]) -> int:
    if len(line.text.split()) > MOST_HEADING_WORDS or len(line.cells) > 1 or ITEM.match(line.text):
        return heading_level(line.text) if ITEM.match(line.text) and line.size > _LARGER * body else 0
    if line.size > _LARGER * body:
        return 1 + heads.index(round(line.size, 1))
    return 0


def _stretch(lines: list[Line], at: int, spacing: float, body: float) -> list[Line]:
    """The lines from here that stand close below one another in letters of one size."""
    held = [lines[at]]
    for place in range(at + 1, len(lines)):
        line, gap = lines[place], lines[place - 1].height - lines[place].height
        is_apart = gap > 1.35 * spacing or abs(line.size - held[-1].size) > 0.12 * body
        if is_apart and not (ITEM.match(line.text) and ITEM.match(held[0].text) and gap < 3 * spacing):
            break
        if table_at(lines, place):
            break
        held.append(line)
    return held


def _prose(lines: list[Line], page: int) -> Iterator[Block]:
    """A paragraph, a list, or a paragraph that leads to a list."""
    first = next((at for at, line in enumerate(lines) if ITEM.match(line.text)), len(lines))
    if first:
        yield paragraph(unbroken([line.text for line in lines[:first]]), page)
    items: list[list[str]] = []
    for line in lines[first:]:
        if ITEM.match(line.text):
            items.append([without_bullet(line.text)])
        else:
            items[-1].append(line.text)
    if items:
        yield listing([unbroken(item) for item in items], page)


def _indented(lines: list[Line], width: float, page: int) -> Iterator[Block]:
    """A list whose bullets were drawn and not written; an indented paragraph when its lines are all full."""
    items = [[lines[0].text]]
    for before, line in pairwise(lines):
        is_ended = before.end - before.left < _SHORT_LINE * width
        if is_ended and (line.text[:1].isupper() or line.text[:1].isdigit() or before.text[-1:] in ";,."):
            items.append([line.text])
        else:
            items[-1].append(line.text)
    if len(items) > 1 and not ITEM.match(lines[0].text):
        yield listing([unbroken(item) for item in items], page)
    else:
        yield from _prose(lines, page)
