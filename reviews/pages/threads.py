"""Where people talk about a gate and about a leak flag."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from generation.models import GenerationRun
from generation.permissions import runs_for
from reviews.models import Verdict
from reviews.permissions import flag_reviews_for, watched_reviews_for
from synthportal.models import Comment, Person
from synthportal.people.messages.comments import Thread, add_threads


def add() -> None:
    """Everybody who sees a gate talks about it; about a flag who raised it, who looked again, and who watches."""
    add_threads("gate", _about_gate)
    add_threads("flag", _about_flag)


def _about_gate(person: Person, pk: UUID) -> Thread | None:
    run = runs_for(person).filter(pk=pk).select_related("dataset").first()
    return gate_thread(run) if run else None


def gate_thread(run: GenerationRun) -> Thread:
    """The thread about the gate of a run that a person sees."""
    page, path = reverse("gate", args=[run.pk]), reverse("gate_comments", args=[run.pk])
    return Thread("gate", run.pk, f"the gate of {run}", page, path)


def _about_flag(person: Person, pk: UUID) -> Thread | None:
    """Not before a second person has looked: what is said would tell them what to see."""
    flags = Verdict.objects.filter(decision=Verdict.Decision.LEAKAGE, second_look__isnull=False)
    flag = flags.select_related("second_look", "record__review__run__dataset").filter(pk=pk).first()
    return flag_thread(flag) if flag and _reads(person, flag) else None


def _reads(person: Person, flag: Verdict) -> bool:
    review = flag.record.review_id
    if person.pk == flag.by_id and not Comment.objects.filter(kind="flag", subject=flag.pk).exists():
        return False  # that somebody looked again would tell it from a control
    if person.pk in {flag.by_id, flag.second_look.by_id}:
        return flag_reviews_for(person).filter(pk=review).exists()
    return watched_reviews_for(person).filter(pk=review).exists()


def flag_thread(flag: Verdict) -> Thread:
    """The thread about a flag at which a second person has looked: it has a page of its own."""
    path, told = reverse("flag_comments", args=[flag.pk]), (flag.by_id, flag.second_look.by_id)
    title = f"the flag on record {flag.record.position} of {flag.record.review.run}"
    return Thread("flag", flag.pk, title, path, path, told)
