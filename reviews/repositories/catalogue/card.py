"""What only the card of a release says, gathered when it is signed: answers, groups, what was not tried."""

from __future__ import annotations

from typing import Any

from generation.engine.evaluation.metric import Status
from generation.engine.evaluation.words import metric_words
from generation.engine.schema import ColumnRole, Sdtype
from generation.models import Evaluation, GenerationRun
from generation.repositories.audits import audit_line, newest_audit
from generation.repositories.evaluations import read_report
from generation.repositories.tables import datasets_of_source
from reviews.engine.certificate.card_facts import (
    CardFacts,
    EarlierFacts,
    NotRunFacts,
    SegmentFacts,
    ShareFacts,
    WaivedFacts,
)
from reviews.models import Release, Waiver
from reviews.repositories.samples import kept_columns
from synthportal.storage.vault import open_sealed

GROUPED = {ColumnRole.QUASI.value, ColumnRole.SENSITIVE.value, ColumnRole.TARGET.value}
CATEGORIES = {Sdtype.CATEGORICAL.value, Sdtype.BOOLEAN.value}
MOST_COLUMNS, MOST_SEGMENTS = 8, 20
LEAST_SHARE = 0.01  # a smaller group is not named
NO_GROUPS = {"other", "missing"}  # what the report folds together


def card_facts(run: GenerationRun, evaluation: Evaluation) -> CardFacts:
    """The facts of a release that is being signed now."""
    newest, report = run.dataset.abouts.first(), read_report(evaluation)
    waivers = Waiver.objects.filter(run=run, evaluation_digest=evaluation.digest).select_related("by")
    earlier = Release.objects.filter(run__dataset__in=datasets_of_source(run.dataset))
    return CardFacts(
        answers=run.dataset.about,
        version=newest.version if newest else 0,
        segments=_segments(report),
        shares=_shares(report, {column["name"] for column in kept_columns(run) if _is_group(column)}),
        not_run=(*_not_computed(evaluation), *_not_audited(run)),
        waived=tuple(WaivedFacts(one.condition, one.by.display_name, one.reason) for one in waivers),
        earlier=tuple(
            EarlierFacts(one.number, one.status, one.released_at.date().isoformat(), one.run.artefact_rows or 0)
            for one in earlier.select_related("run").order_by("number")
        ),
        runs=run.dataset.runs.count(),
    )


def _is_group(column: dict[str, Any]) -> bool:
    return column.get("role") in GROUPED and column["sdtype"] in CATEGORIES


def _segments(report: dict[str, Any]) -> tuple[SegmentFacts, ...]:
    """The worst served first. The report has those alone that enough holdout records share."""
    found = sorted(report["plots"].get("segments") or (), key=lambda segment: segment["ratio"])[:MOST_SEGMENTS]
    return tuple(
        SegmentFacts(one["column"], one["category"], one["ratio"], one["lower"], one["upper"], one["n"])
        for one in found
    )


def _shares(report: dict[str, Any], names: set[str]) -> tuple[ShareFacts, ...]:
    """Per group that one real record in a hundred is of; the report folds what fewer than k share."""
    columns = [one for one in report["plots"].get("distributions", ()) if one["column"] in names][:MOST_COLUMNS]
    return tuple(
        ShareFacts(one["label"], str(category), round(real, 4), round(synthetic, 4))
        for one in columns
        for category, real, synthetic in zip(one["labels"], one["real"], one["synthetic"], strict=True)
        if category not in NO_GROUPS and real >= LEAST_SHARE
    )


def _not_computed(evaluation: Evaluation) -> list[NotRunFacts]:
    return [
        NotRunFacts(metric_words(metric["name"]).title, metric.get("reason") or metric.get("sentence") or "")
        for metric in evaluation.metrics
        if metric["group"] == "privacy" and metric["status"] == Status.NOT_COMPUTED
    ]


def _not_audited(run: GenerationRun) -> list[NotRunFacts]:
    """Shadow models are many refits, which are made when somebody asks for them."""
    return [] if newest_audit(run) else [NotRunFacts("Membership attack with shadow models", audit_line(run))]


def missing_shares(run: GenerationRun) -> dict[str, float]:
    """By label: the share of the artefact's records without a value, by the counts in its Parquet footer."""
    import pyarrow.parquet as pq

    with open_sealed(run.dataset.key_id, run.artefact_sha256) as source:
        footer = pq.ParquetFile(source).metadata
    counts: dict[str, int] = {}
    for group in range(footer.num_row_groups):
        for place in range(footer.num_columns):
            column = footer.row_group(group).column(place)
            if column.statistics is None or column.statistics.null_count is None:
                counts[column.path_in_schema] = -footer.num_rows - 1
            else:
                counts[column.path_in_schema] = counts.get(column.path_in_schema, 0) + column.statistics.null_count
    return {label: count / max(1, footer.num_rows) for label, count in counts.items() if count >= 0}
