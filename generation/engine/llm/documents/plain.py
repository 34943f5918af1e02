"""Plain text: paragraphs between blank lines; headings by their form, lists by their bullets, tables by their tabs."""

from __future__ import annotations

import re
from collections.abc import Iterator

from generation.engine.llm.documents.document import Block, heading, listing, paragraph, table
from generation.engine.llm.documents.lines import ITEM, Lines, marks_of

MOST_HEADING_WORDS = 12
_UNDERLINE = re.compile(r"^\s*([=~*-])\1{2,}\s*$")
_NUMBERED = re.compile(r"^\s*(?:chapter|section|part|article|appendix)?\s*(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S", re.I)
_CELL_GAP = re.compile(r"\t+| {3,}")


def read_plain(text: str, page: int = 0) -> Iterator[Block]:
    """The blocks of a text without markup."""
    lines = Lines(text.lstrip("\ufeff"))
    while lines.are_left:
        if not lines.peek().strip():
            lines.take()
        elif ITEM.match(lines.peek()) and not _is_numbered_heading(lines):
            items = lines.items(lambda _: False)
            yield listing((item.text for item in items), page, marks_of(items))
        else:
            yield from _stretch(lines, page)


def _stretch(lines: Lines, page: int) -> Iterator[Block]:
    """What stands up to the next blank line or list."""
    if _UNDERLINE.match(lines.peek(1)) and lines.peek().strip():
        level = 1 if "=" in lines.peek(1) else 2
        yield heading(lines.take(), level, page)
        lines.take()
        return
    held = [lines.take()]
    while lines.are_left and lines.peek().strip() and not ITEM.match(lines.peek()):
        held.append(lines.take())
    if rows := _rows(held):
        yield table(rows, page)
    elif len(held) == 1 and (level := heading_level(held[0])):
        yield heading(held[0], level, page)
    else:
        yield paragraph(" ".join(held), page)


def _rows(held: list[str]) -> list[list[str]]:
    """The cells of lines that are a table: two rows at least, all with as many cells."""
    rows = [_CELL_GAP.split(line.strip()) for line in held]
    widths = {len(row) for row in rows}
    return rows if len(rows) > 1 and len(widths) == 1 and widths.pop() > 1 else []


def _is_numbered_heading(lines: Lines) -> bool:
    """A numbered line alone between blank lines is a heading when no other number follows as in a list."""
    line, after = lines.peek(), next((one for one in lines.rest[1:] if one.strip()), "")
    return bool(_NUMBERED.match(line)) and not lines.peek(1).strip() and not ITEM.match(after) and _is_title(line)


def heading_level(line: str) -> int:
    """The level of a line that is a heading by its form: numbered, in capitals, or short as a title; else 0."""
    if not _is_title(line):
        return 0
    if found := _NUMBERED.match(line):
        return found.group(1).count(".") + 1
    words = line.split()
    if line.isupper():
        return 1
    long_words = [word for word in words if len(word) > 3]
    return 2 if long_words and all(word[:1].isupper() or word[:1].isdigit() for word in long_words) else 0


def _is_title(line: str) -> bool:
    return 0 < len(line.split()) <= MOST_HEADING_WORDS and line.strip()[-1] not in ".,;:!?"
