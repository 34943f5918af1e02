"""The jobs of this app: evaluate -> sample (the review opens) ... release -> publish (its files are made and signed).

A run of a bake-off waits after its evaluation: take opens its review. Who waits for one of these steps is told of it,
by the verbs here that pages and API call.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from generation.models import Dataset, Evaluation, GenerationRun
from generation.permissions import open_to, owners_of
from generation.repositories.bake_offs import TAKE, waits_for_choice
from generation.repositories.evaluations import may_recompute, newest_evaluation
from generation.stages.evaluate import recompute_evaluation
from generation.tasks import submit_dataset
from reviews.engine.policy.policy import ReviewPolicy
from reviews.models import (
    AccessRequest,
    Assignment,
    Attestation,
    Derived,
    RecordReport,
    Release,
    Review,
    ReviewRecord,
    TierVersion,
    Wish,
)
from reviews.permissions import desk_reviews_for
from reviews.repositories.catalogue.access import holders_of
from reviews.repositories.catalogue.standing import releases_ending, releases_over
from reviews.repositories.trust.lineage import datasets_made_of, downstream_of
from reviews.stages.attest import ask_attestation, expire_release, sign_attestations
from reviews.stages.desk.edit import link_pairs, pairs_upload
from reviews.stages.desk.prepare import assign_person
from reviews.stages.govern import change_tier, decide_tier
from reviews.stages.release import release_run, withdraw_release
from reviews.stages.sample import sample_run
from reviews.stages.use.grant import answer_wish, ask_access, grant_access, refuse_access, wish_dataset
from reviews.stages.use.report import report_record, settle_report, suspend_release
from synthportal.jobs.progress import Report
from synthportal.jobs.queue import enqueue
from synthportal.jobs.registry import duty, job
from synthportal.jobs.worker import Worker
from synthportal.models import Job, Notice, Person
from synthportal.people.messages.notices import Event, everybody, tell
from synthportal.roles import Role

ENDING_DAYS = 14  # before a release expires, whoever it concerns is told


@job("sample")
def sample(run_id: UUID, worker: Worker, report: Report) -> None:
    """After every evaluation; a run of a bake-off waits until its owner takes it to review."""
    if not waits_for_choice(GenerationRun.objects.get(pk=run_id)):
        sample_run(run_id, by=worker, report=report)
        _tell_of_review(run_id, worker.person_id)
        ask_second_workers()


@job(TAKE)
def take(run_id: UUID, worker: Worker, report: Report) -> None:
    sample_run(run_id, by=worker, report=report)
    _tell_of_review(run_id, worker.person_id)


@job("publish", lane=Job.Lane.SIGN)
def publish(release_id: UUID, worker: Worker, report: Report) -> None:
    sign_attestations(release_id, by=worker, report=report)


def submit_pairs(review: Review, *, by: Person) -> Dataset:
    """Make a dataset of the preference pairs that the edits of a review give, and queue its ingest."""
    upload = pairs_upload(review, by=by)
    with transaction.atomic():
        dataset = submit_dataset(upload, by=by)
        link_pairs(dataset, review, by=by)
    return dataset


@duty
def expire_what_is_over() -> None:
    """Queue the end of releases whose day has come. Nothing leaves of them meanwhile either: export asks the day."""
    for release in releases_over():
        enqueue("expire", release.pk, person_id=release.released_by_id)


@job("expire", lane=Job.Lane.SIGN)
def expire(release_id: UUID, worker: Worker, report: Report) -> None:
    with transaction.atomic():
        expired = expire_release(release_id, by=worker)
        if expired:
            _tell_of_end(Event.EXPIRED, expired, "has expired", by_id=None)


@duty
def tell_of_coming_ends() -> None:
    """Once for each last day: whoever owns or took the release, and the stewards who can have it signed until later."""
    for release in releases_ending(timedelta(days=ENDING_DAYS)):
        path, day = reverse("release", args=[release.pk]), timezone.localtime(release.ends).date().isoformat()
        words = f"Release {release.number} expires on {day}: nothing is sent of it from then on. A steward can have it "
        words += "signed until a later day."
        if not Notice.objects.filter(event=Event.ENDING, path=path, words=words).exists():
            people = [*_concerned_by(release), *_seeing(Role.STEWARD, release.run)]
            tell(Event.ENDING, words, path=path, to=people, subject=release.pk, by_id=None)


@duty
def ask_second_workers() -> None:
    """Also of evidence from before they were asked for. What failed there is not tried again by itself."""
    if not settings.SECOND_WORKERS:
        return
    asked = Job.objects.filter(kind="recompute").values("subject_id")
    unasked = Evaluation.objects.filter(recomputations=None).exclude(pk__in=asked)
    open_ones = GenerationRun.objects.filter(review__status=Review.Status.OPEN, evaluations__in=unasked)
    for run in open_ones.distinct().prefetch_related("evaluations"):
        newest = newest_evaluation(run)
        if newest and unasked.filter(pk=newest.pk).exists():
            enqueue("recompute", newest.pk, person_id=run.requested_by_id)


@job("recompute", lane=Job.Lane.RECOMPUTE, may_take=may_recompute)
def recompute(evaluation_id: UUID, worker: Worker, report: Report) -> None:
    recompute_evaluation(evaluation_id, by=worker, report=report)


def _tell_of_review(run_id: UUID, by_id: int) -> None:
    """Annotators who may judge in it; nobody twice for one review."""
    review = Review.objects.filter(run=run_id, status=Review.Status.OPEN).select_related("run__dataset").first()
    if review is None:
        return
    path = reverse("desk", args=[review.pk])
    told = Notice.objects.filter(event=Event.NEEDS_REVIEW, path=path).values("person")
    judges = [one for one in everybody(Role.ANNOTATOR) if desk_reviews_for(one).filter(pk=review.pk).exists()]
    known = {row["person"] for row in told}
    words = f"Records of {review.run.dataset.name} wait for review."
    people = [one for one in judges if one.pk not in known]
    tell(Event.NEEDS_REVIEW, words, path=path, to=people, subject=review.pk, by_id=by_id)


def _seeing(role: Role, run: GenerationRun) -> list[Person]:
    """Who holds the role, less those to whom a team closes the dataset."""
    return [one for one in everybody(role) if open_to(one).filter(pk=run.dataset_id).exists()]


@duty
def tell_of_gates() -> None:
    """Stewards, once, when the last record of a review is judged: flags and signature are what is left."""
    left = ReviewRecord.objects.exclude(state=ReviewRecord.State.JUDGED).values("review")
    done = Review.objects.filter(status=Review.Status.OPEN, records__isnull=False).exclude(pk__in=left).distinct()
    for review in done.select_related("run__dataset"):
        path = reverse("gate", args=[review.run_id])
        if not Notice.objects.filter(event=Event.NEEDS_APPROVAL, path=path).exists():
            words = f"Every record of {review.run.dataset.name}, run {review.run.number}, is judged: look at its gate."
            people = _seeing(Role.STEWARD, review.run)
            tell(Event.NEEDS_APPROVAL, words, path=path, to=people, subject=review.run_id, by_id=None)


@duty
def remind_assigned() -> None:
    """Who is asked to judge by tomorrow, once, unless their review is closed."""
    tomorrow = timezone.localdate() + timedelta(days=1)
    late = Assignment.objects.filter(ended_at__isnull=True, reminded_at__isnull=True, due__lte=tomorrow)
    for one in late.filter(review__status=Review.Status.OPEN).select_related("review__run__dataset", "person"):
        words = f"You are asked to judge records of {one.review.run.dataset.name} by {one.due.isoformat()}."
        with transaction.atomic():
            if Assignment.objects.filter(pk=one.pk, reminded_at__isnull=True).update(reminded_at=timezone.now()):
                _tell_assigned(one, words, by_id=None)


def _tell_assigned(one: Assignment, words: str, *, by_id: int | None) -> None:
    path = reverse("desk", args=[one.review_id])
    tell(Event.NEEDS_REVIEW, words, path=path, to=[one.person], subject=one.review_id, by_id=by_id)


# What pages and API call: a verb of a stage, and who is told of it, in one transaction.


def submit_release(run: GenerationRun, *, by: Person, dossier_hash: str, seen: Collection[str]) -> Release:
    """Release a run and queue the layout and signature of its files; Parquet can be had at once."""
    with transaction.atomic():
        release = release_run(run, by=by, dossier_hash=dossier_hash, seen=seen)
        enqueue("publish", release.pk, person_id=by.pk)
        words = f"Release {release.number} of {run.dataset.name} is signed and can be used."
        people = [*owners_of(run.dataset), run.requested_by, *_seeing(Role.ENGINEER, run)]
        _tell(Event.RELEASED, release, words, people, by)
    return release


def submit_assignment(review: Review, person: Person, *, due: date, by: Person) -> Assignment:
    """Ask somebody to judge by a day, and tell them."""
    with transaction.atomic():
        made = assign_person(review, person, due=due, by=by)
        words = f"{by.display_name} asks you to judge records of {review.run.dataset.name} by {due.isoformat()}."
        _tell_assigned(made, words, by_id=by.pk)
    return made


def submit_withdrawal(release: Release, *, reason: str, by: Person) -> None:
    """Withdraw a release and tell everybody who holds bytes of it."""
    with transaction.atomic():
        withdraw_release(release, reason=reason, by=by)
        _tell_of_end(Event.WITHDRAWN, release, "was withdrawn", by_id=by.pk)


def submit_access_request(release: Release, *, purpose: str, by: Person) -> AccessRequest:
    """Ask for access and tell the stewards."""
    with transaction.atomic():
        asked = ask_access(release, purpose=purpose, by=by)
        words = f"{by.display_name} asks for access to release {release.number}."
        path, people = reverse("access"), _seeing(Role.STEWARD, release.run)
        tell(Event.ACCESS, words, path=path, to=people, subject=asked.pk, by_id=by.pk)
    return asked


def submit_grant(asked: AccessRequest, *, until: date, by: Person) -> None:
    """Grant access and tell who asked."""
    with transaction.atomic():
        grant_access(asked, until=until, by=by)
        words = f"You may hold release {asked.release.number} until {until.isoformat()}."
        _tell(Event.ACCESS, asked.release, words, [asked.person], by)


def submit_refusal(asked: AccessRequest, *, reason: str, by: Person) -> None:
    """Refuse access, or take it back, and tell who asked."""
    with transaction.atomic():
        refuse_access(asked, reason=reason, by=by)
        words = f"Access to release {asked.release.number} was {asked.status}: the reason stands on its page."
        _tell(Event.ACCESS, asked.release, words, [asked.person], by)


def submit_wish(*, title: str, purpose: str, by: Person) -> Wish:
    """Ask for a dataset that does not exist yet, and tell owners and stewards."""
    with transaction.atomic():
        wish = wish_dataset(title=title, purpose=purpose, by=by)
        people = [*everybody(Role.OWNER), *everybody(Role.STEWARD)]
        words = f"{by.display_name} looks for a dataset that does not exist yet."
        tell(Event.ACCESS, words, path=reverse("wishes"), to=people, subject=wish.pk, by_id=by.pk)
    return wish


def submit_answer(wish: Wish, *, answer: str, by: Person) -> None:
    """Answer a wish and tell who had it."""
    with transaction.atomic():
        answer_wish(wish, answer=answer, by=by)
        words = "Your wish for a dataset was answered."
        tell(Event.ACCESS, words, path=reverse("wishes"), to=[wish.person], subject=wish.pk, by_id=by.pk)


def submit_report(release: Release, *, row: int | None, words: str, by: Person) -> RecordReport:
    """Report a record and tell the stewards, who alone read what was said."""
    with transaction.atomic():
        told = report_record(release, row=row, words=words, by=by)
        line = f"A record of release {release.number} was reported: look at these bytes."
        path, people = reverse("reports"), _seeing(Role.STEWARD, release.run)
        tell(Event.REPORTED, line, path=path, to=people, subject=release.pk, by_id=by.pk)
    return told


def submit_suspension(report: RecordReport, *, is_on: bool, by: Person) -> None:
    """Stop the downloads, or let them go on, and tell who holds bytes of the release and who made something of it."""
    with transaction.atomic():
        suspend_release(report, is_on=is_on, by=by)
        release = report.release
        what = "is suspended while a reported record is looked at" if is_on else "can be used again"
        _tell(Event.REPORTED, release, f"Release {release.number} {what}.", holders_of(release), by)
        _tell_below(Event.REPORTED, release, what, WAIT if is_on else GO_ON, by_id=by.pk)


def submit_settlement(report: RecordReport, *, is_leak: bool, reason: str, by: Person) -> None:
    """Settle a report and tell who made it; a confirmed one withdraws the release. One that has ended already stays so,
    and whoever it concerns is told of the leak all the same.
    """
    with transaction.atomic():
        report.release.refresh_from_db()
        was = report.release.status
        settle_report(report, is_leak=is_leak, reason=reason, by=by)
        release = report.release
        _tell(Event.REPORTED, release, f"Your report on release {release.number} was {report.status}.", [report.by], by)
        if is_leak:
            stood = was == Release.Status.RELEASED
            what = "was withdrawn" if stood else f"was {was} before, and a leak was confirmed in it now"
            _tell_of_end(Event.WITHDRAWN, release, what, by_id=by.pk)


@dataclass(frozen=True, slots=True)
class _Advice:
    """What to do about what was made from a release, by what it is; {} is its name."""

    release: str = ""
    dataset: str = ""
    other: str = ""


STOP = _Advice("Do not use release {} any more.", "Nothing of that dataset is released.", "Do not use that any more.")
WAIT = _Advice("Wait with release {}.", "Nothing of that dataset is released meanwhile.", "Wait with it.")
GO_ON = _Advice()


def _tell_of_end(event: Event, release: Release, what: str, *, by_id: int | None) -> None:
    """Who owns or took a release that `what` ("was withdrawn"), and then who owns or took what was made from it."""
    words = f"Release {release.number} {what}. Do not use it any more, and delete what you downloaded."
    path = reverse("release", args=[release.pk])
    tell(event, words, path=path, to=_concerned_by(release), subject=release.pk, by_id=by_id)
    _tell_below(event, release, what, STOP, by_id=by_id)


def _tell_below(event: Event, release: Release, what: str, advice: _Advice, *, by_id: int | None) -> None:
    """Who owns or took what was made from a release that `what`."""
    path, below = reverse("release", args=[release.pk]), downstream_of(release)
    ended = f"Release {release.number} {what}"
    for made in below:
        words = f"{ended}, and release {made.number} was made from it. {advice.release.format(made.number)}".strip()
        there = reverse("release", args=[made.pk])
        tell(event, words, path=there, to=_concerned_by(made), subject=made.pk, by_id=by_id)
    for dataset in datasets_made_of([release, *below]):
        words = f"{ended}, and {dataset.name} was made from it. {advice.dataset}".strip()
        there = reverse("dataset", args=[dataset.pk])
        tell(event, words, path=there, to=owners_of(dataset), subject=dataset.pk, by_id=by_id)
    for derived in Derived.objects.filter(release__in=[release, *below], dataset=None).select_related("told_by"):
        words = f"{ended}, and you made {derived.name} from it. {advice.other}".strip()
        tell(event, words, path=path, to=[derived.told_by], subject=release.pk, by_id=by_id)


def _concerned_by(release: Release) -> list[Person]:
    return [*owners_of(release.run.dataset), release.requested_by, *holders_of(release)]


def _tell(event: Event, release: Release, words: str, people: Collection[Person], by: Person) -> None:
    path = reverse("release", args=[release.pk])
    tell(event, words, path=path, to=people, subject=release.pk, by_id=by.pk)


def submit_tier(name: str, changes: Mapping[str, object], *, reason: str, seen: int, by: Person) -> TierVersion:
    """Write a version of a tier and tell the stewards that it waits for a second one."""
    with transaction.atomic():
        made = change_tier(name, changes, reason=reason, by=by, seen=seen)
        version = TierVersion.objects.get(tier=name, version=made.version)
        words = f"Version {made.version} of the {name} review waits for a second steward."
        path = reverse("tier", args=[name])
        tell(Event.NEEDS_APPROVAL, words, path=path, to=everybody(Role.STEWARD), subject=version.pk, by_id=by.pk)
    return version


def submit_tier_decision(name: str, number: int, *, holds: bool, note: str, by: Person) -> ReviewPolicy:
    """Confirm or refuse a version of a tier and tell who wrote it."""
    with transaction.atomic():
        policy = decide_tier(name, number, holds=holds, note=note, by=by)
        version = TierVersion.objects.select_related("by").get(tier=name, version=number)
        words = f"Version {number} of the {name} review {'holds now' if holds else 'was refused'}: {note.strip()}"
        path = reverse("tier", args=[name])
        tell(Event.NEEDS_APPROVAL, words, path=path, to=[version.by], subject=version.pk, by_id=by.pk)
    return policy


def submit_attestation(
    release: Release, *, by: Person, days: int | None = None, test_share: float = 0.0
) -> Attestation:
    """Ask for a signature over every file, and queue it; one that was asked for and did not come is queued again."""
    waiting = release.attestations.filter(signed_at=None).first()
    asked = waiting or ask_attestation(release, by=by, days=days, test_share=test_share)
    enqueue("publish", release.pk, person_id=by.pk)
    return asked
