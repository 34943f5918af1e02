"""Who sees which review and release. What a person may not see answers like what does not exist: 404."""

from __future__ import annotations

from django.db.models import Q, QuerySet
from django.utils import timezone

from generation.engine.kinds.pairs import PAIRS
from generation.models import Dataset, GenerationRun
from generation.permissions import ever_owned_by, has_owned, is_open_to, open_to, owned_by, owns
from reviews.models import AccessRequest, Edit, RecordReport, Release, Review
from synthportal.models import Person
from synthportal.people.tokens.tokens import only_one
from synthportal.roles import Role, has_role


def reviews_for(person: Person) -> QuerySet[Review]:
    """Of their teams all reviews for stewards and auditors, other people's for annotators; owners their own runs'."""
    within = Review.objects.filter(run__dataset__in=open_to(person))
    if has_role(person, Role.STEWARD, Role.AUDITOR):
        return within
    seen = Q(pk__in=[])
    if has_role(person, Role.OWNER):
        seen |= owned_by(person, "run__dataset")
    if has_role(person, Role.ANNOTATOR):
        seen |= ~ever_owned_by(person, "run__dataset")
    return within.filter(seen)


def may_see(person: Person, review: Review) -> bool:
    """`reviews_for` of one review that is at hand with its run and dataset."""
    dataset = review.run.dataset
    sees = has_role(person, Role.STEWARD, Role.AUDITOR) or (has_role(person, Role.OWNER) and owns(person, dataset))
    sees = sees or (has_role(person, Role.ANNOTATOR) and not has_owned(person, dataset))
    return sees and is_open_to(person, dataset)


def may_judge(person: Person, review: Review) -> bool:
    """`desk_reviews_for` of one review that is at hand with its run and dataset."""
    run = review.run
    if not has_role(person, Role.ANNOTATOR) or review.status != Review.Status.OPEN:
        return False
    is_own = run.requested_by_id == person.pk or has_owned(person, run.dataset)
    return not is_own and is_open_to(person, run.dataset) and not has_edited(person, run.dataset)


def has_edited(person: Person, dataset: Dataset) -> bool:
    """Whether one of a dataset's pairs may be of this person's edit."""
    if dataset.kind != PAIRS.name:
        return False
    return Edit.objects.filter(by=person, record__review__run__pairs__dataset=dataset).exists()


def desk_reviews_for(person: Person) -> QuerySet[Review]:
    """Reviews whose records this person may judge: open ones of their teams, never of their dataset, run or edits."""
    if not has_role(person, Role.ANNOTATOR):
        return Review.objects.none()
    return Review.objects.filter(status=Review.Status.OPEN, run__dataset__in=open_to(person)).exclude(_of(person))


def _of(person: Person) -> Q:
    """The reviews of what is somebody's own work: their dataset, their run, or pairs of their edits."""
    edited = GenerationRun.objects.filter(review__records__edits__by=person)
    own = ever_owned_by(person, "run__dataset") | Q(run__requested_by=person)
    return own | Q(run__dataset__pair_source__run__in=edited)


def flag_reviews_for(person: Person) -> QuerySet[Review]:
    """Reviews whose leak flags this person may settle: of their teams, never of their dataset, run or edits."""
    if not has_role(person, Role.STEWARD, Role.ANNOTATOR):
        return Review.objects.none()
    return Review.objects.filter(run__dataset__in=open_to(person)).exclude(_of(person))


def releases_for(person: Person) -> QuerySet[Release]:
    """What their teams released for ML engineers, stewards and auditors; owners see those of their own datasets."""
    if has_role(person, Role.ENGINEER, Role.STEWARD, Role.AUDITOR):
        seen = Release.objects.filter(run__dataset__in=open_to(person))
    elif has_role(person, Role.OWNER):
        seen = Release.objects.filter(owned_by(person, "run__dataset"))
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
    free = Q(on_request=False) | owned_by(person, "run__dataset") | Q(pk__in=granted.values("release"))
    return seen.filter(free)


def sees_inside(person: Person, review: Review) -> bool:
    """Whether this person may see lanes, controls and the claim so far: not while they could judge a record of it."""
    return not may_judge(person, review)


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
