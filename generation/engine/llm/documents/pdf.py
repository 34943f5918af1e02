"""PDF: the text of its pages (pypdf), with headings told by their size, lists by bullets, tables by aligned columns."""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median
from typing import Any, BinaryIO
from unicodedata import normalize

from generation.engine.errors import DocumentError
from generation.engine.llm.documents.document import Block, heading, listing, paragraph, table
from generation.engine.llm.documents.lines import ITEM, without_bullet
from generation.engine.llm.documents.plain import MOST_HEADING_WORDS, heading_level

# Of one page: more is a bomb and no page.
MAX_PAGE_CHARACTERS = 2_000_000
# A line that stands on more of the pages than this, at their edge, is a running head or foot.
_RUNNING_SHARE = 0.5
_FEWEST_PAGES = 3
_MOST_PAGES_TOLD = 10
_SAME_LINE = 0.3  # of the size of the letters
_LARGER = 1.12  # than the letters of most of the text: a heading
_LETTER_WIDTH = 0.5  # of its size, about
_BLANK = 0.1  # of the size of the letters: what stands further apart is another word
_CELL_GAP = 1.2  # of the size of the letters, beyond what a blank takes
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_INDENT = 0.8  # of the size of the letters
_SHORT_LINE = 0.85  # of the width of the page's text: what ends before it was ended by its author
# A page's number, and what browsers print around a page.
_EDGE = re.compile(
    r"^(?:page\s*)?\d+(?:\s*(?:/|of)\s*\d+)?$|^\w+://\S+(?:\s\d+/\d+)?$|^\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d\d", re.I
)
_LEADERS = re.compile(r"(?:\.\s?){5,}\s*[\divx]*$")  # a line of a table of contents
_BULLET = re.compile(r"^\s*[\uf0b7\u25cf\u25cb\u25aa\u2022\u2023\u25e6\u2043\u2219*–-]\s*$")
_BULLETS = re.compile(r"^[\uf0b7\u25cf\u25cb\u25aa\u2022\u2023\u25e6\u2043\u2219o](?=\s)")


@dataclass(frozen=True, slots=True)
class Piece:
    """Letters that were set at once: where they begin, how high, how large they are, and what they say."""

    left: float
    height: float
    size: float
    text: str

    @property
    def end(self) -> float:
        return self.left + len(self.text.rstrip()) * self.size * _LETTER_WIDTH


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its pieces with where each begins, the size of its letters, and how high it stands."""

    cells: tuple[tuple[float, str], ...]
    size: float
    height: float

    @property
    def text(self) -> str:
        return _BULLETS.sub("•", " ".join(text for _, text in self.cells).strip())

    @property
    def end(self) -> float:
        """Where it ends, about."""
        left, text = self.cells[-1]
        return left + len(text) * self.size * _LETTER_WIDTH

    @property
    def left(self) -> float:
        return self.cells[0][0]


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
        pages = _without_running([_lines(page) for page in reader.pages])
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
    return (
        f"{len(unread):,} of {pages:,} pages hold no text ({some}{more}): "
        "if they are scanned, send the PDF through text recognition first.",
    )


def _about(metadata: Any) -> dict[str, str]:
    """The title; when a file was written says nothing of when its words were."""
    return {"title": str((metadata.title or "") if metadata else "")}


def _lines(page: Any) -> list[Line]:
    """The lines of a page in the order in which they were written, which is the order of reading."""
    pieces: list[tuple[float, float, float, str]] = []

    def visit(text: str, matrix: Sequence[float], placed: Sequence[float], _font: Any, size: float) -> None:
        if text.strip():
            left = placed[4] * matrix[0] + matrix[4]
            height = placed[5] * matrix[3] + matrix[5]
            letters = abs(size * (placed[3] or 1) * (matrix[3] or 1)) or size
            pieces.append((left, height, letters, _without_ligatures(text)))

    if len(page.extract_text(visitor_text=visit)) > MAX_PAGE_CHARACTERS:
        raise DocumentError("too_large", "A page of the PDF holds more text than a page can. Save it again.")
    return list(_joined(pieces))


def _without_ligatures(text: str) -> str:
    """Letters that were set as one, such as fi, as the letters they are."""
    return _LIGATURE.sub(lambda found: normalize("NFKC", found.group()), text).replace("\xa0", " ")


def _joined(pieces: list[tuple[float, float, float, str]]) -> Iterator[Line]:
    """Pieces at one height are one line; a piece that holds several lines is cut at their ends."""
    held: list[Piece] = []
    for left, height, letters, text in pieces:
        for number, part in enumerate(text.split("\n")):
            if held and (number or abs(height - held[-1].height) > _SAME_LINE * max(held[-1].size, letters)):
                yield _line(held)
                held = []
            if part.strip():
                held.append(Piece(left, height, letters, part))
    if held:
        yield _line(held)


def _line(pieces: list[Piece]) -> Line:
    """Pieces that follow closely are one cell; the letters of the longest piece say how large those of a line are."""
    cells: list[tuple[float, str]] = []
    before = None
    for piece in pieces:
        gap = piece.left - before.end if before else 0.0
        if before and (gap < _CELL_GAP * piece.size or _BULLET.match(before.text)):
            is_apart = gap > _BLANK * piece.size or piece.text[0] == " " or before.text[-1] == " "
            cells[-1] = (cells[-1][0], cells[-1][1] + (" " if is_apart else "") + piece.text.strip())
        else:
            cells.append((piece.left, piece.text.strip()))
        before = piece
    longest = max(pieces, key=lambda piece: len(piece.text))
    return Line(tuple(cells), longest.size, pieces[0].height)


def _without_running(pages: list[list[Line]]) -> list[list[Line]]:
    """The pages without page numbers and without the lines that stand at the edge of most of them."""
    edges = Counter(edge for lines in pages for edge in {_shape(line) for line in (*lines[:2], *lines[-2:])})
    most = _RUNNING_SHARE * len(pages) if len(pages) >= _FEWEST_PAGES else len(pages) * len(edges)
    running = {shape for shape, count in edges.items() if count > most}
    return [
        [
            line
            for at, line in enumerate(lines)
            if not _is_edge(line, at, len(lines), running) and not _LEADERS.search(line.text)
        ]
        for lines in pages
    ]


def _is_edge(line: Line, at: int, lines: int, running: set[str]) -> bool:
    return (at < 2 or at >= lines - 2) and (_shape(line) in running or bool(_EDGE.match(line.text)))


def _shape(line: Line) -> str:
    return re.sub(r"\d+", "0", line.text.lower())


def _blocks(pages: list[list[Line]]) -> Iterator[Block]:
    sizes = [line.size for lines in pages for line in lines for _ in range(1 + len(line.text) // 20)]
    body = median(sizes) if sizes else 1.0
    heads = sorted({round(line.size, 1) for lines in pages for line in lines if line.size > _LARGER * body})[::-1]
    for number, lines in enumerate(pages, start=1):
        yield from _page(lines, number, body, heads)


def _page(lines: list[Line], page: int, body: float, heads: list[float]) -> Iterator[Block]:
    spacing = _spacing(lines, body)
    left = min((line.left for line in lines), default=0.0)
    width = max((line.end for line in lines), default=0.0) - left
    at = 0
    while at < len(lines):
        line = lines[at]
        if rows := _table_rows(lines[at:]):
            yield table(rows, page)
            at += len(rows)
        elif level := _level(line, body, heads):
            wrapped = _wrapped(lines, at, spacing)
            yield heading(" ".join(one.text for one in wrapped), level, page)
            at += len(wrapped)
        else:
            stretch = _stretch(lines, at, spacing, body)
            is_indented = stretch[0].left > left + _INDENT * body
            yield from _indented(stretch, width, page) if is_indented else _prose(stretch, page)
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


def _table_rows(lines: Sequence[Line]) -> list[list[str]]:
    """The rows of a table that begins here: two lines at least whose pieces begin at the same places, or nothing."""
    first = lines[0]
    if len(first.cells) < 2 or ITEM.match(first.text):
        return []
    rows = [first]
    for line in lines[1:]:
        if not _is_aligned(first, line):
            break
        rows.append(line)
    return [_row(first, line) for line in rows] if len(rows) > 1 else []


def _is_aligned(first: Line, line: Line) -> bool:
    """Whether every piece of a line begins where one of the first line does, in two columns at least."""
    columns = {_column(first, left) for left, _ in line.cells}
    return len(line.cells) > 1 and None not in columns and len(columns) == len(line.cells)


def _column(first: Line, left: float) -> int | None:
    return next((at for at, (place, _) in enumerate(first.cells) if abs(place - left) < first.size), None)


def _row(first: Line, line: Line) -> list[str]:
    cells = [""] * len(first.cells)
    for left, text in line.cells:
        cells[_column(first, left) or 0] = text
    return cells


def _stretch(lines: list[Line], at: int, spacing: float, body: float) -> list[Line]:
    """The lines from here that stand close below one another in letters of one size."""
    held = [lines[at]]
    for place in range(at + 1, len(lines)):
        line, gap = lines[place], lines[place - 1].height - lines[place].height
        is_apart = gap > 1.35 * spacing or abs(line.size - held[-1].size) > 0.12 * body
        if is_apart and not (ITEM.match(line.text) and ITEM.match(held[0].text) and gap < 3 * spacing):
            break
        if len(line.cells) > 1 and _table_rows(lines[place:]):
            break
        held.append(line)
    return held


def _prose(lines: list[Line], page: int) -> Iterator[Block]:
    """A paragraph, a list, or a paragraph that leads to a list."""
    first = next((at for at, line in enumerate(lines) if ITEM.match(line.text)), len(lines))
    if first:
        yield paragraph(_unbroken([line.text for line in lines[:first]]), page)
    items: list[list[str]] = []
    for line in lines[first:]:
        if ITEM.match(line.text):
            items.append([without_bullet(line.text)])
        else:
            items[-1].append(line.text)
    if items:
        yield listing([_unbroken(item) for item in items], page)


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
        yield listing([_unbroken(item) for item in items], page)
    else:
        yield from _prose(lines, page)


def _unbroken(lines: Sequence[str]) -> str:
    """Lines as one text; a word that was broken at the end of a line is whole again."""
    text = ""
    for line in lines:
        if re.search(r"[a-z]-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}" if text else line
    return text
