"""Plots of an evaluation as inline SVG, each with its numbers in a table beneath. Every text is escaped.

Colours are CSS classes of the report, so that one drawing serves light and dark pages.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

from generation.engine.evaluation.study.figures import Bars, Figure, HeatMap, Lines

WIDTH, HEIGHT = 320, 150
ROW = 22
CELL = 16


def svg(width: float, height: float, title: str, parts: Iterable[str]) -> str:
    """A picture with a title that a screen reader speaks."""
    body = "".join(parts)
    return (
        f'<svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" role="img" aria-label="{escape(title)}">'
        f"<title>{escape(title)}</title>{body}</svg>"
    )


def numbers(headings: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """The numbers behind a plot, folded away."""
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    table = f"<table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table>"
    return f'<details><summary>Show the numbers</summary><div class="wide">{table}</div></details>'


def figure(caption: str, picture: str, table: str) -> str:
    return f"<figure><figcaption>{escape(caption)}</figcaption>{picture}{table}</figure>"


def word(value: float | None, digits: int = 3) -> str:
    return "not computed" if value is None else f"{value:,.{digits}f}"


def _text(x: float, y: float, text: str, anchor: str = "start") -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _rect(x: float, y: float, width: float, height: float, css: str) -> str:
    return (
        f'<rect class="{css}" x="{x:.1f}" y="{y:.1f}" width="{max(0.5, width):.1f}" height="{max(0.0, height):.1f}"/>'
    )


def _line(x1: float, y1: float, x2: float, y2: float, css: str) -> str:
    return f'<line class="{css}" x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}"/>'


def distribution(plot: dict[str, Any]) -> str:
    """Real bars behind, synthetic outline in front, per bin or category."""
    real, synthetic, labels = plot["real"], plot["synthetic"], plot["labels"]
    top = max(*real, *synthetic, 1e-9)
    step = WIDTH / len(labels)
    parts = []
    for place, (a, b) in enumerate(zip(real, synthetic, strict=True)):
        parts.append(_rect(place * step + 1, HEIGHT * (1 - a / top), step - 2, HEIGHT * a / top, "real"))
        parts.append(_rect(place * step + step / 4, HEIGHT * (1 - b / top), step / 2, HEIGHT * b / top, "synthetic"))
    picture = svg(WIDTH, HEIGHT, f"{plot['label']}: real and synthetic shares", parts)
    rows = [(label, f"{a:.2%}", f"{b:.2%}") for label, a, b in zip(labels, real, synthetic, strict=True)]
    return figure(plot["label"], picture, numbers(("value", "real", "synthetic"), rows))


def drawn(picture: Figure | None) -> str:
    """A metric's figure, whatever its form; "" where there is none."""
    match picture:
        case Bars():
            return bars(picture)
        case Lines():
            return curves(picture)
        case HeatMap():
            return heat_map(picture)
        case None:
            return ""


def curves(plot: Lines) -> str:
    """Lines over shares: 0 to 1 to the right and upwards."""
    side = 240
    parts = []
    for one in plot.lines:
        path = " ".join(f"{x * side:.1f},{side - y * side:.1f}" for x, y in one.points)
        parts.append(f'<polyline class="{one.kind}" points="{path}"/>')
    rows = [(one.name, f"{x:.2f}", f"{y:.3f}") for one in plot.lines for x, y in one.points]
    return figure(plot.title, svg(side, side, plot.title, parts), numbers(("line", plot.x_label, plot.y_label), rows))


def heat_map(plot: HeatMap) -> str:
    """Pair scores; the lighter the worse."""
    labels, left, size = plot.labels, 130, len(plot.labels) * CELL
    parts = [_text(left - 6, place * CELL + 12, label[:20], "end") for place, label in enumerate(labels)]
    for y, line in enumerate(plot.scores):
        for x, score in enumerate(line):
            if score is not None:
                tip = f"{labels[y]} and {labels[x]}: {score:.3f}"
                box = f'x="{left + x * CELL}" y="{y * CELL}" width="{CELL - 1}" height="{CELL - 1}"'
                shade = f'opacity="{max(0.0, score) ** 3:.3f}"'
                parts.append(f'<rect class="cell" {box} {shade}><title>{escape(tip)}</title></rect>')
    rows = [(label, *(word(score, 2) for score in line)) for label, line in zip(labels, plot.scores, strict=True)]
    return figure(plot.title, svg(left + size, size, plot.title, parts), numbers(("column", *labels), rows))


def bars(plot: Bars) -> str:
    """Horizontal bars from 0 to 1 with intervals."""
    left, span = 170, 220
    parts = []
    for place, bar in enumerate(plot.bars):
        y, width = place * ROW, span * _unit(bar.value)
        parts += [_text(left - 6, y + 14, bar.label[:26], "end"), _rect(left, y + 4, width, ROW - 10, "real")]
        if bar.lower is not None and bar.upper is not None:
            parts.append(
                _line(left + span * _unit(bar.lower), y + 9, left + span * _unit(bar.upper), y + 9, "interval")
            )
    rows = [(bar.label, word(bar.value), word(bar.lower), word(bar.upper)) for bar in plot.bars]
    picture = svg(left + span + 10, max(ROW, len(plot.bars) * ROW), plot.title, parts)
    return figure(plot.title, picture, numbers(("", "value", "lower", "upper"), rows))


def strip(metric: dict[str, Any]) -> str:
    """The interval of one metric on its own scale, with its limits."""
    threshold = metric["threshold"] or {}
    found = [metric[name] for name in ("value", "lower", "upper", "baseline", "ceiling")]
    known = [number for number in [*found, *threshold.values()] if number is not None]
    low, high = min(known), max(known)
    room = (high - low) * 0.05 or 1.0

    def place(number: float) -> float:
        return float(200 * (number - low + room) / (high - low + 2 * room))

    parts = [_line(0, 10, 200, 10, "axis")]
    parts += [_line(place(limit), 2, place(limit), 18, css) for css, limit in threshold.items() if limit is not None]
    if metric["lower"] is not None and metric["upper"] is not None:
        parts.append(_line(place(metric["lower"]), 10, place(metric["upper"]), 10, "interval"))
    parts.append(f'<circle class="dot" cx="{place(metric["value"]):.1f}" cy="10" r="4"/>')
    return svg(200, 20, f"{metric['name']}: {word(metric['value'])}", parts)


def _unit(value: float) -> float:
    return min(1.0, max(0.0, value))
