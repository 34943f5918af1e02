"""One self-contained page for a privacy officer, and the same as JSON. No script, no network."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from typing import Any

from generation.engine.evaluation.checks import cards
from generation.engine.evaluation.limits.policy import unmet
from generation.engine.evaluation.metric import Group, Metric, Status
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.report.drawing import distribution, drawn, numbers, strip, word
from generation.engine.evaluation.suite import EvaluationResult

HEADINGS = {
    Group.PRIVACY: "Privacy: what does the table give away?",
    Group.UTILITY: "Utility: is it fit for the purpose?",
    Group.FIDELITY: "Fidelity: does it follow the training table?",
    Group.DIVERSITY: "Diversity: is it too generic?",
    Group.RULES: "Rules: does it keep them?",
    Group.TEXT: "Text",
    Group.SETS: "Questions and tasks",
}
STYLE = """
:root{color-scheme:light dark;--ink:#1c2430;--paper:#fbfbf9;--soft:#667;--line:#d5d8de;--real:#9fb3c8;--syn:#b5482a;
--pass:#23703f;--review:#8a5a00;--block:#a3202c}
@media(prefers-color-scheme:dark){:root{--ink:#e6e8ec;--paper:#16191e;--soft:#9aa3b0;--line:#363c46;--real:#4d6480;
--syn:#e58b6d;--pass:#6fce92;--review:#e5b45a;--block:#f0808a}}
body{font:16px/1.5 system-ui,sans-serif;color:var(--ink);background:var(--paper);max-width:70rem;margin:2rem auto;
padding:0 1rem}h1,h2{line-height:1.2}h2{margin-top:2.5rem;border-top:1px solid var(--line);padding-top:1rem}
p{max-width:46rem}.soft,figcaption{color:var(--soft)}ul.checks{list-style:none;padding:0}
ul.checks>li{display:grid;grid-template-columns:7.5rem 1fr 200px;gap:1rem;padding:.6rem 0;
border-bottom:1px solid var(--line)}@media(max-width:45rem){ul.checks>li{grid-template-columns:1fr}}
.status{font-weight:600}.pass{color:var(--pass)}.review{color:var(--review)}.block{color:var(--block)}
.not-computed,.informational{color:var(--soft)}
.plots{display:grid;grid-template-columns:repeat(auto-fill,minmax(20rem,1fr));gap:1.5rem}figure{margin:0}
svg{max-width:100%;height:auto;display:block}svg text{font-size:11px;fill:var(--ink)}
.real{fill:var(--real)}rect.synthetic{fill:var(--syn);fill-opacity:.55}.cell{fill:var(--real)}.dot{fill:var(--ink)}
polyline{fill:none;stroke-width:2;stroke:var(--syn)}polyline.real{stroke:var(--real);fill:none}
polyline.reference,.axis{stroke:var(--line)}.interval{stroke:var(--ink);stroke-width:3}
line.passes{stroke:var(--pass);stroke-width:2}line.blocks{stroke:var(--block);stroke-width:2}
table{border-collapse:collapse;font-size:13px}td,th{text-align:left;padding:.2rem .6rem;
border-bottom:1px solid var(--line);font-variant-numeric:tabular-nums}.wide{overflow-x:auto}summary{cursor:pointer}
"""


def as_json(result: EvaluationResult) -> list[dict[str, Any]]:
    """The metrics as the API shows them."""
    return [metric.as_json() for metric in result.metrics]


def as_html(result: EvaluationResult, policy: EvaluationPolicy, title: str) -> str:
    """The whole report. `title` is display text."""
    groups = [group for group in HEADINGS if any(metric.group is group for metric in result.metrics)]
    sections = "".join(_section(group, result) for group in groups)
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<h1>{escape(title)}</h1>{_summary(result, policy)}{sections}{_columns(result)}{_how(result, policy)}"
        "</body></html>"
    )


def _summary(result: EvaluationResult, policy: EvaluationPolicy) -> str:
    shut = unmet(result.metrics, policy)
    verdict = (
        "Every check that the purpose needs was computed, and none blocks."
        if not shut
        else f"The evidence does not suffice: {', '.join(_plain(name) for name in shut)}."
    )
    counts = {status: sum(metric.status is status for metric in result.metrics) for status in Status}
    listed = ", ".join(f"{count} {status.value}" for status, count in counts.items() if count)
    note = (
        "A pass means: no evidence of leakage above the limit at this power. It does not mean that no record can ever "
        "be traced. Every privacy check compares training records with a holdout that the synthesizer never saw."
    )
    return (
        f"<p><strong>{escape(verdict)}</strong></p><p>Purpose: {escape(_plain(policy.purpose))}. {listed}.</p>"
        f'<p>{escape(_sizes(result))}</p><p class="soft">{note}</p>'
    )


def _sizes(result: EvaluationResult) -> str:
    """The rows of each table, and which metrics were measured on samples."""
    rows = "Records: " + ", ".join(f"{count:,} {name}" for name, count in result.rows.items()) + "."
    sampled = [_plain(metric.name) for metric in result.metrics if "sample" in metric.details]
    if not sampled:
        return f"{rows} Every metric was measured on all of them."
    return f"{rows} Measured on stratified samples, as each one says: {', '.join(sampled)}. The rest: on all records."


def _section(group: Group, result: EvaluationResult) -> str:
    metrics = [metric for metric in result.metrics if metric.group is group]
    checks = "".join(_check(metric) for metric in metrics)
    plots = "".join(_plots(group, result.plots))
    table = numbers(
        ("metric", "status", "value", "lower", "upper", "n", "baseline", "ceiling", "passes", "blocks"),
        [_row(metric) for metric in metrics],
    )
    return (
        f'<section><h2>{escape(HEADINGS[group])}</h2><ul class="checks">{checks}</ul>{table}'
        f'<div class="plots">{plots}</div></section>'
    )


def _check(metric: Metric) -> str:
    css = metric.status.value.replace(" ", "-")
    drawn = strip(metric.as_json()) if metric.value is not None else ""
    said = escape(metric.sentence) + (f' <span class="soft">{escape(metric.reason)}</span>' if metric.reason else "")
    return f'<li><span class="status {css}">{metric.status.value}</span><span>{said}</span><span>{drawn}</span></li>'


def _row(metric: Metric) -> tuple[str, ...]:
    limits = metric.threshold
    figures = (metric.value, metric.lower, metric.upper)
    return (
        _plain(metric.name),
        metric.status.value,
        *(word(figure, 4) for figure in figures),
        _measured(metric),
        word(metric.baseline),
        word(metric.ceiling),
        "none" if limits is None or limits.passes is None else f"{limits.passes:g}",
        "none" if limits is None or limits.blocks is None else f"{limits.blocks:g}",
    )


def _measured(metric: Metric) -> str:
    """n, and of how many records a sample was measured."""
    sample = metric.details.get("sample")
    return f"{metric.n:,}" + (f" (a sample of {sample['n']:,} of {sample['of']:,} records)" if sample else "")


def _plots(group: Group, plots: dict[str, Any]) -> Iterable[str]:
    for card in cards().values():
        if card.group is group and card.plot and (series := plots.get(card.plot.series)):
            yield drawn(card.plot.figure(series))


def _columns(result: EvaluationResult) -> str:
    drawn = "".join(distribution(plot) for plot in result.plots["distributions"])
    legend = (
        "Wide bars: training table. Narrow bars in front: synthetic table. Categories under five records are folded."
    )
    return f'<section><h2>Columns</h2><p class="soft">{legend}</p><div class="plots">{drawn}</div></section>'


def _how(result: EvaluationResult, policy: EvaluationPolicy) -> str:
    limits = [
        (
            _plain(name),
            "" if limit.passes is None else f"{limit.passes:g}",
            "" if limit.blocks is None else f"{limit.blocks:g}",
            limit.why,
        )
        for name, limit in sorted(policy.limits.items())
    ]
    seconds = [(_plain(name), f"{spent:.1f} s") for name, spent in result.seconds.items()]
    versions = sorted(
        {f"suite {metric.version}, seed {metric.seed}" for metric in result.metrics if metric.value is not None}
    )
    return (
        f"<section><h2>How this was judged</h2><p>Policy {escape(policy.version)}; {escape('; '.join(versions))}. "
        f"Limits are engineering choices, not laws.</p>{numbers(('metric', 'passes', 'blocks', 'why'), limits)}"
        f"{numbers(('check', 'time'), seconds)}</section>"
    )


def _plain(name: str) -> str:
    return name.replace("_", " ")
