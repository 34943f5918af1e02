"""What waits for a person now, whatever their roles: one line each, first what blocks somebody else."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.urls import reverse

from generation.engine.comparison.apart import listed_words
from generation.models import Dataset, GenerationRun
from generation.permissions import owned_by, owns
from reviews.engine.acceptance.progress import Progress
from reviews.models import AccessRequest, Assignment, RecordReport, Review, Tally, Wish
from reviews.permissions import access_requests_for, desk_reviews_for, flag_reviews_for, reports_for
from reviews.repositories.gate.dossier import conditions_in
from reviews.repositories.progress import progress_in
from reviews.repositories.queue import waiting_in
from reviews.repositories.standstill import standstills_in
from reviews.stages.adjudicate import flags_in
from reviews.stages.gate import signable
from synthportal.models import Person
from synthportal.roles import Role, has_role
from synthportal.templatetags.human import count

SHOWN = 8
LOOKED_AT = 50  # open reviews among which one may be at a standstill, or complete


@dataclass(frozen=True, slots=True)
class Line:
    """One thing on the home page: what it is, what to do about it or where it stands, how far it is."""

    kind: str
    title: str
    url: str
    words: str
    found: Progress | None = None
    tone: str = ""
    label: str = ""  # of the page's action, when this line is its reason
    said: str = ""  # what can be said of it so far


@dataclass(frozen=True, slots=True)
class OpenReviews:
    """The oldest open reviews, read once for all roles of a person."""

    reviews: list[Review]
    progress: Mapping[UUID, Progress]
    waiting: Mapping[UUID, int]  # records, by those reviews that the person may judge in


def open_reviews(person: Person, seen: Any) -> OpenReviews:
    """Of those that `seen` asks for, with where they stand and what waits for this person."""
    found = seen.filter(status=Review.Status.OPEN).select_related("run__dataset", "run__requested_by")
    large = [f"run__{name}" for name in GenerationRun.LARGE] + [f"run__dataset__{name}" for name in Dataset.LARGE]
    reviews = list(found.defer(*large).order_by("created_at")[:LOOKED_AT])
    ids = [one.pk for one in reviews]
    mine = set(desk_reviews_for(person).filter(pk__in=ids).values_list("pk", flat=True))
    waiting = waiting_in(person, [one for one in reviews if one.pk in mine])
    return OpenReviews(reviews, progress_in(reviews), waiting)


def waiting_for(person: Person, found: OpenReviews) -> list[Line]:
    """Everything that waits for this person."""
    roles: tuple[tuple[Role, Callable[[Person, OpenReviews], Iterator[Line]]], ...] = (
        (Role.ANNOTATOR, _records),
        (Role.STEWARD, _gates),
        (Role.STEWARD, _asked),
        (Role.OWNER, _datasets),
    )
    lines = [line for role, lines in roles if has_role(person, role) for line in lines(person, found)]
    return [*_flags(person, found), *lines]


def awaited_by(person: Person) -> str:
    """What may wait for a person in their roles, in words; "" where nothing ever does."""
    kinds = {"records": [Role.ANNOTATOR], "flags": [Role.ANNOTATOR, Role.STEWARD], "plans": [Role.OWNER]}
    kinds |= {"gates": [Role.STEWARD], "requests": [Role.STEWARD]}
    return listed_words([kind for kind, roles in kinds.items() if has_role(person, *roles)])


def standstills_for(person: Person, found: OpenReviews) -> dict[str, list[dict[str, Any]]]:
    """`skipped`: reviews in which this person skipped what nobody else may judge. `stuck`: those that cannot go on, for
    stewards and for the owner: what nobody may do, why, and what to do about it.
    """
    is_steward = has_role(person, Role.STEWARD)
    told = {one.pk for one in found.reviews if is_steward or owns(person, one.run.dataset)}
    looked_at = [one for one in found.reviews if one.pk in told or one.pk in found.waiting]
    stands = standstills_in(looked_at, found.progress) if looked_at else {}
    counted = [
        (one, sum(each.number for each in stands[one.pk] if each.waits_for_skip_of(person.pk)))
        for one in looked_at
        if one.pk in found.waiting
    ]
    return {
        "skipped": [{"review": one, "number": number} for one, number in counted if number],
        "stuck": [{"review": one, "standstill": it} for one in looked_at if one.pk in told for it in stands[one.pk]],
    }


def _records(person: Person, found: OpenReviews) -> Iterator[Line]:
    been = set(Tally.objects.filter(person=person, review__in=found.reviews).values_list("review", flat=True))
    asked = Assignment.objects.filter(person=person, review__in=found.reviews, ended_at__isnull=True)
    due = dict(asked.order_by().values_list("review", "due"))
    for review in sorted(found.reviews, key=lambda one: due.get(one.pk, date.max)):
        if left := found.waiting.get(review.pk, 0):
            words = f"{count(left)} {'record waits' if left == 1 else 'records wait'} for your verdict"
            words += f"; you are asked by {due[review.pk].isoformat()}." if review.pk in due else "."
            url, label = reverse("desk", args=[review.pk]), f"{'Continue' if review.pk in been else 'Start'} reviewing"
            yield Line("Review", str(review.run), url, words, found.progress[review.pk], label=label)


def _flags(person: Person, found: OpenReviews) -> Iterator[Line]:
    """Leak flags that this person may settle: a second person is asked for."""
    flagged = [one for one in found.reviews if found.progress[one.pk].open_flags]
    may = set(flag_reviews_for(person).filter(pk__in=[one.pk for one in flagged]).values_list("pk", flat=True))
    shown = [one for one in flagged if one.pk in may]
    counted = flags_in(person, shown) if shown else {}
    for review in shown:
        if number := counted[review.pk]:
            words = f"{count(number)} leak {'flag waits' if number == 1 else 'flags wait'} for a second person."
            url = reverse("flags", args=[review.pk])
            yield Line("Flags", str(review.run), url, words, tone="attention", label="Settle the flags")


def _gates(person: Person, found: OpenReviews) -> Iterator[Line]:
    """Gates of complete reviews that this person may sign, with what is unmet; what can be signed at once first."""
    complete = signable(person, [one for one in found.reviews if found.progress[one.pk].is_complete])
    gates = conditions_in(complete, found.progress) if complete else {}
    unmet = {one.pk: [line.title for line in gates[one.pk] if not line.met] for one in complete}
    for review in sorted(complete, key=lambda one: bool(unmet[one.pk])):
        url, missing = reverse("gate", args=[review.run_id]), unmet[review.pk]
        words = (
            f"Still missing: {' · '.join(missing)}." if missing else "Nothing is missing: it waits for your signature."
        )
        label = "" if missing else "Look at the gate"
        yield Line("Gate", str(review.run), url, words, tone="blocked" if missing else "met", label=label)


def _asked(person: Person, found: OpenReviews) -> Iterator[Line]:
    """What people asked stewards for."""
    reported = reports_for(person).filter(status=RecordReport.Status.OPEN).count()
    asked = access_requests_for(person).filter(status=AccessRequest.Status.ASKED).count()
    wished = Wish.objects.filter(status=Wish.Status.OPEN).count()
    for number, name, one, many, words in (
        (reported, "reports", "reported record", "reported records", "Say whether these bytes give somebody away."),
        (asked, "access", "request for access", "requests for access", "Grant until a day, or refuse with a reason."),
        (wished, "wishes", "wish", "wishes", "Somebody looks for data that does not exist yet: answer them."),
    ):
        if number:
            yield Line(name.capitalize(), f"{count(number)} {one if number == 1 else many}", reverse(name), words)


def _datasets(person: Person, found: OpenReviews) -> Iterator[Line]:
    """Plans that wait for their owner, and files that could not be read."""
    status, mine = Dataset.Status, Dataset.objects.filter(owned_by(person))
    wanted = mine.filter(status__in=[status.PROFILED, status.REFUSED]).order_by("-status", "-created_at")
    for dataset in wanted[:SHOWN]:
        url = reverse("dataset", args=[dataset.pk])
        if dataset.status == status.PROFILED:
            words = f"Look at what is removed from its {count(dataset.rows)} records and why, then confirm the plan."
            yield Line("Plan", dataset.name, url, words, label="Look at the plan")
        else:
            yield Line("File", dataset.name, url, f"It could not be read. {dataset.error}", tone="blocked")


def action_of(person: Person, waiting: Collection[Line]) -> dict[str, str] | None:
    """The page's one action: the first thing that waits, or where this person's own work begins."""
    first = next((line for line in waiting if line.label), None)
    if first:
        return {"label": first.label, "url": first.url}
    begins = (
        (Role.OWNER, "New dataset", "dataset_new"),
        (Role.ENGINEER, "Browse releases", "releases"),
        (Role.AUDITOR, "Open the trail", "audit"),
    )
    return next(
        ({"label": label, "url": reverse(name)} for role, label, name in begins if has_role(person, role)), None
    )
