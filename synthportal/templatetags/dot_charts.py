"""Several runs on one scale: a row per column, a mark per run. Marks differ in form as well as in colour."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

from synthportal.web.drawing import Scale, figure, figure_text, join, line, numbers, path, svg, text, ticks

register = template.Library()

WIDTH, LEFT, RIGHT, TOP, ROW = 520, 150, 500, 10, 22
LONGEST_LABEL = 22
RADIUS = 5.0
# Corners of each form in turns of a circle; none is the circle itself.
FORMS = ((), (1, 3, 5, 7), (0, 2, 4, 6), (2, 14 / 3, 22 / 3), (6, 10 / 3, 2 / 3))


@dataclass(frozen=True)
class DotSeries:
    """One run: its name and a value per row; None is not computed."""

    name: str
    values: Sequence[float | None]


@register.simple_tag
def dot_rows(labels: Sequence[str], series: Sequence[DotSeries], title: str, ceiling: float = 1.0) -> SafeString:
    """A mark per run and row, from the least value to the ceiling; at most as many runs as there are forms."""
    known = [value for one in series for value in one.values if value is not None]
    low = math.floor(min([*known, ceiling - 0.1]) * 20) / 20
    scale, bottom = Scale(low, ceiling, LEFT, RIGHT), TOP + ROW * len(labels)
    grid = [line((scale(tick), TOP), (scale(tick), bottom), "grid") for tick in ticks(low, ceiling)]
    names = [text(scale(tick), bottom + 14, figure_text(tick), "anchor-middle") for tick in ticks(low, ceiling)]
    rows = [_row(place, label, series, scale) for place, label in enumerate(labels)]
    words = f"{len(labels)} rows, {len(series)} runs, from {figure_text(low)} to {figure_text(ceiling)}"
    image = svg((WIDTH, bottom + 20), title, words, join([*grid, *names, *rows]))
    table = [(label, *(one.values[place] for one in series)) for place, label in enumerate(labels)]
    return figure(title, image, numbers(["", *(one.name for one in series)], table), _legend(series))


def _row(place: int, label: str, series: Sequence[DotSeries], scale: Scale) -> SafeString:
    y = TOP + ROW * (place + 0.5)
    short = label if len(label) <= LONGEST_LABEL else f"{label[: LONGEST_LABEL - 1]}…"
    marks = [
        mark(form, scale(value), y)
        for form, value in ((form, one.values[place]) for form, one in enumerate(series))
        if value is not None
    ]
    return join([text(LEFT - 10, y + 4, short, "anchor-end mark-label"), *marks])


def mark(form: int, x: float, y: float) -> SafeString:
    """The mark of the run at this place in the list."""
    css, corners = f"form form-{form}", FORMS[form % len(FORMS)]
    if not corners:
        return format_html('<circle class="{}" cx="{}" cy="{}" r="{}"/>', css, round(x, 2), round(y, 2), RADIUS)
    turns = [math.tau * corner / 8 for corner in corners]
    points = [(round(x + RADIUS * math.cos(turn), 2), round(y - RADIUS * math.sin(turn), 2)) for turn in turns]
    return path(points, css, closed=True)


def _legend(series: Sequence[DotSeries]) -> SafeString:
    items = format_html_join(
        "",
        '<span><svg viewBox="0 0 20 12" aria-hidden="true">{}</svg>{}</span>',
        ((mark(form, 10, 6), one.name) for form, one in enumerate(series)),
    )
    return format_html('<p class="legend-line">{}</p>', items)
