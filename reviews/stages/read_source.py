"""source: who may read real records sees the training record nearest to a flagged one; every look is recorded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.db import transaction

from reviews.models import SecondLook, Verdict
from reviews.repositories.samples import content_of, invented_in, kept_columns
from reviews.stages.adjudicate import why_not_settle
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, require
from synthportal.storage.vault import open_sealed
from synthportal.trail.audit import record as record_event

MOST_ROWS = 200_000  # more take longer than a person waits for a page
LONGEST_REASON = 300


@dataclass(frozen=True, slots=True)
class Beside:
    """One column: the flagged record's value, and the nearest training record's, after minimisation. Of a column that
    the portal invents no real value is told: whether an invented one occurs in the source is nobody's to see.
    """

    label: str
    synthetic: Any
    real: Any
    is_invented: bool

    @property
    def is_same(self) -> bool:
        return not self.is_invented and str(self.synthetic) == str(self.real)


def read_source(verdict: Verdict, *, reason: str, by: Person) -> list[Beside]:
    """The flagged record beside the training record nearest to it, as the synthesizer saw it.

    Only for somebody with the role of source reader who settles this flag and has looked at the record without it.
    """
    require(by, Role.SOURCE_READER)
    if reasons := why_not_settle(by, verdict):
        raise Conflict(*reasons)
    if not reason.strip():
        raise Conflict("Say why you need to see a real record: it is written to the trail.")
    if not SecondLook.objects.filter(verdict=verdict, by=by).exists():
        raise Conflict("Look at the record yourself first: say what you see before you read a real one beside it.")
    if (verdict.record.review.run.dataset.training_rows or 0) > MOST_ROWS:
        raise Conflict(f"Sources of more than {MOST_ROWS:,} records are too large to search while you wait.")
    with transaction.atomic():
        facts = {"record": str(verdict.record_id), "reason": reason.strip()[:LONGEST_REASON]}
        record_event("source read", verdict, by=by, **facts)
    return _beside(verdict)


def _beside(verdict: Verdict) -> list[Beside]:
    import pyarrow.parquet as pq

    from reviews.engine.reading.nearest import nearest_row

    run = verdict.record.review.run
    content = content_of(verdict.record)
    names = [column["name"] for column in kept_columns(run)]
    with open_sealed(run.dataset.key_id, run.plan.minimised_sha256) as source:
        training = pq.read_table(source, columns=names, use_threads=False).select(names)
    found = nearest_row(training, [value for _, value in content])
    invented = invented_in(run)
    return [
        Beside(label, value, None if place in invented else real, place in invented)
        for place, ((label, value), real) in enumerate(zip(content, found.values, strict=True))
    ]
