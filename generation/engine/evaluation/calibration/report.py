"""Null run and planted-leak run as one self-contained page each. No script, no network."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from generation.engine.evaluation.calibration.null_run import FalseAlarms
from generation.engine.evaluation.calibration.planted_leaks import Planted, smallest_doses
from generation.engine.evaluation.calibration.words import ALARMS_ANYWAY, NOTHING, dose_words, leak_title
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.evaluation.report.drawing import bars
from generation.engine.evaluation.report.report import STYLE
from generation.engine.evaluation.study.figures import Bar, Bars


def null_run_html(found: Sequence[FalseAlarms], policy: EvaluationPolicy, title: str) -> str:
    """False-alarm rates with 95 % intervals, as a plot and beside the limits. `title` is display text."""
    splits = max((one.runs for one in found), default=0)
    said = (
        f"Real records were held against real records in {splits} random splits into thirds. Nothing leaks there, so "
        "every alarm (review or block) is false."
    )
    alarms = Bars("False alarms, with 95 % intervals", [_alarms(one) for one in found])
    heads = ("check", "alarms", "of them blocked", "splits", "passes", "blocks")
    rows = [
        (_plain(one.metric), str(one.alarms), str(one.blocks), str(one.runs), *_limits(one.metric, policy))
        for one in found
    ]
    return _page(title, said, bars(alarms) + _table(heads, rows), policy)


def _alarms(found: FalseAlarms) -> Bar:
    bounds = found.as_json()
    return Bar(_plain(found.metric), found.rate or 0.0, bounds["lower"], bounds["upper"])


def planted_leaks_html(found: Sequence[Planted], policy: EvaluationPolicy, title: str) -> str:
    """The smallest dose that each check catches of each leak. `title` is display text."""
    said = (
        "Leaks were written into a copy of the synthetic table at rising doses, measured and thrown away. A dose is a "
        "share of the records; where cells are swapped, the share of cells taken from other records."
    )
    before = next((one for one in found if one.leak == NOTHING), Planted(NOTHING, 0.0, (), ()))
    smallest = smallest_doses(found)
    planted = list(dict.fromkeys(one.leak for one in found if one.leak != NOTHING))
    rows = [
        (
            _plain(name),
            *(
                ALARMS_ANYWAY if name in before.caught else dose_words(leak, smallest.get(leak, {}).get(name))
                for leak in planted
            ),
        )
        for name in before.judged
    ]
    return _page(title, said, _table(("check", *(leak_title(leak) for leak in planted)), rows), policy)


def _limits(name: str, policy: EvaluationPolicy) -> tuple[str, str]:
    limit = policy.limits.get(name)
    limits = (limit.passes, limit.blocks) if limit else (None, None)
    return ("none" if limits[0] is None else f"{limits[0]:g}", "none" if limits[1] is None else f"{limits[1]:g}")


def _table(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    head = "".join(f'<th scope="col">{escape(heading)}</th>' for heading in headings)
    body = "".join(
        f'<tr><th scope="row">{escape(row[0])}</th>{"".join(f"<td>{escape(cell)}</td>" for cell in row[1:])}</tr>'
        for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>{body}</tbody></table></div>'


def _page(title: str, said: str, body: str, policy: EvaluationPolicy) -> str:
    return (
        '<!doctype html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body><h1>{escape(title)}</h1>"
        f'<p>{escape(said)}</p>{body}<p class="soft">Policy {escape(policy.version)} for {_plain(policy.purpose)}.</p>'
        "</body></html>"
    )


def _plain(name: str) -> str:
    return name.replace("_", " ")
