"""Where people talk about a run: on its page."""

from __future__ import annotations

from uuid import UUID

from django.urls import reverse

from generation.models import GenerationRun
from generation.permissions import runs_for
from synthportal.models import Person
from synthportal.people.messages.comments import Thread, add_threads


def add() -> None:
    """Everybody who sees a run talks about it."""
    add_threads("run", _about_run)


def _about_run(person: Person, pk: UUID) -> Thread | None:
    run = runs_for(person).filter(pk=pk).select_related("dataset").first()
    return thread_of(run) if run else None


def thread_of(run: GenerationRun) -> Thread:
    """The thread about a run that a person sees."""
    page, path = reverse("run", args=[run.pk]), reverse("run_comments", args=[run.pk])
    return Thread("run", run.pk, str(run), page, path)
