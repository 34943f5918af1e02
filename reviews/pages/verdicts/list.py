"""The verdicts of a review, read by somebody who judges none of them: filters, and a page without an offset."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet, TextField
from django.db.models.functions import Cast

from reviews.engine.reading.judgement import REASONS
from reviews.models import Review, ReviewRecord, Verdict
from reviews.repositories.samples import content_of
from synthportal.models import Person

PER_PAGE = 50
LANES = {"random": "sample", "hunt": "search", "control": "control"}
STATES = ("standing", "undone", "flag open", "confirmed", "dismissed")


@dataclass(frozen=True, slots=True)
class Sought:
    """What a list of verdicts is narrowed down to; "" means all. `field` is the position of a column, from 0."""

    decision: str = ""
    reason: str = ""
    annotator: str = ""
    field: str = ""
    lane: str = ""
    state: str = "standing"

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Sought:
        """The filters in an address; what is not a filter's value counts as all."""
        lane, state = query.get("lane", ""), query.get("state", "standing")
        return cls(
            decision=_one_of(query.get("decision", ""), Verdict.Decision.values),
            reason=_one_of(query.get("reason", ""), [name for names in REASONS.values() for name in names]),
            annotator=_number(query.get("annotator", "")),
            field=_number(query.get("field", "")),
            lane=_one_of(lane, list(LANES)),
            state=_one_of(state, list(STATES)),
        )

    def narrowed(self, verdicts: QuerySet[Verdict]) -> QuerySet[Verdict]:
        """The verdicts that fit."""
        wanted = _STATES.get(self.state, Q())
        wanted &= Q(decision=self.decision) if self.decision else Q()
        wanted &= Q(by_id=int(self.annotator)) if self.annotator else Q()
        wanted &= Q(record__lane=self.lane) if self.lane else Q()
        wanted &= Q(said__contains=f'"{self.reason}"') if self.reason else Q()
        wanted &= Q(marked__regex=rf"[\[ ]{self.field}[],]") if self.field else Q()
        texts = {"said": Cast("reasons", TextField()), "marked": Cast("fields", TextField())}
        return verdicts.annotate(**texts).filter(wanted)


_STATES = {
    "standing": Q(undone_at__isnull=True),
    "undone": Q(undone_at__isnull=False),
    "flag open": Q(
        undone_at__isnull=True,
        decision=Verdict.Decision.LEAKAGE,
        adjudication__isnull=True,
        record__control__isnull=True,
    ),
    "confirmed": Q(adjudication__is_leak=True),
    "dismissed": Q(adjudication__is_leak=False),
}


def _one_of(value: str, known: list[str]) -> str:
    return value if value in known else ""


def _number(value: str) -> str:
    return value if re.fullmatch(r"[0-9]{1,9}", value) else ""


def verdicts_of(review: Review, sought: Sought) -> QuerySet[Verdict]:
    """The verdicts that fit, newest first, with everything a line shows; never the records' content."""
    found = Verdict.objects.filter(record__review=review).order_by("-created_at", "-pk")
    joined = ("record", "record__control", "by", "adjudication__by", "second_look__by", "requeue__by")
    return sought.narrowed(found).select_related(*joined).defer("record__sealed")


def page_after(verdicts: QuerySet[Verdict], cursor: str) -> tuple[list[Verdict], str]:
    """One page of verdicts after a cursor ("" for the first), and the cursor of the next page ("" after the last)."""
    if place := _read_cursor(cursor):
        made, pk = place
        verdicts = verdicts.filter(Q(created_at__lt=made) | Q(created_at=made, pk__lt=pk))
    shown = list(verdicts[: PER_PAGE + 1])
    more = len(shown) > PER_PAGE
    last = shown[PER_PAGE - 1] if more else None
    return shown[:PER_PAGE], f"{last.created_at.isoformat()}~{last.pk}" if last else ""


def _read_cursor(cursor: str) -> tuple[datetime, UUID] | None:
    made, _, pk = cursor.partition("~")
    try:
        return datetime.fromisoformat(made), UUID(pk)
    except ValueError:
        return None


def column_labels(review: Review) -> list[str]:
    """The columns of the review's records, by position."""
    record = ReviewRecord.objects.filter(review=review).select_related("review__run__dataset").first()
    return [label for label, _ in content_of(record)] if record else []


def annotators_of(review: Review) -> list[Person]:
    """Everybody who has judged in a review, undone verdicts included, by name."""
    people = Person.objects.filter(pk__in=Verdict.objects.filter(record__review=review).values("by"))
    return sorted(people, key=lambda person: person.display_name)


def line_of(verdict: Verdict, labels: list[str]) -> dict[str, Any]:
    """A verdict as the list shows it."""
    control = getattr(verdict.record, "control", None)
    known = REASONS[verdict.decision]
    return {
        "verdict": verdict,
        "position": verdict.record.position,
        "lane": LANES[verdict.record.lane] + (f": {control.get_kind_display()}" if control else ""),
        "reasons": [known.get(reason, reason) for reason in verdict.reasons],
        "fields": [labels[place] if place < len(labels) else f"part {place + 1}" for place in verdict.fields],
        "outcome": _outcome(verdict, control is not None),
        "can_requeue": verdict.decision == Verdict.Decision.CLEAN and verdict.undone_at is None and control is None,
    }


def _outcome(verdict: Verdict, is_control: bool) -> str:
    if is_control:
        return "found" if verdict.decision == verdict.record.control.expected else "missed"
    if requeue := getattr(verdict, "requeue", None):
        return f"set aside: {requeue.reason}"
    if settled := getattr(verdict, "adjudication", None):
        return f"{settled}, {settled.by.display_name}"
    if verdict.undone_at:
        return "undone"
    return "flag open" if verdict.decision == Verdict.Decision.LEAKAGE else ""
