"""What the review desk shows around a record: where the review and the person stand, what they said last, the keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from django.conf import settings
from django.db.models import Q, Sum
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from reviews import tally
from reviews.acceptance import Outcome
from reviews.desk_card import card_of, key_of
from reviews.desk_settings import ACTIONS, Keys, keys_of
from reviews.judgement import REASONS, Judgement
from reviews.models import Review, ReviewRecord, Skip, Verdict
from reviews.progress import Progress, progress_of
from reviews.queue import PAUSED, pause_of, waiting_for
from reviews.stages.review import State, flags_for, last_action, last_verdict, reserve_next
from synthportal.models import Person

__all__ = ["desk_context", "judgement_from", "last_context", "nothing_context", "reasons_in_words",
           "standing_in_words", "token_from", "waiting_for"]  # fmt: skip

PACE_FROM = 5  # verdicts; fewer say nothing of the time that is left
PACE_OF = 20  # one's last verdicts, whose median is the pace
BEATS_PER_HOLD = 5
MOST_PLACES = 5  # digits of a marked place
GUIDELINES = (
    ("Clean", "Nothing here points to a real person, and the record could exist."),
    (
        "Leakage",
        "Something that could only come from a real record: a name, number or address that reaches somebody, a text "
        "that reads as copied, a combination that singles somebody out. In doubt, flag: a second person decides.",
    ),
    (
        "Unrealistic",
        "It cannot exist, or would teach a model something false or harmful: broken formats, impossible combinations, "
        "a wrong order in time, a text that says nothing.",
    ),
    ("Always", "Mark what made you decide. Do not search for people outside this page."),
)


def judgement_from(post: QueryDict) -> Judgement:
    """What was chosen and typed, as it came; `Judgement.faults` says what is wrong with it."""
    places = [place for place in post.getlist("fields") if place.isascii() and place.isdigit()]
    fields = [int(place) for place in places if len(place) <= MOST_PLACES]
    return Judgement(post.get("verdict", ""), post.getlist("reasons"), fields, post.get("note", ""))


def token_from(post: QueryDict) -> int:
    """The fencing token that came with a form; 0, which no held record has, when it is none."""
    token = post.get("token", "")
    return int(token) if token.isascii() and token.isdigit() and len(token) < 19 else 0


def reasons_in_words(verdict: Verdict) -> list[str]:
    return [REASONS[verdict.decision].get(reason, reason) for reason in verdict.reasons]


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a review stands for somebody at the desk: all records alike, whatever put them there."""

    judged: int
    total: int
    mine: int
    skipped: int
    seconds_each: float | None

    @property
    def pace(self) -> str:
        """The median of one's last verdicts, in words."""
        return "" if self.seconds_each is None else f"{duration(self.seconds_each)} each"

    @property
    def time_left(self) -> str:
        """What is left for one person at this pace, in words."""
        if self.seconds_each is None or self.judged >= self.total:
            return ""
        return f"about {duration(self.seconds_each * (self.total - self.judged))} left"


def duration(seconds: float) -> str:
    """12 s, 8 min, 3.5 h."""
    if seconds < 90:
        return f"{max(1, round(seconds))} s"
    return f"{round(seconds / 60)} min" if seconds < 90 * 60 else f"{seconds / 3600:.1f} h"


def standing_of(review: Review, person: Person) -> Standing:
    """Counted now."""
    judged, total = sum(tally.judged_in(review).values()), tally.places_of(review)
    said = review.tallies.filter(person=person).aggregate(n=Sum("verdicts"))["n"] or 0
    mine = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    skipped = Skip.objects.filter(record__review=review, by=person, undone_at__isnull=True).count()
    seconds = list(mine.order_by("-created_at").values_list("seconds", flat=True)[:PACE_OF])
    return Standing(judged, total, said, skipped, median(seconds) if len(seconds) >= PACE_FROM else None)


def way_in(review: Review, person: Person) -> dict[str, str]:
    """The action that leads to the desk: the first word says whether this person has been there."""
    has_been = review.tallies.filter(person=person).exists()
    return {"label": "Continue reviewing" if has_been else "Start reviewing", "url": reverse("desk", args=[review.pk])}


def desk_context(
    record: ReviewRecord, person: Person, typed: Judgement | None = None, errors: Sequence[str] = ()
) -> dict[str, Any]:
    """Everything components/desk.html shows for a record that this person holds."""
    keys = keys_of(person)
    return frame_context(record.review, person, keys) | {
        "card": card_of(record, person, keys, typed, errors),
        "spare": spare_card(record.review, person, keys),
    }


def spare_card(review: Review, person: Person, keys: Keys) -> dict[str, Any] | None:
    """The card of the record after the held one, which is set aside for this person; None when no further one waits."""
    spare = reserve_next(review, by=person)
    return card_of(_with_review(spare, review), person, keys) if spare else None


def _with_review(record: ReviewRecord, review: Review) -> ReviewRecord:
    """The record with the review that was read already, and its run and dataset with it."""
    record.review = review
    return record


def frame_context(review: Review, person: Person, keys: Keys) -> dict[str, Any]:
    """The desk without its card."""
    return {
        "review": review,
        "title": str(review.run),
        "standing": standing_of(review, person),
        "keys_on": keys.are_on,
        "keys": {action: key_of(keys, action) for action in ACTIONS},
        "help": _help(keys),
        "beat": max(1, settings.CLAIM_SECONDS // BEATS_PER_HOLD),
        "guidelines": GUIDELINES,
        **last_context(review, person),
    }


def _help(keys: Keys) -> list[dict[str, Any]]:
    """The list of keys, in groups; the letters of reasons stand beside the reasons."""
    groups: dict[str, list[dict[str, str]]] = {}
    for action in ACTIONS.values():
        if not action.group.startswith("Reasons"):
            groups.setdefault(action.group, []).append({"shown": keys.shown(action.name), "words": action.words})
    return [{"name": name, "keys": found} for name, found in groups.items()]


def standing_in_words(found: Progress) -> str:
    """How far the review is, and the claim so far, as the server counts it. Never for the desk: see `Standing`."""
    sample = "random sample " if found.decision.outcome is Outcome.CONTINUE else ""
    return f"{found.total_judged:,} of {found.total:,} judged · {sample}{found.claim.sentence}"


def last_context(review: Review, person: Person) -> dict[str, Any]:
    """What the person did last, which Undo takes back."""
    last = last_action(review, person)
    if last is None:
        return {"last": None, "undo_url": ""}
    is_open = review.status == Review.Status.OPEN
    can_undo = is_open and not hasattr(last, "adjudication")
    return {"last": _last(last, review, person), "undo_url": reverse("undo", args=[review.pk]) if can_undo else ""}


def _last(last: Verdict | Skip, review: Review, person: Person) -> dict[str, Any]:
    """In words. The address is that of the last verdict: a record that was skipped is not for this person."""
    verdict = last_verdict(review, person) if isinstance(last, Skip) else last
    return {
        "position": last.record.position,
        "words": "skipped" if isinstance(last, Skip) else last.get_decision_display().lower(),
        "url": reverse("my_verdict", args=[verdict.pk]) if verdict else "",
    }


def nothing_context(review: Review, person: Person) -> dict[str, Any]:
    """The truth about an empty desk."""
    flags = flags_for(person, review).count()
    standing = standing_of(review, person)
    return {
        "review": review,
        "title": str(review.run),
        "standing": standing,
        "nothing": _why_nothing(review, person, flags),
        "flags_for_me": flags,
        **last_context(review, person),
    }


def _why_nothing(review: Review, person: Person, flags_for_me: int) -> list[str]:
    if pause_of(person, review):
        return [PAUSED]
    found = progress_of(review)
    left = review.records.exclude(state=State.JUDGED)
    if found.unneeded:
        left = left.filter(lane=ReviewRecord.Lane.HUNT)
    with_others = Q(claimed_by__isnull=False, lease_until__gte=timezone.now()) & ~Q(claimed_by=person)
    held = left.filter(with_others).count()
    seen = left.exclude(with_others).count()
    skipped = Skip.objects.filter(record__in=left, by=person, undone_at__isnull=True).count()
    reasons = []
    if held:
        reasons.append(f"{held} {_records(held)} held by others; they come back if they are not judged in time.")
    if second := seen - skipped:
        reasons.append(f"{second} {_waits(second, 'record')} for a second person: you have judged what you may.")
    if skipped:
        reasons.append(f"{skipped} {_waits(skipped, 'record')} for somebody else, because you skipped them.")
    reasons += _about_flags(review, person, flags_for_me)
    if found.unneeded:
        reasons.append(f"{found.unneeded} {_records(found.unneeded)} no longer needed: the plan has accepted without.")
    if found.is_complete:
        reasons.append("The review is complete: every record is judged and every flag is settled.")
    return reasons or ["You have judged every record that is left; the others wait for somebody else."]


def _about_flags(review: Review, person: Person, flags_for_me: int) -> list[str]:
    reasons = []
    if flags_for_me:
        reasons.append(f"{flags_for_me} leak {_waits(flags_for_me, 'flag')} for a second person: that can be you.")
    if _has_open_flag(review, person):
        reasons.append("Leak flags of yours wait for a second person; it cannot be you, you raised them.")
    return reasons


def _has_open_flag(review: Review, person: Person) -> bool:
    """Whether a flag of this person is unsettled; no number, or it would tell which of them were on controls."""
    mine = Verdict.objects.filter(record__review=review, by=person, undone_at__isnull=True)
    return mine.filter(decision=Verdict.Decision.LEAKAGE, adjudication__isnull=True).exists()


def _records(number: int) -> str:
    return "record is" if number == 1 else "records are"


def _waits(number: int, noun: str) -> str:
    return f"{noun} waits" if number == 1 else f"{noun}s wait"
