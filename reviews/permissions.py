"""Who sees which review and release. What a person may not see answers like what does not exist: 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from generation.permissions import open_to
from reviews.models import AccessRequest, RecordReport, Release, Review
from synthportal.models import Person
from synthportal.people.tokens.tokens import only_one
from synthportal.roles import Role, has_role


def reviews_for(person: Person) -> QuerySet[Review]:
    """Of their teams all reviews for stewards and auditors, other people's for annotators; owners their own runs'."""
    within = Review.objects.filter(run__dataset__in=open_to(person))
    if has_role(person, Role.STEWARD, Role.AUDITOR):
        return within
    mine = Q(run__dataset__owner=person)
    seen = Q(pk__in=[])
    if has_role(person, Role.OWNER):
        seen |= mine
    if has_role(person, Role.ANNOTATOR):
        seen |= ~mine
    return within.filter(seen)


def desk_reviews_for(person: Person) -> QuerySet[Review]:
    """Reviews whose records this person may judge: open ones of their teams, never of their own dataset or run."""
    if not has_role(person, Role.ANNOTATOR):
        return Review.objects.none()
    own = Q(run__dataset__owner=person) | Q(run__requested_by=person)
    return Review.objects.filter(status=Review.Status.OPEN, run__dataset__in=open_to(person)).exclude(own)


def flag_reviews_for(person: Person) -> QuerySet[Review]:
    """Reviews whose leak flags this person may settle: of their teams, never of their own dataset or run."""
    if not has_role(person, Role.STEWARD, Role.ANNOTATOR):
        return Review.objects.none()
    own = Q(run__dataset__owner=person) | Q(run__requested_by=person)
    return Review.objects.filter(run__dataset__in=open_to(person)).exclude(own)


def releases_for(person: Person) -> QuerySet[Release]:
    """What their teams released for ML engineers, stewards and auditors; owners see those of their own datasets."""
    if has_role(person, Role.ENGINEER, Role.STEWARD, Role.AUDITOR):
        seen = Release.objects.filter(run__dataset__in=open_to(person))
    elif has_role(person, Role.OWNER):
        seen = Release.objects.filter(run__dataset__owner=person)
    else:
        seen = Release.objects.none()
    return only_one(seen, person, "release")


def held_releases_for(person: Person) -> QuerySet[Release]:
    """The releases whose records this person may read; where access is asked for, engineers while it is granted."""
    seen = releases_for(person)
    if has_role(person, Role.STEWARD, Role.AUDITOR):
        return seen
    today = timezone.localdate()
    granted = AccessRequest.objects.filter(person=person, status=AccessRequest.Status.GRANTED, until__gte=today)
    free = Q(on_request=False) | Q(run__dataset__owner=person) | Q(pk__in=granted.values("release"))
    return seen.filter(free)


def sees_inside(person: Person, review: Review) -> bool:
    """Whether this person may see lanes, controls and the claim so far: not while they could judge a record of it."""
    return not desk_reviews_for(person).filter(pk=review.pk).exists()


def watched_reviews_for(person: Person) -> QuerySet[Review]:
    """Reviews whose single verdicts this person may read: stewards and auditors who cannot judge in them."""
    if not has_role(person, Role.STEWARD, Role.AUDITOR):
        return Review.objects.none()
    within = Review.objects.filter(run__dataset__in=open_to(person))
    return within.exclude(pk__in=desk_reviews_for(person).values("pk"))


def access_requests_for(person: Person) -> QuerySet[AccessRequest]:
    """The requests for access that a steward decides: those for releases they see."""
    seen = AccessRequest.objects.filter(release__in=releases_for(person))
    return seen if has_role(person, Role.STEWARD) else seen.none()


def reports_for(person: Person) -> QuerySet[RecordReport]:
    """The reported records that a steward settles: those of releases they see."""
    seen = RecordReport.objects.filter(release__in=releases_for(person))
    return seen if has_role(person, Role.STEWARD) else seen.none()
