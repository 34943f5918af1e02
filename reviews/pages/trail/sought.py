"""What a list of events is narrowed down to, by its address: who, what, about what, when."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.dateparse import parse_date

from generation.models import Dataset, GenerationRun
from reviews.models import Release
from reviews.pages.trail.subjects import about_dataset, about_release, about_run, kind_words
from synthportal.models import AuditEvent, Person

RELEASE = re.compile(r"release (\d{1,9})$", re.IGNORECASE)
RUN = re.compile(r"(.+?) */ *run (\d{1,9})$", re.IGNORECASE)
# What auditors ask for by name: actions, in the order of the page.
LISTS: dict[str, tuple[str, tuple[str, ...]]] = {
    "waivers": ("Waivers", ("waived",)),
    "policies": ("Changed policies", ("limits changed", "tier changed", "privacy limit changed")),
    "refusals": ("Refusals", ("refused",)),
    "downloads": ("Downloads", ("exported", "sent")),
    "releases": ("Releases", ("released", "withdrawn", "expired")),
    "source": ("Looks into the source", ("source read",)),
}


@dataclass(frozen=True, slots=True)
class Sought:
    """The filters of an address; "" means all. `about` is a dataset, "name / run 4", "release 3", a kind or an id."""

    actor: str = ""
    action: str = ""
    subject: str = ""
    since: str = ""
    until: str = ""
    kept: str = ""  # one of LISTS

    @classmethod
    def from_query(cls, query: Mapping[str, str]) -> Sought:
        names = ("actor", "action", "subject", "since", "until")
        given = {name: query.get(name, "").replace("\x00", "").strip() for name in names}
        return cls(**given, kept=query.get("list", ""))

    def narrowed(self) -> QuerySet[AuditEvent]:
        """The events that fit."""
        wanted = _by(self.actor) if self.actor else Q()
        wanted &= Q(action__iexact=self.action) if self.action else Q()
        wanted &= _about(self.subject) if self.subject else Q()
        wanted &= Q(action__in=LISTS[self.kept][1]) if self.kept in LISTS else Q()
        if first := _day(self.since):
            wanted &= Q(at__gte=_midnight(first))
        if last := _day(self.until):
            wanted &= Q(at__lt=_midnight(last + timedelta(days=1)))
        return AuditEvent.objects.filter(wanted)


def _day(text: str) -> date | None:
    try:
        return parse_date(text)
    except ValueError:
        return None


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _by(name: str) -> Q:
    """Events of the people called so, and of the jobs that ran for them."""
    first, _, last = name.partition(" ")
    parts = Q(username__iexact=name) | Q(first_name__iexact=name) | Q(last_name__iexact=name)
    parts |= Q(first_name__iexact=first, last_name__iexact=last.strip())
    wanted = Q(actor__iexact=name)
    for pk in Person.objects.filter(parts).values_list("pk", flat=True)[:20]:
        wanted |= Q(actor=f"person:{pk}") | Q(actor__endswith=f" for person:{pk}")
    return wanted


def _about(subject: str) -> Q:
    """What the words name: the first that there is."""
    try:
        return _about_id(UUID(subject))
    except ValueError:
        pass
    if match := RELEASE.match(subject):
        release = Release.objects.filter(number=int(match[1])).select_related("run").first()
        return about_release(release) if release else Q(pk__in=[])
    if match := RUN.match(subject):
        run = GenerationRun.objects.filter(dataset__name__iexact=match[1], number=int(match[2])).first()
        return about_run(run) if run else Q(pk__in=[])
    if kinds := [kind for kind, words in kind_words().items() if subject.lower() in (kind, words)]:
        return Q(subject_kind__in=kinds)
    if datasets := list(Dataset.objects.filter(name__iexact=subject)[:5]):
        wanted = Q(pk__in=[])
        for dataset in datasets:
            wanted |= about_dataset(dataset)
        return wanted
    return Q(subject_kind=subject.lower()) | Q(subject_id=subject)


def _about_id(key: UUID) -> Q:
    """The events of one thing; of a dataset, run or release with all that belongs to it."""
    if release := Release.objects.filter(pk=key).select_related("run").first():
        return about_release(release)
    if run := GenerationRun.objects.filter(pk=key).first():
        return about_run(run)
    if dataset := Dataset.objects.filter(pk=key).first():
        return about_dataset(dataset)
    return Q(subject_id=str(key))
