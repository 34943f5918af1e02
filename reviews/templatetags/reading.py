"""The text of a record's part, character for character: its white space counts, so no template may lay it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reviews.engine.reading.shape import Part, Piece, as_text, parsed, shape_of

register = template.Library()

RARE = "rare in this artefact"


@register.simple_tag
def record_value(part: Mapping[str, Any]) -> SafeString:
    """The value of a part of reviews.pages.desk.card.shown_record, with what was found in it highlighted."""
    css = "record__value is-missing" if part["is_missing"] else "record__value"
    text = format_html_join("", "{}", ((_highlighted(piece),) for piece in part["pieces"])) or part["value"]
    if not part["rare"]:
        return format_html('<span class="{}">{}</span>', css, text)
    said = format_html('<span class="visually-hidden"> ({})</span>', RARE)
    return format_html('<span class="{}" title="{}">{}{}</span>', css, RARE, text, said)


@register.simple_tag
def record_folded(part: Mapping[str, Any]) -> SafeString:
    """What machines say to each other in a turn, unfolded when asked for, with what was found in it highlighted."""
    text = format_html_join("", "{}", ((_highlighted(piece),) for piece in part["folded_pieces"])) or part["folded"]
    return _fold(part["folded"], text)


@register.simple_tag
def quoted(pieces: Sequence[Piece]) -> SafeString:
    """A text in pieces as a quotation, with what was found in it highlighted."""
    text = format_html_join("", "{}", ((_highlighted(piece),) for piece in pieces))
    return format_html('<blockquote class="read__text">{}</blockquote>', text)


@register.filter
def folded_cell(value: object) -> object:
    """A released cell: a conversation turn by turn, other JSON unfolded when asked for, the rest as it is."""
    shape = shape_of([("", value)], "chat") if isinstance(value, str) else None
    if shape is not None and shape.kind == "chat":
        return format_html_join("", '<p class="said"><span class="strong">{}</span> {}</p>{}', map(_spoken, shape.main))
    read = parsed(value)
    return value if isinstance(read, str) or not isinstance(read, list | dict) else _fold(as_text(read), as_text(read))


def _spoken(part: Part) -> tuple[str, str, str]:
    if part.fold_at is None:
        return part.role, part.text, ""
    folded = part.text[part.fold_at :]
    return part.role, part.text[: part.fold_at].rstrip(), _fold(folded, folded)


def _fold(plain: str, shown: str) -> SafeString:
    lines = plain.count("\n") + 1
    words = "1 line of data" if lines == 1 else f"{lines} lines of data"
    return format_html('<details class="folded"><summary>{}</summary><pre>{}</pre></details>', words, shown)


def _highlighted(piece: Piece) -> str:
    if not piece.found:
        return piece.text
    said = format_html('<span class="visually-hidden"> ({})</span>', piece.found)
    return format_html('<mark title="{}">{}{}</mark>', piece.found, piece.text, said)
