"""Inline SVG in plain Python: scales, ticks, axes and the table of numbers under a plot.

Every string goes through format_html, so data is always escaped; colours are classes of static/app.css.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

EMPTY = SafeString("")


@dataclass(frozen=True)
class Scale:
    """A linear map from data [low, high] to pixels [start, end]; values outside are clamped to the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        share = 0.5 if self.high == self.low else (value - self.low) / (self.high - self.low)
        return round(self.start + min(1.0, max(0.0, share)) * (self.end - self.start), 2)


@dataclass(frozen=True)
class Axes:
    """The two scales of a plot and where its frame lies, in pixels of the viewBox."""

    x: Scale
    y: Scale


def figure_text(value: float | None) -> str:
    """Three significant digits without trailing zeros, thousands by commas; None and NaN are "not computed"."""
    if value is None or not math.isfinite(value):
        return "not computed"
    if abs(value) >= 1000:
        return f"{value:,.0f}"
    return f"{float(f'{value:.3g}'):f}".rstrip("0").rstrip(".")


def ticks(low: float, high: float, about: int = 5) -> list[float]:
    """Round numbers (1, 2 or 5 times a power of ten apart) within [low, high]; a single value gives itself."""
    if not high > low:
        return [low]
    rough = (high - low) / about
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(m * power for m in (1, 2, 5, 10) if m * power >= rough * 0.999)
    first = math.ceil(low / step - 1e-9)
    return [round(i * step, 12) for i in range(first, math.floor(high / step + 1e-9) + 1)]


def rect(x: float, y: float, width: float, height: float, css: str) -> SafeString:
    return format_html(
        '<rect class="{}" x="{}" y="{}" width="{}" height="{}"/>',
        css,
        round(x, 2),
        round(y, 2),
        round(max(0.0, width), 2),
        round(max(0.0, height), 2),
    )


def line(start: tuple[float, float], end: tuple[float, float], css: str) -> SafeString:
    return format_html('<line class="{}" x1="{}" y1="{}" x2="{}" y2="{}"/>', css, *start, *end)


def text(x: float, y: float, content: object, css: str = "") -> SafeString:
    return format_html('<text class="{}" x="{}" y="{}">{}</text>', css, round(x, 2), round(y, 2), content)


def path(points: Iterable[tuple[float, float]], css: str, *, closed: bool = False) -> SafeString:
    steps = " ".join(f"{'L' if i else 'M'}{x:g} {y:g}" for i, (x, y) in enumerate(points))
    return format_html('<path class="{}" d="{}{}"/>', css, steps, "Z" if closed else "")


def join(parts: Iterable[SafeString]) -> SafeString:
    return format_html_join("", "{}", ((part,) for part in parts))


def svg(size: tuple[int, int], title: str, description: str, body: SafeString, css: str = "plot") -> SafeString:
    """An image with a name and a description that a screen reader can reach."""
    return format_html(
        '<svg class="{}" viewBox="0 0 {} {}" role="img" aria-label="{}"><title>{}</title><desc>{}</desc>{}</svg>',
        css,
        *size,
        title,
        title,
        description,
        body,
    )


def numbers(head: Sequence[str], rows: Iterable[Sequence[object]]) -> SafeString:
    """The same data as a table behind "Show the numbers"; the first cell of a row is its header."""
    header = format_html_join("", '<th scope="col">{}</th>', ((name,) for name in head))
    body = format_html_join(
        "",
        '<tr><th scope="row">{}</th>{}</tr>',
        ((row[0], format_html_join("", '<td class="num">{}</td>', ((_cell(c),) for c in row[1:]))) for row in rows),
    )
    return format_html(
        '<details class="fold"><summary>Show the numbers</summary>'
        '<div class="scroll" tabindex="0" role="region" aria-label="Numbers of the plot">'
        '<table class="table"><thead><tr>{}</tr></thead><tbody>{}</tbody></table></div></details>',
        header,
        body,
    )


def _cell(value: object) -> object:
    return figure_text(value) if value is None or isinstance(value, float) else value


def figure(title: str, image: SafeString, table: SafeString, legend: SafeString = EMPTY) -> SafeString:
    return format_html(
        '<figure class="chart"><figcaption>{}</figcaption>{}<div class="chart__canvas">{}</div>{}</figure>',
        title,
        legend,
        image,
        table,
    )


def key(entries: Iterable[tuple[str, str]]) -> SafeString:
    """A legend of (css class, name): a class that starts with "line" is shown as that line, any other as a bar."""
    items = format_html_join(
        "",
        '<span><svg viewBox="0 0 20 12" aria-hidden="true"><path class="{}" d="{}"/></svg>{}</span>',
        ((css, "M0 6H20" if css.startswith("line") else "M0 4H20V8H0Z", name) for css, name in entries),
    )
    return format_html('<p class="legend-line">{}</p>', items)


def place_labels(points: Sequence[tuple[float, float]], names: Sequence[str]) -> list[tuple[float, float]]:
    """Where each name starts (left end, baseline): the first free corner of its point, the inner side first.

    Boxes are 6 px a character and 12 px high; a name that fits nowhere free takes the first corner.
    """
    taken = [(x - 6, y - 6, x + 6, y + 6) for x, y in points]
    places = []
    for (x, y), name in zip(points, names, strict=True):
        width = 6.0 * len(name)
        sides = sorted((x + 8, x - 8 - width), reverse=x <= 216)
        corners = [(left, base) for base in (y - 8, y + 16) for left in sides if 0 <= left <= 396 - width]
        free = [c for c in corners if not any(_overlap(_box(c, width), other) for other in taken)]
        places.append((free or corners or [(0.0, y - 8)])[0])
        taken.append(_box(places[-1], width))
    return places


def _box(corner: tuple[float, float], width: float) -> tuple[float, float, float, float]:
    left, base = corner
    return left, base - 10, left + width, base + 2


def _overlap(a: tuple[float, float, float, float], b: tuple[float, float, float, float]) -> bool:
    return a[0] < b[2] and b[0] < a[2] and a[1] < b[3] and b[1] < a[3]


def frame(axes: Axes, x_label: str, y_label: str) -> SafeString:
    """Grid, tick labels and axis names of a plot with two numeric axes."""
    x, y = axes.x, axes.y
    parts: list[SafeString] = []
    for tick in ticks(y.low, y.high, 4):
        parts.append(line((x.start, y(tick)), (x.end, y(tick)), "grid"))
        parts.append(text(x.start - 6, y(tick) + 4, figure_text(tick), "anchor-end"))
    for tick in ticks(x.low, x.high, 5):
        parts.append(line((x(tick), y.start), (x(tick), y.start + 4), "axis"))
        parts.append(text(x(tick), y.start + 16, figure_text(tick), "anchor-middle"))
    parts.append(line((x.start, y.start), (x.end, y.start), "axis"))
    parts.append(text((x.start + x.end) / 2, y.start + 32, x_label, "anchor-middle mark-label"))
    parts.append(text(4, y.end - 13, y_label, "mark-label"))
    return join(parts)
