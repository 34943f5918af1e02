"""Plots as inline SVG: real is grey, synthetic the accent; each says in words what it shows and gives its numbers.

All shares, rates and bounds are fractions unless an axis label says otherwise. Views pass the small dataclasses below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from django import template
from django.utils.html import format_html
from django.utils.safestring import SafeString

from synthportal.web.drawing import (
    Axes,
    Scale,
    figure,
    figure_text,
    frame,
    join,
    key,
    line,
    numbers,
    path,
    place_labels,
    rect,
    svg,
    text,
)

register = template.Library()

WIDTH, HEIGHT = 400, 220
PLOT_X, PLOT_Y = (44.0, 388.0), (178.0, 24.0)
LONGEST_LABEL = 22
MOST_NAMED = 6  # beyond that the map names its current points alone; all stand in the table and on hover


@dataclass(frozen=True)
class Estimate:
    """A value with its confidence interval; None means not computed."""

    label: str
    value: float | None
    lower: float | None = None
    upper: float | None = None


@dataclass(frozen=True)
class Reading:
    """One metric on its scale. `higher_is_better` decides which side of the threshold is refused."""

    value: float | None
    lower: float | None = None
    upper: float | None = None
    threshold: float | None = None
    baseline: float | None = None
    ceiling: float | None = None
    low: float = 0.0
    high: float = 1.0
    higher_is_better: bool = True


@dataclass(frozen=True)
class Series:
    """A line: kind is real, synthetic, reference or other, and is its colour."""

    name: str
    points: Sequence[tuple[float, float]]
    kind: str = "synthetic"


@dataclass(frozen=True)
class MapPoint:
    """A run on the privacy-utility map: both estimates with intervals; `current` is the run being looked at. One with a
    short name can be named among many."""

    name: str
    x: Estimate
    y: Estimate
    current: bool = False
    is_named: bool = False


@register.simple_tag
def sparkline(counts: Sequence[int], title: str, kind: str = "real") -> SafeString:
    """A histogram the height of a table row. counts: records per bin, in order."""
    width, height, top = 120.0, 20.0, max(counts, default=0)
    step = width / max(1, len(counts))
    bars = join(
        rect(i * step, height - tall, max(1.0, step - 1), tall, "bar")
        for i, tall in enumerate(_tall(count, top, height) for count in counts)
    )
    words = f"{len(counts)} bins, {sum(counts):,} records, largest bin {top:,}"
    return svg((120, 20), title, words, bars, f"spark spark-{kind}")


def _tall(count: int, top: int, height: float) -> float:
    """A bin that is not empty is always seen: at least one pixel."""
    return 0.0 if not count else max(1.0, height * count / top)


@register.simple_tag
def distribution(labels: Sequence[str], real: Sequence[float], synthetic: Sequence[float], title: str) -> SafeString:
    """Two distributions over the same bins or categories, as shares: real a grey area, synthetic an accent outline."""
    top = max([*real, *synthetic, 1e-9])
    axes = Axes(Scale(0, len(labels), *PLOT_X), Scale(0, top, *PLOT_Y))
    base = axes.y(0)
    filled = path([(PLOT_X[0], base), *_steps(real, axes), (PLOT_X[1], base)], "area-real", closed=True)
    outline = path(_steps(synthetic, axes), "line line-synthetic")
    distance = sum(abs(r - s) for r, s in zip(real, synthetic, strict=True)) / 2
    body = join([_share_axis(axes), filled, outline, _bin_labels(labels, axes)])
    image = svg((WIDTH, HEIGHT - 16), title, f"Total variation distance {figure_text(distance)}", body)
    rows = [(label, float(r), float(s)) for label, r, s in zip(labels, real, synthetic, strict=True)]
    legend = key([("area-real", "real"), ("line line-synthetic", "synthetic")])
    return figure(title, image, numbers(["bin", "real", "synthetic"], rows), legend)


def _steps(shares: Sequence[float], axes: Axes) -> list[tuple[float, float]]:
    return [(axes.x(i + side), axes.y(share)) for i, share in enumerate(shares) for side in (0, 1)]


def _share_axis(axes: Axes) -> SafeString:
    marks = [0.0, axes.y.high / 2, axes.y.high]
    grid = [line((PLOT_X[0], axes.y(m)), (PLOT_X[1], axes.y(m)), "grid") for m in marks]
    return join([*grid, *(text(PLOT_X[0] - 6, axes.y(m) + 4, f"{m * 100:.0f} %", "anchor-end") for m in marks)])


def _bin_labels(labels: Sequence[str], axes: Axes) -> SafeString:
    """All labels when they fit, else the first, the middle and the last."""
    count = len(labels)
    fits = count <= 8 and max(map(len, labels), default=0) * 7 <= (PLOT_X[1] - PLOT_X[0]) / max(1, count)
    if fits or count < 3:
        return join(_bin_label(labels[i], axes.x(i + 0.5), "anchor-middle") for i in range(count))
    # At the edges a label that is longer than its bin is cut off, unless it stays inside the plot.
    places = [(0, PLOT_X[0], ""), (count // 2, axes.x(count // 2 + 0.5), "anchor-middle")]
    return join(_bin_label(labels[i], x, to) for i, x, to in [*places, (count - 1, PLOT_X[1], "anchor-end")])


def _bin_label(label: str, x: float, anchor: str) -> SafeString:
    return text(x, PLOT_Y[0] + 16, _short(label, 14), anchor)


def _short(label: str, longest: int = LONGEST_LABEL) -> str:
    return label if len(label) <= longest else label[: longest - 1] + "…"


@register.simple_tag
def bars(estimates: Sequence[Estimate], title: str, limit: float | None = None) -> SafeString:
    """Horizontal bars from 0 with their intervals, one per estimate, and the limit as a line through all."""
    high = max([*(b for e in estimates for b in (e.value, e.upper) if b is not None), limit or 0.0, 1e-9])
    scale, bottom = Scale(0, high * 1.02, 150, 344), 8 + 24 * len(estimates)
    rows = [_bar(estimate, 8 + 24 * i, scale) for i, estimate in enumerate(estimates)]
    if limit is not None:
        rows += [line((scale(limit), 2), (scale(limit), bottom), "limit"), _limit_label(scale(limit), bottom, limit)]
    image = svg((WIDTH, bottom + 18), title, _spoken(estimates, limit), join(rows))
    table = [(e.label, e.value, e.lower, e.upper) for e in estimates]
    return figure(title, image, numbers(["", "value", "lower", "upper"], table))


def _limit_label(x: float, bottom: float, limit: float) -> SafeString:
    return text(x, bottom + 13, f"limit {figure_text(limit)}", "anchor-middle")


def _bar(estimate: Estimate, top: float, scale: Scale) -> SafeString:
    name = text(142, top + 13, _short(estimate.label), "anchor-end mark-label")
    if estimate.value is None:
        return join([name, text(scale.start, top + 13, "not computed")])
    value = text(394, top + 13, figure_text(estimate.value), "anchor-end mark-label")
    bar = rect(scale.start, top + 3, scale(estimate.value) - scale.start, 12, "fill-synthetic")
    return join([name, bar, *_whisker(estimate, scale, top + 9), value])


def _whisker(estimate: Estimate, scale: Scale, y: float) -> list[SafeString]:
    if estimate.lower is None or estimate.upper is None:
        return []
    left, right = scale(estimate.lower), scale(estimate.upper)
    ends = [line((x, y - 4), (x, y + 4), "interval") for x in (left, right)]
    return [line((left, y), (right, y), "interval"), *ends]


def _spoken(estimates: Sequence[Estimate], limit: float | None) -> str:
    values = "; ".join(f"{e.label}: {figure_text(e.value)}" for e in estimates)
    return values if limit is None else f"{values}; limit {figure_text(limit)}"


@register.simple_tag
def heatmap(labels: Sequence[str], values: Sequence[Sequence[float | None]], title: str) -> SafeString:
    """A square matrix of fractions in ten tints of the accent; None is hatched as not computed."""
    side = 300 / max(1, len(labels))
    cells = [_heat(labels, values, (row, col), side) for row in range(len(labels)) for col in range(len(labels))]
    names = [text(92, 10 + side * (i + 0.5) + 4, _short(n, 15), "anchor-end") for i, n in enumerate(labels)]
    readable = names if side >= 11 else []
    known = [v for row in values for v in row if v is not None]
    span = f"from {figure_text(min(known))} to {figure_text(max(known))}" if known else "not computed"
    image = svg((WIDTH, 320), title, f"{len(labels)} by {len(labels)} matrix, {span}", join([*cells, *readable]))
    rows = [(label, *(None if v is None else float(v) for v in row)) for label, row in zip(labels, values, strict=True)]
    return figure(title, image, numbers(["", *labels], rows))


def _heat(
    labels: Sequence[str], values: Sequence[Sequence[float | None]], cell: tuple[int, int], side: float
) -> SafeString:
    row, col = cell
    value = values[row][col]
    tint = "none" if value is None else str(min(9, max(0, int(value * 10))))
    square = rect(98 + col * side, 10 + row * side, side, side, f"heat heat-{tint}")
    return format_html("<g><title>{} × {}: {}</title>{}</g>", labels[row], labels[col], figure_text(value), square)


@register.simple_tag
def lines(series: Sequence[Series], title: str, x_label: str, y_label: str) -> SafeString:
    """Lines over shared axes: a ROC curve (with the diagonal as a reference series), a curve over epsilon."""
    axes = _axes_of([point for one in series for point in one.points])
    drawn = [
        path([(axes.x(a), axes.y(b)) for a, b in one.points], f"line line-{one.kind}") for one in series if one.points
    ]
    words = "; ".join(f"{one.name}: {len(one.points)} points" for one in series)
    image = svg((WIDTH, HEIGHT), title, words, join([frame(axes, x_label, y_label), *drawn]))
    rows = [(one.name, float(a), float(b)) for one in series for a, b in one.points]
    legend = key([(f"line line-{one.kind}", one.name) for one in series])
    return figure(title, image, numbers(["line", x_label, y_label], rows), legend)


def _axes_of(points: Sequence[tuple[float, float]]) -> Axes:
    """Axes from 0 (or the least value, if negative) to the greatest; fractions get the whole of 0 to 1."""
    return Axes(Scale(*_span([x for x, _ in points]), *PLOT_X), Scale(*_span([y for _, y in points]), *PLOT_Y))


def _span(values: Sequence[float]) -> tuple[float, float]:
    low, high = min([*values, 0.0]), max(values, default=1.0)
    return low, (1.0 if 0.5 < high <= 1 else high if high > low else low + 1.0)


@register.simple_tag
def strip(reading: Reading, title: str) -> SafeString:
    """A value and its interval on a scale: red = refused side of the limit, diamond = baseline, triangle = ceiling."""
    scale = Scale(reading.low, reading.high, 8, 232)
    marks = [rect(8, 9, 224, 6, "strip-track"), *_refused(reading, scale), *_landmarks(reading, scale)]
    if reading.lower is not None and reading.upper is not None:
        left, right = scale(reading.lower), scale(reading.upper)
        marks.append(rect(left, 7, max(2.0, right - left), 10, "strip-interval"))
    if reading.value is not None:
        marks.append(format_html('<circle class="strip-value" cx="{}" cy="12" r="5"/>', scale(reading.value)))
    return svg((240, 24), title, _reading_words(reading), join(marks), "strip")


def _refused(reading: Reading, scale: Scale) -> list[SafeString]:
    if reading.threshold is None:
        return []
    at = scale(reading.threshold)
    left, right = (scale.start, at) if reading.higher_is_better else (at, scale.end)
    return [rect(left, 9, right - left, 6, "strip-refused"), line((at, 3), (at, 21), "limit")]


def _landmarks(reading: Reading, scale: Scale) -> list[SafeString]:
    marks = []
    if reading.baseline is not None:
        x = scale(reading.baseline)
        marks.append(path([(x, 7), (x + 5, 12), (x, 17), (x - 5, 12)], "strip-baseline", closed=True))
    if reading.ceiling is not None:
        x = scale(reading.ceiling)
        marks.append(path([(x - 4, 1), (x + 4, 1), (x, 8)], "strip-ceiling", closed=True))
    return marks


def _reading_words(reading: Reading) -> str:
    named = [
        ("value", reading.value),
        ("lower", reading.lower),
        ("upper", reading.upper),
        ("limit", reading.threshold),
        ("baseline", reading.baseline),
        ("ceiling", reading.ceiling),
    ]
    return ", ".join(f"{name} {figure_text(number)}" for name, number in named if number is not None or name == "value")


@register.simple_tag
def oc_curve(points: Sequence[tuple[float, float]], ltpd: float, title: str) -> SafeString:
    """Operating characteristic: P(accept) against the true leak rate, with the rate to be refused as the limit."""
    ordered = sorted(points)
    axes = Axes(Scale(0, max([ltpd, *(x for x, _ in ordered)]) * 100, *PLOT_X), Scale(0, 1, *PLOT_Y))
    risk = _at(ordered, ltpd)
    body = join(
        [
            frame(axes, "true leak rate, %", "P(accept)"),
            line((axes.x(ltpd * 100), PLOT_Y[0]), (axes.x(ltpd * 100), PLOT_Y[1]), "limit"),
            path([(axes.x(x * 100), axes.y(y)) for x, y in ordered], "line line-synthetic"),
            format_html('<circle class="dot dot-current" cx="{}" cy="{}" r="4"/>', axes.x(ltpd * 100), axes.y(risk)),
        ]
    )
    words = f"A lot with {figure_text(ltpd * 100)} % leaks is accepted with probability {figure_text(risk)}"
    table = numbers(["true leak rate", "P(accept)"], [(f"{x:.2%}", float(y)) for x, y in ordered])
    return figure(title, svg((WIDTH, HEIGHT), title, words, body), table)


def _at(points: Sequence[tuple[float, float]], x: float) -> float:
    """Linear interpolation between sorted points; the nearest end outside them."""
    for (x0, y0), (x1, y1) in pairwise(points):
        if x0 <= x <= x1:
            return y0 if x1 == x0 else y0 + (y1 - y0) * (x - x0) / (x1 - x0)
    return points[0][1] if points and x < points[0][0] else points[-1][1] if points else 0.0


@register.simple_tag
def privacy_utility_map(
    points: Sequence[MapPoint], title: str, x_label: str, y_label: str, limits: tuple[float, float] | None = None
) -> SafeString:
    """Runs as points with intervals on both axes; limits: (x, y) as lines. A run not computed is only in the table."""
    shown = [p for p in points if p.x.value is not None and p.y.value is not None]
    corners = [corner for p in shown for corner in _corners(p)] + ([limits] if limits else [])
    axes = Axes(Scale(*_tight([x for x, _ in corners]), *PLOT_X), Scale(*_tight([y for _, y in corners]), *PLOT_Y))
    marks = [*(_limits(limits, axes) if limits else []), *(_map_point(p, axes) for p in shown)]
    body = join([frame(axes, x_label, y_label), *marks, *_map_names(shown, axes)])
    words = "; ".join(f"{p.name}: {figure_text(p.x.value)}, {figure_text(p.y.value)}" for p in points)
    rows = [(p.name, p.x.value, p.x.lower, p.x.upper, p.y.value, p.y.lower, p.y.upper) for p in points]
    head = ["run", x_label, "lower", "upper", y_label, "lower", "upper"]
    return figure(title, svg((WIDTH, HEIGHT), title, words, body), numbers(head, rows))


def _tight(values: Sequence[float]) -> tuple[float, float]:
    """The range of the values with a tenth of it as air on both sides: a map compares runs and need not start at 0."""
    low, high = min(values, default=0.0), max(values, default=1.0)
    air = (high - low) / 10 or 0.1
    return low - air, high + air


def _corners(point: MapPoint) -> list[tuple[float, float]]:
    x, y = point.x.value or 0.0, point.y.value or 0.0
    return [(_or(point.x.lower, x), _or(point.y.lower, y)), (_or(point.x.upper, x), _or(point.y.upper, y))]


def _or(bound: float | None, value: float) -> float:
    return value if bound is None else bound


def _limits(limits: tuple[float, float], axes: Axes) -> list[SafeString]:
    x, y = axes.x(limits[0]), axes.y(limits[1])
    return [line((x, PLOT_Y[0]), (x, PLOT_Y[1]), "limit"), line((PLOT_X[0], y), (PLOT_X[1], y), "limit")]


def _map_point(point: MapPoint, axes: Axes) -> SafeString:
    (x0, y0), (x1, y1) = _corners(point)
    x, y = _centre(point, axes)
    tone = "interval-synthetic" if point.current else "line-real"
    shade = "dot dot-current" if point.current else "dot"
    parts = [
        format_html("<title>{}</title>", point.name),
        line((axes.x(x0), y), (axes.x(x1), y), tone),
        line((x, axes.y(y0)), (x, axes.y(y1)), tone),
        format_html('<circle class="{}" cx="{}" cy="{}" r="4.5"/>', shade, x, y),
    ]
    return format_html("<g>{}</g>", join(parts))


def _centre(point: MapPoint, axes: Axes) -> tuple[float, float]:
    return axes.x(point.x.value or 0.0), axes.y(point.y.value or 0.0)


def _map_names(points: Sequence[MapPoint], axes: Axes) -> list[SafeString]:
    points = [p for p in points if p.current or p.is_named or len(points) <= MOST_NAMED]
    names = [_short(point.name) for point in points]
    places = place_labels([_centre(point, axes) for point in points], names)
    tones = ["mark-label is-current" if point.current else "mark-label" for point in points]
    return [text(x, y, name, tone) for (x, y), name, tone in zip(places, names, tones, strict=True)]
