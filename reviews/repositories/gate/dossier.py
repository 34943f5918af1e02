"""The dossier: everything a release rests on, read once. Hash and conditions come from this one reading."""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from uuid import UUID

from django.conf import settings
from django.db.models import Case, Q, QuerySet, Subquery, Value, When, prefetch_related_objects

from generation.engine.evaluation.limits.policy import only
from generation.engine.kinds.catalogue import kind_of
from generation.models import Dataset, Evaluation, GenerationRun, Purpose, Recomputation, WrittenException
from generation.repositories.evaluations import is_signed, newest_evaluation, recomputations_of
from generation.repositories.judged.limits import LimitsVersion, judged_among, names_a_target, too_lax, versions_of
from generation.repositories.judged.words import laxer_sentences
from generation.repositories.minimisation.exceptions import exception_sentences, standing_in, used_by
from generation.repositories.tables import statement_of
from reviews.engine.acceptance.progress import Progress
from reviews.engine.certificate.certificate import dossier_hash
from reviews.engine.gate.conditions import Condition, conditions
from reviews.engine.gate.facts import (
    EvidenceFacts,
    GateFacts,
    PlanFacts,
    RecomputedFacts,
    SampleFacts,
    UpstreamFacts,
    WaiverFacts,
)
from reviews.engine.policy.floors import below_floor
from reviews.models import Release, Review, TierVersion, Verdict, Waiver
from reviews.repositories.catalogue.standing import stands_as
from reviews.repositories.catalogue.upstream import is_made_of_releases, upstream_in
from reviews.repositories.gate.hands import Hand, Involved, involved_in
from reviews.repositories.gate.parts import Evidence, edits_of, read_evidence
from reviews.repositories.gate.untouched import Source, touched_in
from reviews.repositories.progress import planted_in, progress_of
from reviews.repositories.samples import plan_of, policy_of
from reviews.repositories.tiers import floors, policy_faults, version_of
from reviews.repositories.twins import name_of, twin_of
from synthportal.errors import Conflict
from synthportal.jobs.telemetry.names import Fact, Span
from synthportal.jobs.telemetry.traces import traced
from synthportal.storage.vault import has_sealed
from synthportal.trail.verification import Standing, standing


@dataclass(frozen=True, slots=True)
class Dossier:
    """What was read. `hash` is what an approval binds; "" while evidence or review is missing; `contents` is the digest
    of every row that it rests on, `planted` the kinds of leaks among its controls. `involved` says who did what to the
    evidence or wrote its rules: none of them can sign.
    """

    run: GenerationRun
    evaluation: Evaluation | None
    review: Review | None
    progress: Progress | None
    released: Release | None
    involved: Involved
    facts: GateFacts
    hash: str
    contents: str = ""
    planted: tuple[str, ...] = ()
    before: Release | None = None  # the newest release of this dataset that another run made

    @property
    def conditions(self) -> list[Condition]:
        """Every condition of the release, met or not."""
        return conditions(self.facts)

    @property
    def unmet(self) -> list[Condition]:
        return [line for line in self.conditions if not line.met]

    @property
    def needing_eyes(self) -> list[str]:
        """The names of the conditions that are met but have to be read, and named as seen, by who signs."""
        return [line.name for line in self.conditions if line.needs_eyes]


log = logging.getLogger(__name__)
UNREADABLE = (
    "What this release would rest on cannot be read: a row holds what the portal never writes. Ask an auditor to run "
    "verify_audit, which names what was touched."
)


@contextmanager
def readable(run: GenerationRun) -> Iterator[None]:
    """Whoever writes to the database can make a row of evidence unreadable: that is told in words, as a Conflict."""
    try:
        yield
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        log.error("The evidence of run %s cannot be read (%s).", run.pk, type(error).__name__)
        raise Conflict(UNREADABLE) from error


def collect(run: GenerationRun) -> Dossier:
    """Read the evidence now. Raises Conflict where a row holds what the portal never writes."""
    with traced(Span.GATE, lambda: {Fact.RUN: str(run.pk)}) as tell:
        with readable(run):
            dossier = _read(run)
            found = dossier.conditions
        tell(lambda: {Fact.CONDITIONS: len(found), Fact.UNMET: sum(not line.met for line in found)})
    return dossier


def _read(run: GenerationRun) -> Dossier:
    evaluation, near = newest_evaluation(run), list(_reviews_near([run]).annotate(card_before=_card_before(run)))
    review = next((one for one in near if one.run_id == run.pk), None)
    if review:
        review.run = run  # nothing that is asked of the review reads the run again
        prefetch_related_objects([review], "pauses", "tallies")
    progress = progress_of(review) if review else None
    involved = involved_in(review, evaluation) if review else Involved({}, {}, ())
    around = _around([run], near)
    facts, released = _facts(run, evaluation, review, progress, around), around.released.get(run.pk)
    contents, digest = "", ""
    planted: tuple[str, ...] = ()
    if evaluation and review and progress:
        policy = policy_of(review)
        tier = version_of(policy)
        found = _evidence_of(run, evaluation, review, tier, around)
        touched = touched_in(found, review, _source(run, involved, around), around.trail)
        facts = replace(facts, touched=(*touched.faults, *policy_faults(policy, tier)), recorded_before=touched.before)
        contents, digest = found.digest, _hash(run, evaluation, review, found.digest)
        planted = planted_in(found.hidden)
    before = _released_before(run, near)
    return Dossier(run, evaluation, review, progress, released, involved, facts, digest, contents, planted, before)


def _source(run: GenerationRun, involved: Involved, around: _Around) -> Source:
    above = around.made_from.get(run.dataset.sha256, ())
    return Source(run.dataset, involved.hands[Hand.SHARED], [one.number for one in above])


def _released_before(run: GenerationRun, near: Collection[Review]) -> Release | None:
    """With its run, and its card where this run has a review: the review brings both along."""
    others = [one for one in near if one.run.dataset_id == run.dataset_id and one.run_id != run.pk]
    last = max((one for one in others if hasattr(one, "release")), key=lambda one: one.release.number, default=None)
    if last is None:
        return None
    last.release.run = last.run
    for review in near:
        if review.run_id == run.pk:
            last.release.card = vars(review)["card_before"]
    return last.release


def _card_before(run: GenerationRun) -> Case:
    """On the review of this run alone, the card of the newest release of another run of its dataset."""
    others = Release.objects.filter(run__dataset=run.dataset_id).exclude(run=run.pk).order_by("-number")
    return Case(When(run=run.pk, then=Subquery(others.values("card")[:1])))


def hash_before(dossier: Dossier) -> tuple[str, str]:
    """The dossier's hash as it was before it covered the contents of all rows, and the digest of the verdicts in it."""
    run, evaluation, review = dossier.run, dossier.evaluation, dossier.review
    if evaluation is None or review is None:
        return "", ""
    verdicts = verdicts_digest(review)
    return _hash(run, evaluation, review, verdicts), verdicts


def _evidence_of(
    run: GenerationRun, evaluation: Evaluation, review: Review, tier: list[TierVersion], around: _Around
) -> Evidence:
    limits = [one.row for one in around.limits[run.dataset.purpose] if one.row]
    decided = [one.decision for one in [*limits, *tier] if hasattr(one, "decision")]
    exceptions = around.exceptions.get(run.dataset_id, {}).values()
    others = [*limits, *tier, *decided, *exceptions, *around.recomputed.get(evaluation.pk, []), *edits_of(run.dataset)]
    return read_evidence(run, evaluation, review, around.waivers.get(run.pk, []), others)


def conditions_in(reviews: Collection[Review], progress: Mapping[UUID, Progress]) -> dict[UUID, list[Condition]]:
    """By review: the conditions of the release, in as many queries as for one review."""
    whole = GenerationRun.objects.select_related("dataset", "plan").prefetch_related("evaluations")
    runs = whole.in_bulk([review.run_id for review in reviews])
    around = _around(runs.values(), list(_reviews_near(runs.values())))
    return {
        review.pk: conditions(_facts(run, newest_evaluation(run), review, progress[review.pk], around))
        for review, run in ((one, runs[one.run_id]) for one in reviews)
    }


@dataclass(frozen=True, slots=True)
class _Around:
    """What gates rest on beside a run's own evidence and review: versions of limits by purpose, the newest first;
    waivers and release by run; (run, when opened, status) of the reviews, and the exceptions that hold, by dataset;
    the releases that a source was made from, by its SHA-256.
    """

    limits: dict[str, list[LimitsVersion]]
    waivers: dict[UUID, list[Waiver]]
    released: dict[UUID, Release]
    tried: dict[UUID, list[tuple[UUID, datetime, str]]]
    exceptions: dict[UUID, dict[str, WrittenException]]
    trail: Standing
    made_from: dict[str, list[UpstreamFacts]]
    recomputed: dict[UUID, list[Recomputation]] = field(default_factory=dict)


def _reviews_near(runs: Collection[GenerationRun]) -> QuerySet[Review]:
    """Reviews of these runs and of every other run of their sources, each with its release and so much of its run as
    tells whose it is: there may be hundreds. Those of the runs themselves say whether `is_fed` by a release.
    """
    datasets = {run.dataset for run in runs}
    sources = {dataset.source for dataset in datasets if dataset.source}
    found = Review.objects.filter(Q(run__dataset__in=datasets) | Q(run__dataset__source__in=sources))
    large = [f"run__{name}" for name in GenerationRun.LARGE] + [f"run__dataset__{name}" for name in Dataset.LARGE]
    large += [f"release__{name}" for name in Release.LARGE]
    fed = Q(run__in=[run.pk for run in runs]) & is_made_of_releases("run__dataset__sha256")
    whole = found.select_related("run__dataset", "release").defer(*large).order_by()
    return whole.annotate(is_fed=Case(When(fed, then=Value(True)), default=Value(False)))


def _is_of(dataset: Dataset, review: Review) -> bool:
    """Whether a review counts as an attempt at this dataset's source."""
    other = review.run.dataset
    return other.pk == dataset.pk or (dataset.source is not None and other.source == dataset.source)


def _around(runs: Collection[GenerationRun], near: Collection[Review]) -> _Around:
    """Read for several runs in as many queries as for one, but for the versions of limits: one for each purpose."""
    datasets = {run.dataset_id for run in runs}
    # Exceptions matter where a plan leaves identifiers, which few do.
    leaving = {run.dataset_id for run in runs if run.plan.report.get("direct_left")}
    found = _Around(
        limits={run.dataset.purpose: [] for run in runs},
        waivers={},
        released={},
        tried={pk: [] for pk in datasets},
        exceptions=standing_in(leaving),
        trail=standing(),
        made_from=_made_from(runs, near),
    )
    for purpose in found.limits:
        found.limits[purpose] = versions_of(purpose)
    for waiver in Waiver.objects.filter(run__in=runs).select_related("by").order_by("pk"):
        found.waivers.setdefault(waiver.run_id, []).append(waiver)
    for review in near:
        for dataset in {run.dataset for run in runs}:
            if _is_of(dataset, review):
                found.tried[dataset.pk].append((review.run_id, review.created_at, review.status))
        if hasattr(review, "release"):
            found.released[review.run_id] = review.release
    return found


def _made_from(runs: Collection[GenerationRun], near: Collection[Review]) -> dict[str, list[UpstreamFacts]]:
    """Nothing is asked of runs whose reviews say already that their sources are not made from releases."""
    unfed = {review.run_id for review in near if not vars(review)["is_fed"]}
    above = upstream_in({run.dataset.sha256 for run in runs if run.pk not in unfed})
    stand = {one.pk: UpstreamFacts(one.number, stands_as(one)) for some in above.values() for one in some}
    return {source: [stand[one.pk] for one in some] for source, some in above.items()}


def _facts(
    run: GenerationRun, evaluation: Evaluation | None, review: Review | None, progress: Progress | None, around: _Around
) -> GateFacts:
    dataset, versions = run.dataset, around.limits[run.dataset.purpose]
    tried = [(when, status) for of, when, status in around.tried[run.dataset_id] if of != run.pk]
    return GateFacts(
        purpose=str(Purpose(dataset.purpose).label) if dataset.purpose else "",
        prohibited_uses=dataset.prohibited_uses,
        plan=_plan(run, around.exceptions.get(run.dataset_id, {})),
        artefact_sha256=run.artefact_sha256,
        rows=run.artefact_rows or 0,
        is_kept=bool(run.artefact_sha256) and has_sealed(dataset.key_id, run.artefact_sha256),
        evidence=_evidence(run, evaluation, versions) if evaluation else None,
        limits_now=versions[0].label,
        needed=only(versions[0].policy(has_target=names_a_target(dataset)), kind_of(dataset.kind).checks).needed,
        waivers=[_waiver(one) for one in around.waivers.get(run.pk, ())],
        sample=_sample(review, progress, [when for when, _ in tried]) if review and progress else None,
        is_released=run.pk in around.released,
        twin="" if review else _twin(run),
        statement=statement_of(run),
        is_set=kind_of(dataset.kind).makes is not None,
        alarm=around.trail.alarm,
        recomputed=_recomputed(evaluation, around) if evaluation and settings.SECOND_WORKERS else None,
        made_from=around.made_from.get(dataset.sha256, ()),
        below_floor=_below_floor(run, evaluation, review, versions),
        failed_before=sum(status == Review.Status.REJECTED for _, status in tried),
    )


def _recomputed(evaluation: Evaluation, around: _Around) -> RecomputedFacts:
    """What second workers got for this evaluation: one that differs counts before one that agrees."""
    found = around.recomputed.setdefault(evaluation.pk, recomputations_of(evaluation))
    facts = [
        RecomputedFacts(
            "agrees" if one.digest == evaluation.digest else "differs", one.worker, not is_signed(evaluation, one)
        )
        for one in found
    ]
    worst = sorted(facts, key=lambda one: (not one.unsigned, one.standing != "differs"))
    return worst[0] if worst else RecomputedFacts("waits")


def _below_floor(
    run: GenerationRun, evaluation: Evaluation | None, review: Review | None, versions: Sequence[LimitsVersion]
) -> tuple[str, ...]:
    """Where policy or limits ask for less than an administrator allows now, a sentence each."""
    limits = judged_among(evaluation, versions).changes if evaluation else {}
    found = [f"{metric}: {why}" for metric, why in (too_lax(run.dataset.purpose, limits) if limits else {}).items()]
    return (*found, *(below_floor(policy_of(review), floors()) if review else ()))


def _twin(run: GenerationRun) -> str:
    """The run whose review counts for the same bytes, by name; "" without one."""
    twin = twin_of(run)
    return name_of(twin, run) if twin else ""


def _plan(run: GenerationRun, standing: dict[str, WrittenException]) -> PlanFacts:
    plan = run.plan
    left, sizes = plan.report.get("direct_left", ()), plan.report.get("groups_after", {})
    bare = sum(name not in standing for name in left)
    excepted = exception_sentences(run.dataset, used_by(plan, standing))
    return PlanFacts(plan.version, plan.confirmed_at is not None, bare, sizes.get("smallest"), excepted)


def _evidence(run: GenerationRun, evaluation: Evaluation, versions: Sequence[LimitsVersion]) -> EvidenceFacts:
    judged = judged_among(evaluation, versions)
    laxer = laxer_sentences(judged.laxer(has_target=names_a_target(run.dataset)))
    limits = evaluation.policy_version
    return EvidenceFacts(evaluation.artefact_sha256, evaluation.digest, limits, tuple(laxer), evaluation.metrics)


def _waiver(one: Waiver) -> WaiverFacts:
    """Also one that a new evaluation made void: the gate tells them apart."""
    return WaiverFacts(one.condition, one.evaluation_digest, one.reason, one.by.display_name)


def _sample(review: Review, progress: Progress, others: Sequence[datetime]) -> SampleFacts:
    policy = policy_of(review)
    return SampleFacts(
        artefact_sha256=review.artefact_sha256,
        status=review.status,
        progress=progress,
        min_annotators=policy.min_annotators,
        attempt=1 + sum(when < review.created_at for when in others),
        spends_attempts=policy.spend_attempts,
        confidence=review.confidence,
        policy_confidence=policy.confidence,
    )


def _hash(run: GenerationRun, evaluation: Evaluation, review: Review, contents: str) -> str:
    policy = policy_of(review)
    return dossier_hash(
        artefact_sha256=run.artefact_sha256,
        evaluation_digest=evaluation.digest,
        verdicts_digest=contents,
        policy=(policy.name, policy.version),
        plan=plan_of(review),
        limits=evaluation.policy_version,
    )


def verdicts_digest(review: Review) -> str:
    """SHA-256 over every standing verdict and its adjudication, in the order of the queue."""
    rows = (
        Verdict.objects.filter(record__review=review, undone_at__isnull=True)
        .order_by("record__position", "by_id")
        .values_list("record_id", "record__lane", "by_id", "decision", "reasons", "fields", "adjudication__is_leak")
    )
    return hashlib.sha256(json.dumps([[str(row[0]), *row[1:]] for row in rows]).encode()).hexdigest()
