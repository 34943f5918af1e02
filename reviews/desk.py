"""What the review desk shows: the record's rows, the reasons with their keys, and words for where one stands."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any

from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from reviews.acceptance import Outcome
from reviews.models import Review, ReviewRecord, Verdict
from reviews.progress import Progress, progress_of
from reviews.stages.review import REASONS, Judgement, State, content_of, flags_for, free_for, last_verdict
from synthportal.models import Person

KEYS = {Verdict.Decision.LEAKAGE: "abcde", Verdict.Decision.UNREALISTIC: "fghijk"}
GUIDELINES = (
    "Clean: nothing here points to a real person, and the record could exist.",
    "Leakage: a value or a combination that could only come from a real record. A name, number or address that reaches "
    "somebody; a text that reads as if copied; a combination so rare that it singles somebody out. "
    "When in doubt, flag: a second person decides.",
    "Unrealistic: the record cannot exist or would teach a model something false. Broken formats, impossible "
    "combinations, an order in time that cannot be.",
    "Mark the values that made you decide. Do not search for people outside this page.",
)


def judgement_from(post: QueryDict) -> Judgement:
    """What was chosen and typed, as it came; `Judgement.faults` says what is wrong with it."""
    fields = [int(place) for place in post.getlist("fields") if place.isascii() and place.isdigit() and len(place) < 6]
    return Judgement(post.get("verdict", ""), post.getlist("reasons"), fields, post.get("note", ""))


def rows_of(record: ReviewRecord, marked: Iterable[int] = ()) -> list[dict[str, Any]]:
    """The record as rows in column order, with the marked ones."""
    chosen = set(marked)
    return [
        {"id": place, "name": label, "value": shown(value), "marked": place in chosen}
        for place, (label, value) in enumerate(content_of(record))
    ]


def shown(value: object) -> str:
    """A cell as text; what is missing says so."""
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return "(missing)"
    return str(value)


def reasons_in_words(verdict: Verdict) -> list[str]:
    return [REASONS[verdict.decision].get(reason, reason) for reason in verdict.reasons]


def waiting_for(person: Person, review: Review) -> int:
    """How many records this person could judge now, the one they hold included."""
    mine = Q(state=State.CLAIMED, claimed_by=person)
    free = free_for(person, review, timezone.now()).exclude(claimed_by=person)
    return free.count() + review.records.filter(mine).count()


def desk_context(
    record: ReviewRecord, person: Person, typed: Judgement | None = None, errors: Sequence[str] = ()
) -> dict[str, Any]:
    """Everything components/desk.html shows for a record that this person holds."""
    review, found = record.review, progress_of(record.review)
    typed, last = typed or _before_undo(record, person), last_context(review, person)
    return {
        "title": str(review.run),
        "position": record.position,
        "total": found.total,
        "judged": found.total_judged,
        "bound": standing_in_words(found),
        "lease": f"held for you until {record.lease_until:%H:%M} UTC" if record.lease_until else "",
        "record": {"rows": rows_of(record, typed.fields)},
        "decision": {**_decision(record, typed, errors), "undo_url": last["undo_url"]},
        "leakage": _offered(Verdict.Decision.LEAKAGE, typed),
        "unrealistic": _offered(Verdict.Decision.UNREALISTIC, typed),
        "guidelines": GUIDELINES,
        "guidelines_open": "last" not in last,
        "last": last.get("last"),
    }


def standing_in_words(found: Progress) -> str:
    """How far the review is, and the claim so far, as the server counts it."""
    sample = "random sample " if found.decision.outcome is Outcome.CONTINUE else ""
    return f"{found.total_judged:,} of {found.total:,} judged · {sample}{found.claim.sentence}"


def last_context(review: Review, person: Person) -> dict[str, Any]:
    """The person's last verdict, which Undo takes back, and only now why the search had named its record."""
    last = last_verdict(review, person)
    if last is None:
        return {"undo_url": ""}
    settled = hasattr(last, "adjudication")
    facts = {"position": last.record.position, "decision": last.decision, "why": last.record.reasons}
    return {"last": facts, "undo_url": "" if settled else reverse("undo", args=[review.pk])}


def nothing_context(review: Review, person: Person) -> dict[str, Any]:
    """The truth about an empty desk."""
    found = progress_of(review)
    held = review.records.filter(state=State.CLAIMED).exclude(claimed_by=person).count()
    flags = flags_for(person, review).count()
    return {
        "review": review,
        "found": found,
        "title": str(review.run),
        "nothing": _why_nothing(found, held, flags),
        "flags_for_me": flags,
        "claim": found.claim.sentence,
        **last_context(review, person),
    }


def _why_nothing(found: Progress, held: int, flags_for_me: int) -> list[str]:
    reasons = []
    if held:
        reasons.append(f"{held} {_records(held)} held by others; they come back if they are not judged in time.")
    if flags_for_me:
        reasons.append(f"{flags_for_me} leak {_flags(flags_for_me)} for a second person: that can be you.")
    if own := found.open_flags - flags_for_me:
        reasons.append(f"{own} leak {_flags(own)} for a second person; it cannot be you, you raised it.")
    if found.is_complete:
        reasons.append("The review is complete: every record is judged and every flag is settled.")
    return reasons or ["You have judged every record that is left; the others wait for somebody else."]


def _records(number: int) -> str:
    return "record is" if number == 1 else "records are"


def _flags(number: int) -> str:
    return "flag waits" if number == 1 else "flags wait"


def _decision(record: ReviewRecord, typed: Judgement, errors: Sequence[str]) -> dict[str, Any]:
    return {
        "verdict_url": reverse("verdict", args=[record.pk]),
        "token": record.token,
        "verdict": typed.decision,
        "note": typed.note,
        "errors": errors,
    }


def _offered(decision: Verdict.Decision, typed: Judgement) -> list[dict[str, Any]]:
    return [
        {"value": value, "label": label, "key": key, "checked": typed.decision == decision and value in typed.reasons}
        for key, (value, label) in zip(KEYS[decision], REASONS[decision].items(), strict=False)
    ]


def _before_undo(record: ReviewRecord, person: Person) -> Judgement:
    """What this person had said of the record before they took it back, so that nothing typed is lost."""
    undone = record.verdicts.filter(by=person, undone_at__isnull=False).order_by("-undone_at").first()
    if undone is None or undone.decision == Verdict.Decision.CLEAN:
        return Judgement("")
    return Judgement(undone.decision, undone.reasons, undone.fields, undone.note)
