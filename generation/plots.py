"""The sealed report's plots as figures: a function per plot, registered by name; unknown names are ignored."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.safestring import SafeString

from synthportal.templatetags.charts import Estimate, Series, bars, distribution, heatmap, lines

MOST_SEGMENTS = 24

Draw = Callable[[Any], SafeString | None]


@dataclass(frozen=True, slots=True)
class Plot:
    """A figure with the metric it belongs to, what to look for, and its anchor on the page."""

    anchor: str
    metric: str
    note: str
    figure: SafeString


@dataclass(frozen=True, slots=True)
class _Kind:
    metric: str
    note: str
    draw: Draw


_KINDS: dict[str, _Kind] = {}


def plot(name: str, metric: str, note: str) -> Callable[[Draw], Draw]:
    """Register how the plot called `name` in a report is drawn."""

    def register(draw: Draw) -> Draw:
        _KINDS[name] = _Kind(metric, note, draw)
        return draw

    return register


def drawn(report: Mapping[str, Any]) -> list[Plot]:
    """The figures of a report, in the order they are registered. A plot that holds nothing is left out."""
    series = {**report.get("details", {}).get("column_shapes", {}), **report["plots"]}
    found = []
    for name, kind in _KINDS.items():
        figure = kind.draw(series[name]) if series.get(name) else None
        if figure:
            found.append(Plot(f"plot-{name}", kind.metric, kind.note, figure))
    return found


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


@plot("tstr_roc", "skill_ratio", "The closer the two lines, the more of the skill is kept. The dashed line is a guess.")
def _roc(found: Mapping[str, Sequence[Sequence[float]]]) -> SafeString:
    series = [
        Series("trained on real", _points(found["real"]), "real"),
        Series("trained on synthetic", _points(found["synthetic"]), "synthetic"),
        Series("guess", [(0.0, 0.0), (1.0, 1.0)], "reference"),
    ]
    return lines(series, "Telling the classes apart, on the same holdout (ROC)", "false alarms", "found")


def _points(pairs: Sequence[Sequence[float]]) -> list[tuple[float, float]]:
    return [(pair[0], pair[1]) for pair in pairs]


@plot("segments", "worst_segment_skill", "1 is as good as a model from real records. The worst served come first.")
def _segments(found: Sequence[Mapping[str, Any]]) -> SafeString:
    worst = sorted(found, key=lambda segment: segment["ratio"])[:MOST_SEGMENTS]
    estimates = [
        Estimate(f"{segment['column']}: {segment['category']}", segment["ratio"], segment["lower"], segment["upper"])
        for segment in worst
    ]
    return bars(estimates, "Skill kept, by segment", 1.0)


@plot("carry_over", "rare_combination_excess", "Alike is good: the holdout shows what likeness alone gives.")
def _carry_over(found: Mapping[str, Any]) -> SafeString:
    estimates = [Estimate("seen in training", found["training"]), Estimate("never seen (holdout)", found["holdout"])]
    return bars(estimates, "Rare combinations that appear in the synthetic table")


@plot(
    "outlier_roc",
    "outlier_attack_auc",
    "On the dashed line the attacker guesses; above it, unusual people are recognised.",
)
def _outlier_roc(found: Mapping[str, Sequence[Sequence[float]]]) -> SafeString:
    series = [
        Series("attack", _points(found["attack"]), "synthetic"),
        Series("guess", _points(found["baseline"]), "reference"),
    ]
    return lines(series, "Telling unusual training records from unseen ones (ROC)", "false alarms", "recognised")


@plot(
    "pair_trends",
    "pair_trends",
    "Darker is more alike. A pale row is a column that moves with the others unlike the source.",
)
def _pair_trends(found: Mapping[str, Any]) -> SafeString:
    return heatmap(found["labels"], found["scores"], "How alike pairs of columns move together")


@plot("columns", "column_shapes", "1 is identical. The bar to reach is that of a fresh real sample.")
def _column_shapes(found: Sequence[Mapping[str, Any]]) -> SafeString:
    worst = sorted(found, key=lambda column: column["score"])[:MOST_SEGMENTS]
    return bars([Estimate(column["label"], column["score"]) for column in worst], "Likeness of each column", 1.0)
