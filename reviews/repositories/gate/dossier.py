"""The dossier: everything a release rests on, read once. Hash and conditions come from this one reading."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from uuid import UUID

from django.db.models import Q, prefetch_related_objects

from generation.engine.evaluation.limits.policy import only
from generation.engine.kinds.catalogue import kind_of
from generation.models import Dataset, Evaluation, GenerationRun, Purpose, WrittenException
from generation.repositories.evaluations import newest_evaluation
from generation.repositories.judged.limits import LimitsVersion, judged_among, names_a_target, too_lax, versions_of
from generation.repositories.judged.words import laxer_sentences
from generation.repositories.minimisation.exceptions import exception_sentences, standing_in, used_by
from generation.repositories.tables import statement_of
from reviews.engine.acceptance.progress import Progress
from reviews.engine.certificate.certificate import dossier_hash
from reviews.engine.gate.conditions import Condition, conditions
from reviews.engine.gate.facts import EvidenceFacts, GateFacts, PlanFacts, SampleFacts, WaiverFacts
from reviews.engine.policy.floors import below_floor
from reviews.models import Release, Review, Verdict, Waiver
from reviews.repositories.gate.hands import Involved, involved_in
from reviews.repositories.gate.parts import Evidence, read_evidence
from reviews.repositories.gate.untouched import touched_in
from reviews.repositories.progress import planted_in, progress_of
from reviews.repositories.samples import plan_of, policy_of
from reviews.repositories.tiers import floors
from reviews.repositories.twins import name_of, twin_of
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


def collect(run: GenerationRun) -> Dossier:
    """Read the evidence now."""
    evaluation, near = newest_evaluation(run), _reviews_near([run])
    review = next((one for one in near if one.run_id == run.pk), None)
    if review:
        review.run = run  # nothing that is asked of the review reads the run again
        prefetch_related_objects([review], "pauses")
    progress = progress_of(review) if review else None
    involved = involved_in(review, evaluation) if review else Involved({}, {}, ())
    around = _around([run], near)
    facts, released = _facts(run, evaluation, review, progress, around), around.released.get(run.pk)
    contents, digest = "", ""
    planted: tuple[str, ...] = ()
    if evaluation and review and progress:
        found = _evidence_of(run, evaluation, review, around)
        touched = touched_in(found, review, progress, around.trail.since)
        facts = replace(facts, touched=touched.faults, recorded_before=touched.before)
        contents, digest = found.digest, _hash(run, evaluation, review, found.digest)
        planted = planted_in(found.hidden)
    return Dossier(run, evaluation, review, progress, released, involved, facts, digest, contents, planted)


def hash_before(dossier: Dossier) -> tuple[str, str]:
    """The dossier's hash as it was before it covered the contents of all rows, and the digest of the verdicts in it."""
    run, evaluation, review = dossier.run, dossier.evaluation, dossier.review
    if evaluation is None or review is None:
        return "", ""
    verdicts = verdicts_digest(review)
    return _hash(run, evaluation, review, verdicts), verdicts


def _evidence_of(run: GenerationRun, evaluation: Evaluation, review: Review, around: _Around) -> Evidence:
    limits = [one.row for one in around.limits[run.dataset.purpose] if one.row]
    exceptions = around.exceptions.get(run.dataset_id, {}).values()
    return read_evidence(run, evaluation, review, around.waivers.get(run.pk, []), [*limits, *exceptions])


def conditions_in(reviews: Collection[Review], progress: Mapping[UUID, Progress]) -> dict[UUID, list[Condition]]:
    """By review: the conditions of the release, in as many queries as for one review."""
    runs = [review.run for review in reviews]
    prefetch_related_objects(runs, "dataset", "plan", "evaluations")
    around = _around(runs, _reviews_near(runs))
    return {
        review.pk: conditions(_facts(review.run, newest_evaluation(review.run), review, progress[review.pk], around))
        for review in reviews
    }


@dataclass(frozen=True, slots=True)
class _Around:
    """What gates rest on beside a run's own evidence and review: versions of limits by purpose, the newest first;
    waivers and release by run; (run, when opened, status) of the reviews, and the exceptions that hold, by dataset.
    """

    limits: dict[str, list[LimitsVersion]]
    waivers: dict[UUID, list[Waiver]]
    released: dict[UUID, Release]
    tried: dict[UUID, list[tuple[UUID, datetime, str]]]
    exceptions: dict[UUID, dict[str, WrittenException]]
    trail: Standing


def _reviews_near(runs: Collection[GenerationRun]) -> list[Review]:
    """Reviews of these runs and of every other run of their sources, each with its run and its release."""
    datasets = {run.dataset for run in runs}
    sources = {dataset.source for dataset in datasets if dataset.source}
    found = Review.objects.filter(Q(run__dataset__in=datasets) | Q(run__dataset__source__in=sources))
    return list(found.select_related("run__dataset", "release").order_by())


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
        {run.dataset.purpose: [] for run in runs}, {}, {}, {pk: [] for pk in datasets}, standing_in(leaving), standing()
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
        below_floor=_below_floor(run, evaluation, review, versions),
        failed_before=sum(status == Review.Status.REJECTED for _, status in tried),
    )


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
