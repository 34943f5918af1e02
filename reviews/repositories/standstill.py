"""Which reviews cannot go on: what is left in them that nobody with the role for it may do. A few questions for all."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q, QuerySet

from generation.models import CoOwner
from reviews.engine.acceptance.progress import Progress
from reviews.engine.standstill import Reason, Standstill, Task
from reviews.models import Pause, Requeue, Review, ReviewRecord, Skip, Verdict
from synthportal.models import Person
from synthportal.roles import Role

State, Lane = ReviewRecord.State, ReviewRecord.Lane
KeptOut = Mapping[int, Reason]


@dataclass(frozen=True, slots=True)
class _Cast:
    """Who is here: names by keys, and the keys of those who can sign in with a role."""

    names: Mapping[int, str]
    annotators: frozenset[int]
    stewards: frozenset[int]

    def by_reason(self, kept_out: KeptOut) -> dict[Reason, dict[int, str]]:
        found: dict[Reason, dict[int, str]] = defaultdict(dict)
        for person, reason in kept_out.items():
            found[reason][person] = self.names[person]
        return dict(found)


@dataclass(frozen=True, slots=True)
class _Flag:
    """An open leak flag: who raised it, who judged its record, and who looked at it a second time, if anybody."""

    by: int
    judges: frozenset[int]
    looked: int | None


def standstills_in(reviews: Collection[Review], progress: Mapping[UUID, Progress]) -> dict[UUID, list[Standstill]]:
    """By review: what nobody here may do in it, one for each set of reasons; nothing for a closed one.

    Reviews come with their run and dataset. As many queries as for one of them.
    """
    still_open = [review for review in reviews if review.status == Review.Status.OPEN]
    flags, paused = _flags(still_open), _paused(still_open)
    cast = _cast({flag.looked for found in flags.values() for flag in found if flag.looked})
    acts, judges, shared = _acts(still_open, cast), _judges(still_open, cast), _shared(still_open)
    found: dict[UUID, list[Standstill]] = {review.pk: [] for review in reviews}
    for one in still_open:
        part = dict.fromkeys(_part_of(one) | shared[one.run.dataset_id], Reason.PART)
        desk = dict.fromkeys(paused[one.pk], Reason.PAUSED) | part
        found[one.pk] += _records(cast, desk, acts[one.pk], progress[one.pk])
        found[one.pk] += _open_flags(cast, desk, flags[one.pk])
        found[one.pk] += _signature(cast, dict.fromkeys(judges[one.pk], Reason.JUDGED) | part)
    return found


def _shared(reviews: Collection[Review]) -> Mapping[UUID, set[int]]:
    """By dataset, who ever owned it with others."""
    found: dict[UUID, set[int]] = defaultdict(set)
    rows = CoOwner.objects.filter(dataset__in={one.run.dataset_id for one in reviews})
    for dataset, person in rows.values_list("dataset", "person"):
        found[dataset].add(person)
    return found


def _part_of(review: Review) -> set[int]:
    return {review.run.dataset.owner_id, review.run.requested_by_id}


def _among(people: frozenset[int], kept_out: KeptOut) -> dict[int, Reason]:
    return {person: reason for person, reason in kept_out.items() if person in people}


Acts = Mapping[tuple[UUID, str], KeptOut]


def _records(cast: _Cast, desk: KeptOut, acts: Acts, found: Progress) -> Iterator[Standstill]:
    """Records that every annotator who could be given one has skipped or judged; all that are left, if nobody could."""
    kept_out = _among(cast.annotators, desk)
    free = cast.annotators - kept_out.keys()
    if not free:
        if left := found.total - found.total_judged:
            yield Standstill(Task.JUDGE, left, cast.by_reason(kept_out))
        return
    lanes = {Lane.HUNT} if found.unneeded else set(Lane)
    stuck = Counter(
        frozenset({**_among(free, said), **kept_out}.items())
        for (_, lane), said in acts.items()
        if lane in lanes and free <= said.keys()
    )
    for reasons, number in stuck.items():
        yield Standstill(Task.JUDGE, number, cast.by_reason(dict(reasons)))


def _open_flags(cast: _Cast, desk: KeptOut, flags: list[_Flag]) -> Iterator[Standstill]:
    stuck = Counter(frozenset(why.items()) for flag in flags if (why := _why_not_settled(cast, desk, flag)) is not None)
    for reasons, number in stuck.items():
        yield Standstill(Task.SETTLE, number, cast.by_reason(dict(reasons)))


def _why_not_settled(cast: _Cast, desk: KeptOut, flag: _Flag) -> KeptOut | None:
    """Who could settle a flag but for a reason; None when somebody can."""
    able = cast.annotators | cast.stewards
    kept_out = dict.fromkeys(flag.judges, Reason.JUDGED) | {flag.by: Reason.RAISED, **desk}
    kept_out = _among(able, kept_out)
    left = able - kept_out.keys()
    if flag.looked in left or left & cast.stewards or (left and flag.looked is None):
        return None
    return kept_out | ({flag.looked: Reason.BEGUN} if left and flag.looked else {})


def _signature(cast: _Cast, kept_out: KeptOut) -> Iterator[Standstill]:
    if cast.stewards <= kept_out.keys():
        yield Standstill(Task.SIGN, 1, cast.by_reason(_among(cast.stewards, kept_out)))


def _cast(also: Collection[int]) -> _Cast:
    """`also` are people whose names are told, whatever their roles are now."""
    roles = (Role.ANNOTATOR, Role.STEWARD)
    wanted = Q(is_active=True, groups__name__in=roles) | Q(pk__in=also)
    names: dict[int, str] = {}
    able: dict[str, set[int]] = {role: set() for role in roles}
    for person in Person.objects.filter(wanted).distinct().prefetch_related("groups"):
        names[person.pk] = person.display_name
        for group in person.groups.all() if person.is_active else ():
            able.get(group.name, set()).add(person.pk)
    return _Cast(names, frozenset(able[Role.ANNOTATOR]), frozenset(able[Role.STEWARD]))


def _paused(reviews: Collection[Review]) -> dict[UUID, set[int]]:
    found: dict[UUID, set[int]] = defaultdict(set)
    standing = Pause.objects.filter(review__in=reviews, lifted_at__isnull=True)
    for review, person in standing.values_list("review", "person"):
        found[review].add(person)
    return found


def _acts(reviews: Collection[Review], cast: _Cast) -> dict[UUID, dict[tuple[UUID, str], dict[int, Reason]]]:
    """By review and open record (with its lane): the annotators who do not get it, and why."""
    still_open, by = [State.WAITING, State.CLAIMED], cast.annotators
    standing = {"undone_at__isnull": True, "by__in": by}
    said: tuple[tuple[Reason, QuerySet[Any], str], ...] = (
        (Reason.SKIPPED, Skip.objects.filter(**standing), ""),
        # One verdict leaves a record open only where it needs several.
        (Reason.JUDGED, Verdict.objects.filter(**standing, record__needed__gte=2), ""),
        (Reason.SET_ASIDE, Requeue.objects.filter(verdict__by__in=by), "verdict__"),
    )
    found: dict[UUID, dict[tuple[UUID, str], dict[int, Reason]]] = defaultdict(lambda: defaultdict(dict))
    for reason, acts, way in said:
        record = f"{way}record"
        open_ones = acts.filter(**{f"{record}__review__in": reviews, f"{record}__state__in": still_open}).order_by()
        rows = open_ones.values_list(f"{record}__review", record, f"{record}__lane", f"{way}by")
        for review, pk, lane, person in rows:
            found[review][pk, lane][person] = reason
    return found


def _flags(reviews: Collection[Review]) -> dict[UUID, list[_Flag]]:
    flags = Verdict.objects.filter(
        record__review__in=reviews, decision=Verdict.Decision.LEAKAGE, undone_at__isnull=True, adjudication__isnull=True
    ).exclude(record__lane=Lane.CONTROL)
    rows = list(flags.order_by().values_list("record__review", "record", "by", "second_look__by"))
    judges: dict[UUID, set[int]] = defaultdict(set)
    said = Verdict.objects.filter(record__in={record for _, record, *_ in rows}, undone_at__isnull=True)
    for record, person in said.order_by().values_list("record", "by"):
        judges[record].add(person)
    found: dict[UUID, list[_Flag]] = defaultdict(list)
    for review, record, person, looked in rows:
        found[review].append(_Flag(person, frozenset(judges[record]), looked))
    return found


def _judges(reviews: Collection[Review], cast: _Cast) -> dict[UUID, set[int]]:
    """By review: stewards who said something of a record of it, standing or taken back."""
    found: dict[UUID, set[int]] = defaultdict(set)
    said = Verdict.objects.filter(by__in=cast.stewards, record__review__in=reviews).order_by()
    for review, person in said.values_list("record__review", "by").distinct():
        found[review].add(person)
    return found
