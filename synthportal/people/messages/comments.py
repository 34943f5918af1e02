"""Comments: what people say to each other about a run, a gate or a flag, and who is told of it.

Apps say with `add_threads` where there is something to talk about, and who reads there. Who is named as @name is told,
and so is whoever spoke in the thread before. The trail keeps that somebody spoke and who was named, never the words.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from synthportal.errors import Conflict, NotPermitted
from synthportal.models import Comment, Notice, Person
from synthportal.people.messages.notices import tell
from synthportal.trail.audit import record

LONGEST = 2_000
NAME = re.compile(r"(?<![\w.@+-])@([\w.@+-]+)")


@dataclass(frozen=True, slots=True)
class Thread:
    """A place to talk: what about, in words for a notice; the page it stands on and that of the thread; who is told of
    everything there.
    """

    kind: str
    subject: UUID
    title: str
    page: str
    path: str
    told: tuple[int, ...] = ()


Finder = Callable[[Person, UUID], Thread | None]
_THREADS: dict[str, Finder] = {}


def add_threads(kind: str, find: Finder) -> None:
    """`find` gives the thread about a subject to whoever may read it, None to everybody else."""
    _THREADS[kind] = find


def thread_for(person: Person, kind: str, subject: UUID) -> Thread | None:
    """The thread, if this person may read it."""
    return _THREADS[kind](person, subject)


def comments_on(thread: Thread) -> Sequence[Comment]:
    """What was said, the oldest first; of what was taken back, that it was."""
    return list(Comment.objects.filter(kind=thread.kind, subject=thread.subject).select_related("by"))


def say(thread: Thread, words: str, *, by: Person) -> Comment:
    """Add a comment and tell whom it names. Raises Conflict for no words, too many, or a name that nobody here has."""
    words = words.strip()
    if not words or len(words) > LONGEST:
        raise Conflict(f"A comment has 1 to {LONGEST:,} characters.")
    named = _named(thread, words)
    with transaction.atomic():
        comment = Comment.objects.create(kind=thread.kind, subject=thread.subject, by=by, words=words)
        record(
            "commented", comment, by=by, about=thread.kind, thread=str(thread.subject), named=[one.pk for one in named]
        )
        told = {one.pk: one for one in [*named, *_concerned(thread)]}.values()
        said = f"{by.display_name} wrote about {thread.title}."
        tell(Notice.Event.COMMENTED, said, path=thread.path, to=told, subject=thread.subject, by_id=by.pk)
    return comment


def take_back(comment: Comment, *, by: Person) -> None:
    """Nobody reads the words any more; that there was a comment stays. Raises NotPermitted for anybody else's."""
    if comment.by_id != by.pk:
        raise NotPermitted("Only who wrote a comment takes it back.")
    with transaction.atomic():
        now = timezone.now()
        if Comment.objects.filter(pk=comment.pk, taken_back_at=None).update(words="", taken_back_at=now):
            record("comment taken back", comment, by=by, about=comment.kind, thread=str(comment.subject))


def _named(thread: Thread, words: str) -> list[Person]:
    found, unknown = dict[int, Person](), list[str]()
    for typed in dict.fromkeys(NAME.findall(words)):
        person = _reader(thread, typed) or _reader(thread, typed.rstrip("."))
        if person:
            found[person.pk] = person
        else:
            unknown.append(f"@{typed}")
    if unknown:
        raise Conflict(
            f"Nobody who reads here is called {', '.join(unknown)}. Correct the name, or leave out the @ before it."
        )
    return list(found.values())


def _reader(thread: Thread, name: str) -> Person | None:
    person = Person.objects.filter(username__iexact=name, is_active=True).first()
    return person if person and (person.pk in thread.told or thread_for(person, thread.kind, thread.subject)) else None


def _concerned(thread: Thread) -> list[Person]:
    """Whoever said something here and may still read it, and whom it concerns."""
    spoke = Comment.objects.filter(kind=thread.kind, subject=thread.subject).values("by")
    people = Person.objects.filter(Q(pk__in=spoke) | Q(pk__in=thread.told))
    return [one for one in people if thread_for(one, thread.kind, thread.subject)]
