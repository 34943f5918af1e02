"""Personal data in texts and columns, behind one door: `find(text)` gives spans.

The door is light: what needs Presidio and word lists is imported when it is asked for.
"""

from __future__ import annotations

from generation.engine.pii.entities import Span


def find(text: str, *, by_form_alone: bool = False) -> tuple[Span, ...]:
    """Spans of personal data in a text, in order, without overlaps: entity, start, end (excluded), score from 0 to 1.

    `by_form_alone`: patterns and checksums only, which needs nothing but the standard library and finds no names.
    """
    if by_form_alone:
        from generation.engine.pii.forms import find_forms

        return find_forms(text)
    from generation.engine.pii.text import find_spans

    return find_spans(text)
