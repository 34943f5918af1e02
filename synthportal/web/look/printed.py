"""A page of facts as a PDF, to file and to sign by hand: headings, lines of facts and paragraphs, numbered pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from typing import Any
from xml.sax.saxutils import escape

from django.contrib.staticfiles import finders
from django.http import HttpResponse

MARGIN, LABEL = 51.0, 108.0  # points: 18 mm, and the column of labels
FONTS = ("DejaVuSans", "DejaVuSans-Bold")


@dataclass(frozen=True, slots=True)
class Block:
    """A heading ("" for none) and lines beneath it: a label in bold, and its paragraphs."""

    heading: str
    lines: Sequence[tuple[str, Sequence[str]]]


def printed_page(title: str, facts: Sequence[str], blocks: Sequence[Block], *, name: str) -> HttpResponse:
    """The PDF as an attachment. No text is taken for markup, so nothing in a cell, name or note is fetched or run."""
    answer = HttpResponse(_pdf(title, facts, blocks), content_type="application/pdf")
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


def _pdf(title: str, facts: Sequence[str], blocks: Sequence[Block]) -> bytes:
    from reportlab.lib.pagesizes import A4
    from reportlab.platypus import Paragraph, SimpleDocTemplate

    styles, sink = _styles(), BytesIO()
    story = [Paragraph(escape(title), styles["title"]), *(Paragraph(escape(fact), styles["fact"]) for fact in facts)]
    margins = dict.fromkeys(("leftMargin", "rightMargin", "topMargin", "bottomMargin"), MARGIN)
    document = SimpleDocTemplate(sink, pagesize=A4, title=title, creator="Synthportal", lang="en", **margins)
    for block in blocks:
        story += [Paragraph(escape(block.heading), styles["heading"])] if block.heading else []
        story += [_table(block, styles, document.width)] if block.lines else []
    document.build(story, onFirstPage=_numbered, onLaterPages=_numbered)
    return sink.getvalue()


def _table(block: Block, styles: dict[str, Any], width: float) -> Any:
    """Lines with a rule between them; a row that is longer than a page goes on on the next one."""
    from reportlab.lib.colors import HexColor
    from reportlab.platypus import Paragraph, Table, TableStyle

    rows = [
        [
            Paragraph(escape(label), styles["label"]),
            [Paragraph(escape(text).replace("\n", "<br/>"), styles["text"]) for text in texts],
        ]
        for label, texts in block.lines
    ]
    look = TableStyle([("VALIGN", (0, 0), (-1, -1), "TOP"), ("LINEBELOW", (0, 0), (-1, -2), 0.5, HexColor("#c9ced6"))])
    return Table(rows, colWidths=[LABEL, width - LABEL], style=look, splitInRow=1)


def _numbered(canvas: Any, document: Any) -> None:
    canvas.saveState()
    canvas.setFont(FONTS[0], 8)
    canvas.drawString(MARGIN, MARGIN / 2, document.title)
    canvas.drawRightString(document.pagesize[0] - MARGIN, MARGIN / 2, f"Page {document.page}")
    canvas.restoreState()


@lru_cache(maxsize=1)
def _styles() -> dict[str, Any]:
    from reportlab.lib.styles import ParagraphStyle
    from reportlab.pdfbase import pdfmetrics
    from reportlab.pdfbase.ttfonts import TTFont

    for font in FONTS:
        pdfmetrics.registerFont(TTFont(font, str(finders.find(f"fonts/{font}.ttf"))))
    text = ParagraphStyle("text", fontName=FONTS[0], fontSize=9, leading=12.5, spaceAfter=2, splitLongWords=1)
    return {
        "text": text,
        "fact": ParagraphStyle("fact", text, textColor="#555d68"),
        "label": ParagraphStyle("label", text, fontName=FONTS[1]),
        "title": ParagraphStyle("title", text, fontName=FONTS[1], fontSize=17, leading=22, spaceAfter=4),
        "heading": ParagraphStyle(
            "heading", text, fontName=FONTS[1], fontSize=12, leading=16, spaceBefore=14, spaceAfter=4, keepWithNext=1
        ),
    }
