"""The lines of a page of a PDF: its pieces of text put together by their places, without what runs along the edges."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

from generation.engine.errors import DocumentError

# Of one page: more is a bomb and no page.
MAX_PAGE_CHARACTERS = 2_000_000
# How wide letters are, in parts of their size: about those of Helvetica, in classes (Adobe's font metrics).
_WIDTHS = {
    **dict.fromkeys(" !'’,./:;I[]fijlt|", 0.26),
    **dict.fromkeys('"()-“”r–', 0.35),
    **dict.fromkeys("MWmw%@", 0.83),
    **dict.fromkeys("ABCDEFGHKLNOPQRSTUVXYZ&", 0.69),
}
_OTHER_WIDTH = 0.54
_SAME_LINE = 0.3  # of the size of the letters
# A line that stands on more of the pages than this, at their edge, is a running head or foot.
_RUNNING_SHARE = 0.5
_FEWEST_PAGES = 3
_EDGE_LINES = 2
_BLANK = 0.1  # of the size of the letters: what stands further apart is another word
_CELL_GAP = 1.0  # of the size of the letters
_LIGATURE = re.compile("[\ufb00-\ufb06]")
# A page's number, and what browsers print around a page.
_EDGE = re.compile(
    r"^(?:page\s*)?\d+(?:\s*(?:/|of)\s*\d+)?$|^\w+://\S+(?:\s\d+/\d+)?$|^\d{1,2}/\d{1,2}/\d{2,4}, \d{1,2}:\d\d", re.I
)
_NUMBER = re.compile(r"\d{1,6}")
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
        return self.left + width_of(self.text.strip(), self.size)


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
        return left + width_of(text, self.size)

    @property
    def left(self) -> float:
        return self.cells[0][0]


def width_of(text: str, size: float) -> float:
    """How wide a text is in letters of this size, about."""
    return size * sum(_WIDTHS.get(letter, _OTHER_WIDTH) for letter in text)


def lines_of(page: Any) -> list[Line]:
    """The lines of a page in the order in which they were written, which is the order of reading."""
    pieces: list[Piece] = []

    def visit(text: str, matrix: Sequence[float], placed: Sequence[float], _font: Any, size: float) -> None:
        left = placed[4] * matrix[0] + matrix[4]
        height = placed[5] * matrix[3] + matrix[5]
        letters = abs(size * (placed[3] or 1) * (matrix[3] or 1)) or size
        pieces.append(Piece(left, height, letters, _without_ligatures(text)))

    if len(page.extract_text(visitor_text=visit)) > MAX_PAGE_CHARACTERS:
        raise DocumentError("too_large", "A page of the PDF holds more text than a page can. Save it again.")
    return list(_joined(pieces))


def _without_ligatures(text: str) -> str:
    """Letters that were set as one, such as fi, as the letters they are."""
    return _LIGATURE.sub(lambda found: normalize("NFKC", found.group()), text).replace("\xa0", " ")


def _joined(pieces: Sequence[Piece]) -> Iterator[Line]:
    """Pieces at one height are one line; a piece that holds several lines is cut at their ends.

    That a piece ends a line says nothing: writers of tables end every cell so.
    """
    held: list[Piece] = []
    for piece in pieces:
        for number, part in enumerate(filter(str.strip, piece.text.split("\n"))):
            if held and (number or not _is_beside(held[-1], piece)):
                yield _line(held)
                held = []
            held.append(Piece(piece.left, piece.height, piece.size, part))
    if held:
        yield _line(held)


def unbroken(lines: Sequence[str]) -> str:
    """Lines as one text; a word that was broken at the end of a line is whole again."""
    text = ""
    for line in lines:
        if re.search(r"[a-z]-$", text) and line[:1].islower():
            text = text[:-1] + line
        else:
            text = f"{text} {line}" if text else line
    return text


def _is_beside(one: Piece | Line, other: Piece | Line) -> bool:
    """Whether both stand at one height."""
    return abs(one.height - other.height) <= _SAME_LINE * max(one.size, other.size)


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


def without_running(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers and without the lines that stand at the edge of most of them.

    Rows of cells that most pages begin with may be the labels of a table: they stay where they stand first.
    """
    outer = [_outer(lines) for lines in pages]
    edges = Counter(shape for page, at_edge in enumerate(outer) for line in at_edge for shape in _shapes(line, page))
    most = _RUNNING_SHARE * len(pages) if len(pages) >= _FEWEST_PAGES else len(pages) * len(edges)
    running = {shape for shape, count in edges.items() if count > most}
    seen: set[str] = set()
    kept: list[list[Line]] = []
    for page, lines in enumerate(pages):
        edge = {id(line) for line in outer[page] if _EDGE.match(line.text) or _shapes(line, page) & running}
        edge -= {id(line) for at, line in enumerate(lines) if _is_row(lines, at) and line.text not in seen}
        seen |= {line.text for line in outer[page]}
        kept.append([line for line in lines if id(line) not in edge and not _LEADERS.search(line.text)])
    return kept


def _outer(lines: Sequence[Line]) -> list[Line]:
    """The lines at the upper and the lower edge of a page, each alone at its height: a cell has others beside it."""
    heights = sorted({line.height for line in lines})
    edge = {*heights[:_EDGE_LINES], *heights[-_EDGE_LINES:]}
    outer = [line for line in lines if line.height in edge]
    return [line for line in outer if not any(_is_beside(line, one) for one in lines if one is not line)]


def _is_row(lines: Sequence[Line], at: int) -> bool:
    """Whether a line has several cells, and one beside it has as many."""
    near = [*lines[max(0, at - 1) : at], *lines[at + 1 : at + 2]]
    return len(lines[at].cells) > 1 and any(len(one.cells) == len(lines[at].cells) for one in near)


def _shapes(line: Line, page: int) -> set[str]:
    """What a line says on every page that it runs along: the same, or the same with a number that counts the pages."""
    text = line.text.lower()
    counted = (
        f"{text[: found.start()]}\0{int(found.group()) - page}\0{text[found.end() :]}"
        for found in _NUMBER.finditer(text)
    )
    return {text, *counted}
