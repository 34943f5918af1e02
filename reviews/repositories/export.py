"""The record of a review as data: who said what of which place in the queue, and never what stood there."""

from __future__ import annotations

from typing import Any

from django.db.models import Prefetch

from reviews.models import Review, Verdict
from reviews.repositories.progress import progress_of


def review_record(review: Review) -> dict[str, Any]:
    """Plan, counts and every verdict with its history. No cell value, and no note: people quote records in notes."""
    found = progress_of(review)
    return {
        "review": str(review.pk),
        "run": str(review.run_id),
        "artefact_sha256": review.artefact_sha256,
        "status": review.status,
        "opened": review.created_at.isoformat(),
        "closed": review.closed_at.isoformat() if review.closed_at else None,
        "policy": review.policy,
        "plan": review.plan,
        "claim": found.claim.sentence,
        "outcome": str(found.decision.outcome),
        "records": [_record(record) for record in _records(review)],
        "pauses": [
            _pause(pause) for pause in review.pauses.select_related("person", "lifted_by").order_by("created_at")
        ],
    }


def _records(review: Review) -> Any:
    verdicts = Verdict.objects.select_related("by", "adjudication__by", "second_look__by", "requeue__by")
    said = Prefetch("verdicts", queryset=verdicts.order_by("created_at"))
    return (
        review.records.select_related("control")
        .defer("sealed")
        .prefetch_related(said, "skips__by")
        .order_by("position")
    )


def _record(record: Any) -> dict[str, Any]:
    control = getattr(record, "control", None)
    return {
        "position": record.position,
        "lane": record.lane,
        "row": record.row,
        "state": record.state,
        "needed": record.needed,
        "control": control.kind if control else None,
        "verdicts": [_verdict(verdict) for verdict in record.verdicts.all()],
        "skips": [
            {
                "by": skip.by.username,
                "reason": skip.reason,
                "at": skip.created_at.isoformat(),
                "undone": _at(skip.undone_at),
            }
            for skip in record.skips.all()
        ],
    }


def _verdict(verdict: Verdict) -> dict[str, Any]:
    settled, look = getattr(verdict, "adjudication", None), getattr(verdict, "second_look", None)
    requeue = getattr(verdict, "requeue", None)
    return {
        "by": verdict.by.username,
        "decision": verdict.decision,
        "reasons": verdict.reasons,
        "fields": verdict.fields,
        "at": verdict.created_at.isoformat(),
        "seconds": round(verdict.seconds, 1),
        "undone": _at(verdict.undone_at),
        "set_aside_by": (requeue.by.username if requeue.by else "pause") if requeue else None,
        "second_look": {"by": look.by.username, "decision": look.decision, "reasons": look.reasons} if look else None,
        "adjudication": {"by": settled.by.username, "is_leak": settled.is_leak} if settled else None,
    }


def _pause(pause: Any) -> dict[str, Any]:
    return {
        "person": pause.person.username,
        "found": pause.found,
        "judged": pause.judged,
        "at": pause.created_at.isoformat(),
        "lifted": _at(pause.lifted_at),
        "lifted_by": pause.lifted_by.username if pause.lifted_by else None,
    }


def _at(moment: Any) -> str | None:
    return moment.isoformat() if moment else None
