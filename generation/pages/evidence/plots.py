"""The sealed report's plots as figures: each metric's card says what its series shows; unknown series are ignored."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from django.utils.safestring import SafeString

from generation.engine.evaluation.card import MetricCard
from generation.engine.evaluation.card import Plot as MetricPlot
from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.metric import Group
from generation.engine.evaluation.study.figures import Bars, Figure, HeatMap, Lines
from synthportal.templatetags.charts import Estimate, Series, bars, distribution, heatmap, lines

GROUPS = [Group.UTILITY, Group.PRIVACY, Group.FIDELITY, Group.DIVERSITY, Group.RULES, Group.TEXT, Group.SETS]


KEPT = 16  # reports, some 200 kB of figures each


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure with the metric it belongs to, what to look for, and its anchor on the page."""

    anchor: str
    metric: str
    note: str
    figure: SafeString


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is drawn of a report: figures of metrics, and of columns, those that differ most first."""

    plots: list[Plot]
    columns: list[dict[str, Any]]


_drawn_last: OrderedDict[str, Figures] = OrderedDict()
_one_at_a_time = Lock()


def figures_of(report: Mapping[str, Any], sha256: str) -> Figures:
    """The figures of the report with this digest. What was drawn last is kept: a report never changes, and drawing one
    is a third of its page.
    """
    with _one_at_a_time:
        if sha256 not in _drawn_last:
            _drawn_last[sha256] = Figures(drawn(report), column_figures(report))
        _drawn_last.move_to_end(sha256)
        if len(_drawn_last) > KEPT:
            _drawn_last.popitem(last=False)
        return _drawn_last[sha256]


def drawn(report: Mapping[str, Any]) -> list[Plot]:
    """The figures of a report, by group of metrics. A series that is empty, or whose metric is gone, is left out."""
    ranked = sorted(cards().values(), key=lambda card: GROUPS.index(card.group))
    return [figure for card in ranked if card.plot and (figure := _plot(card, card.plot, report))]


def _plot(card: MetricCard, plot: MetricPlot, report: Mapping[str, Any]) -> Plot | None:
    series = report["plots"].get(plot.series) or report.get("details", {}).get(card.name, {}).get(plot.series)
    figure = plot.figure(series) if series else None
    return Plot(f"plot-{plot.series}", card.name, plot.note, draw(figure)) if figure else None


def draw(figure: Figure) -> SafeString:
    """A figure of the engine in the portal's hand."""
    match figure:
        case Bars():
            estimates = [Estimate(bar.label, bar.value, bar.lower, bar.upper) for bar in figure.bars]
            return bars(estimates, figure.title, figure.limit)
        case Lines():
            series = [Series(line.name, line.points, line.kind) for line in figure.lines]
            return lines(series, figure.title, figure.x_label, figure.y_label)
        case HeatMap():
            return heatmap(figure.labels, figure.scores, figure.title)


def column_figures(report: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Per column, the real and the synthetic distribution; the columns that differ most come first."""
    columns = [_column(entry) for entry in report["plots"].get("distributions", [])]
    return sorted(columns, key=lambda column: -column["distance"])


def _column(entry: Mapping[str, Any]) -> dict[str, Any]:
    real, synthetic = entry["real"], entry["synthetic"]
    distance = sum(abs(r - s) for r, s in zip(real, synthetic, strict=True)) / 2
    kept = [i for i, (r, s) in enumerate(zip(real, synthetic, strict=True)) if r or s]
    labels, real, synthetic = ([values[i] for i in kept] for values in (entry["labels"], real, synthetic))
    return {
        "label": entry["label"],
        "distance": distance,
        "figure": distribution(labels, real, synthetic, entry["label"]),
    }
