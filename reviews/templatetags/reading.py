"""The text of a record's part, character for character: its white space counts, so no template may lay it out."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from reviews.engine.reading.shape import Piece

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


def _highlighted(piece: Piece) -> str:
    if not piece.found:
        return piece.text
    said = format_html('<span class="visually-hidden"> ({})</span>', piece.found)
    return format_html('<mark title="{}">{}{}</mark>', piece.found, piece.text, said)
