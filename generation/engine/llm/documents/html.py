"""HTML: what a reader would read, with headings, lists and tables; scripts, menus and footers are left out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from html.parser import HTMLParser

from generation.engine.llm.documents.document import Block, code, heading, listing, mark_of, one_line, paragraph
from generation.engine.llm.documents.grid import MOST_COLUMNS, Cell, blocks_of

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
# A form is read: some software puts a whole page into one.
_LEFT_OUT = frozenset(
    {"script", "style", "nav", "footer", "aside", "template", "noscript", "svg", "select", "button", "textarea"}
)
_BREAKS = frozenset(
    {"p", "div", "section", "article", "main", "blockquote", "dd", "dt", "figcaption", "address", "summary", "br", "hr"}
)


Attributes = Mapping[str, str | None]
_MOST_ROWS = 65_534  # as browsers have it
_LABELS_OF_TERMS = ("Term", "Definition")


class _Table:
    """The cells of a table or of a list of terms while its tags go by."""

    def __init__(self, labels: tuple[str, ...] = ()) -> None:
        self.rows: list[list[Cell]] = [[Cell(label, is_label=True) for label in labels]] if labels else []
        self.has_terms = bool(labels)
        self._is_head = self._is_open = False

    def start(self, tag: str, about: Attributes) -> None:
        """A part of the table begins."""
        if tag in ("thead", "tbody", "tfoot"):
            self._is_head = tag == "thead"
        if tag in ("tr", "dt"):
            self.rows.append([])
        if tag == "dd" and len(self.rows) == 1:
            self.rows.append([Cell("")])
        if tag == "dd" and len(self.rows[-1]) > 1:
            self.say("" if self.rows[-1][-1].text.endswith(".") else ";")
        elif tag in ("td", "th", "dt", "dd"):
            self._add(tag, about)

    def _add(self, tag: str, about: Attributes) -> None:
        if not self.rows:
            self.rows.append([])
        columns, rows = _span(about.get("colspan"), MOST_COLUMNS), _span(about.get("rowspan"), _MOST_ROWS)
        self.rows[-1].append(Cell("", columns, rows, is_label=tag == "th" or self._is_head))
        self._is_open = True

    def say(self, text: str) -> bool:
        """Add to the last cell; False where there is none yet."""
        if not self._is_open or not self.rows[-1]:
            return False
        last = self.rows[-1][-1]
        glue = "" if text == ";" else " "
        self.rows[-1][-1] = replace(last, text=one_line(f"{last.text}{glue}{text}"))
        return True

    def blocks(self) -> list[Block]:
        """What the table says; a term without a definition shares that of the term behind it."""
        for row, after in zip(self.rows[-2::-1], self.rows[:0:-1], strict=True) if self.has_terms else ():
            if len(row) == 1:
                row += after[1:]
        return list(blocks_of(self.rows)) if len(self.rows) > self.has_terms else []


def _span(text: str | None, most: int) -> int:
    """Over how many places a cell reaches; 0 rows are all that follow."""
    if not text or not text.strip().isdecimal():
        return 1
    return min(int(text.strip()[:6]) or most, most)


class _Reader(HTMLParser):
    """Gathers blocks while tags go by. Unclosed tags are common and cost nothing but a block's end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title = self.date = ""
        self._text: list[str] = []
        self._left_out = 0
        self._lists: list[int | None] = []  # how many items each open list has so far; None where it has no order
        self._items: list[str] = []
        self._marks: list[str] = []
        self._tables: list[_Table] = []
        self._is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            self._note_meta(dict(attrs))
        if tag in _LEFT_OUT:
            self._left_out += 1
        elif self._left_out or tag == "title":
            self._is_title = tag == "title"
        elif tag in ("table", "dl") or self._tables:
            self._start_in_table(tag, dict(attrs))
        elif tag in ("ul", "ol"):
            self._end_item() if self._lists else self._end_paragraph()
            self._lists.append(0 if tag == "ol" else None)
        elif tag == "li":
            self._end_item()
            self._count_item()
        else:
            self._start_other(tag)

    def _start_other(self, tag: str) -> None:
        if tag in _HEADINGS or tag == "pre" or (tag in _BREAKS and not self._lists):
            self._end_paragraph()
        elif tag in _BREAKS:
            self._text.append(" ")

    def _start_in_table(self, tag: str, about: Attributes) -> None:
        """A table inside another ends what the other holds so far; lists and paragraphs in a cell are its text."""
        if tag == "table" or (tag == "dl" and not self._tables):
            self._end_list() if self._lists else self._flush()
            self._tables.append(_Table(_LABELS_OF_TERMS if tag == "dl" else ()))
        elif tag in ("dt", "dd") and not self._tables[-1].has_terms:
            self._text.append(" ")
        elif tag in ("thead", "tbody", "tfoot", "tr", "td", "th", "dt", "dd"):
            self._end_cell()
            self._tables[-1].start(tag, about)
        elif tag == "li" and "".join(self._text).strip():
            self._text.append("; ")
        elif tag in _BREAKS or tag in _HEADINGS:
            self._text.append(" ")

    def _flush(self) -> None:
        """What was said so far, as blocks."""
        if not self._tables:
            self._end_paragraph()
            return
        self._end_cell()
        self.blocks += self._tables[-1].blocks()
        self._tables[-1] = _Table(_LABELS_OF_TERMS if self._tables[-1].has_terms else ())

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif tag == "title":
            self._is_title = False
        elif not self._left_out:
            self._end(tag)

    def _end(self, tag: str) -> None:
        if self._tables:
            self._end_in_table(tag)
        elif tag in ("ul", "ol"):
            self._end_list()
        elif tag in _HEADINGS:
            self._end_as(lambda text: heading(text, _HEADINGS[tag]))
        elif tag == "pre":
            self._end_as(code)
        elif tag in _BREAKS and not self._lists:
            self._end_paragraph()

    def _end_in_table(self, tag: str) -> None:
        if tag == ("dl" if self._tables[-1].has_terms else "table"):
            self._flush()
            self._tables.pop()
        elif tag == "thead":
            self._start_in_table("tbody", {})
        elif tag in ("td", "th", "dt", "dd", "caption"):
            self._end_cell()
        elif tag in _BREAKS or tag in _HEADINGS:
            self._text.append(" ")

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.title += data
        elif not self._left_out:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        while self._tables:
            self._flush()
            self._tables.pop()
        while self._lists:
            self._end_list()
        self._end_paragraph()

    def _taken(self) -> str:
        text = "".join(self._text)
        self._text = []
        return text

    def _end_as(self, make: Callable[[str], Block]) -> None:
        if (text := self._taken()).strip():
            self.blocks.append(make(text))

    def _end_paragraph(self) -> None:
        self._end_as(paragraph)

    def _end_item(self) -> None:
        if text := one_line(self._taken()):
            self._items.append(text)
            self._marks.append(mark_of(max(0, len(self._lists) - 1), (self._lists or [0])[-1] or 0))

    def _count_item(self) -> None:
        if self._lists and self._lists[-1] is not None:
            self._lists[-1] += 1

    def _end_list(self) -> None:
        self._end_item()
        del self._lists[-1:]
        if not self._lists and self._items:
            self.blocks.append(listing(self._items, marks=self._marks))
            self._items, self._marks = [], []

    def _end_cell(self) -> None:
        """What was said belongs to the open cell; before the first one it is the table's caption."""
        if (text := one_line(self._taken())) and not self._tables[-1].say(text):
            self.blocks.append(paragraph(text))

    def _note_meta(self, about: dict[str, str | None]) -> None:
        name = (about.get("name") or about.get("property") or about.get("http-equiv") or "").lower()
        if any(word in name for word in ("date", "modified", "published")):
            self.date = self.date or (about.get("content") or "")


def read_html(text: str) -> tuple[list[Block], str, str]:
    """The blocks, the title and the date of a page; "" for what it does not state."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.blocks, one_line(reader.title), one_line(reader.date)
