"""HTML: what a reader would read, with headings, lists and tables; scripts, menus and footers are left out."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser

from generation.engine.llm.documents.document import Block, code, heading, listing, one_line, paragraph, table

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_LEFT_OUT = frozenset({"script", "style", "nav", "footer", "aside", "template", "noscript", "svg", "form", "select"})
_BREAKS = frozenset(
    {"p", "div", "section", "article", "main", "blockquote", "dd", "dt", "figcaption", "address", "summary", "br", "hr"}
)


class _Reader(HTMLParser):
    """Gathers blocks while tags go by. Unclosed tags are common and cost nothing but a block's end."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.blocks: list[Block] = []
        self.title = self.date = ""
        self._text: list[str] = []
        self._left_out = 0
        self._lists = 0
        self._items: list[str] = []
        self._rows: list[list[str]] | None = None
        self._is_title = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "meta":
            self._note_meta(dict(attrs))
        if tag in _LEFT_OUT:
            self._left_out += 1
        elif self._left_out or tag == "title":
            self._is_title = tag == "title"
        elif tag in ("ul", "ol"):
            self._end_item() if self._lists else self._end_paragraph()
            self._lists += 1
        elif tag == "li":
            self._end_item()
        else:
            self._start_other(tag)

    def _start_other(self, tag: str) -> None:
        if tag == "table":
            self._end_paragraph()
            self._rows = []
        elif self._rows is not None:
            self._start_in_table(tag)
        elif tag in _HEADINGS or tag == "pre" or (tag in _BREAKS and not self._lists):
            self._end_paragraph()
        elif tag in _BREAKS:
            self._text.append(" ")

    def _start_in_table(self, tag: str) -> None:
        assert self._rows is not None  # noqa: S101  asked by the caller
        if tag == "tr" or (tag in ("td", "th") and not self._rows):
            self._end_cell()
            self._rows.append([])
        if tag in ("td", "th"):
            self._end_cell()
            self._rows[-1].append("")

    def handle_endtag(self, tag: str) -> None:
        if tag in _LEFT_OUT:
            self._left_out = max(0, self._left_out - 1)
        elif tag == "title":
            self._is_title = False
        elif not self._left_out:
            self._end(tag)

    def _end(self, tag: str) -> None:
        if tag in ("ul", "ol"):
            self._end_list()
        elif tag == "table" and self._rows is not None:
            self._end_cell()
            self.blocks.append(table(self._rows))
            self._rows = None
        elif tag in ("td", "th") and self._rows:
            self._end_cell()
        elif tag in _HEADINGS:
            self._end_as(lambda text: heading(text, _HEADINGS[tag]))
        elif tag == "pre":
            self._end_as(code)
        elif tag in _BREAKS and not self._lists and self._rows is None:
            self._end_paragraph()

    def handle_data(self, data: str) -> None:
        if self._is_title:
            self.title += data
        elif not self._left_out:
            self._text.append(data)

    def close(self) -> None:
        super().close()
        if self._lists:
            self._lists = 1
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

    def _end_list(self) -> None:
        self._end_item()
        self._lists = max(0, self._lists - 1)
        if not self._lists and self._items:
            self.blocks.append(listing(self._items))
            self._items = []

    def _end_cell(self) -> None:
        text = one_line(self._taken())
        if self._rows and self._rows[-1] and text:
            self._rows[-1][-1] = one_line(f"{self._rows[-1][-1]} {text}")

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
