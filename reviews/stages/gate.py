"""gate: the list of conditions, collected again every time; empty unmet means open. A yes is never kept."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from django.db import transaction

from generation.limit_words import laxer_sentences
from generation.limits import current_version, judged_by, names_a_target
from generation.models import Evaluation, GenerationRun, Purpose
from generation.stages.evaluate import policy_for
from reviews.acceptance import Outcome
from reviews.certificate import dossier_hash
from reviews.claim import percent
from reviews.models import Release, Review, Verdict, Waiver
from reviews.permissions import sees_inside
from reviews.progress import Progress, progress_of
from reviews.stages.adjudicate import most_leaks
from reviews.stages.sample import attempt_number, plan_of, policy_of
from synthportal.audit import record
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, has_role, require
from synthportal.storage.vault import has_sealed

WAIVABLE = ("utility", "fidelity", "diversity")
SHUT = {"block", "not computed"}
INSIDE = {"review", "annotators", "leaks", "realism"}
HIDDEN = "You can judge records of this review, so you see where it stands when it is closed."
LIMITS_TITLE = "Judged by the limits that hold now"


@dataclass(frozen=True, slots=True)
class Condition:
    """One line of the gate: `evidence` says what was found, `why` what is missing (empty when met).

    `needs_attention`: met, but something behind it asks for the steward's eye. `waiver`: the reason of a waiver.
    """

    name: str
    title: str
    met: bool
    evidence: str
    why: str = ""
    needs_attention: bool = False
    waivable: bool = False
    waiver: str = ""


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a release rests on, read together."""

    run: GenerationRun
    evaluation: Evaluation | None
    review: Review | None
    progress: Progress | None
    failed_before: int

    @property
    def hash(self) -> str:
        """What an approval binds; "" while evidence or review is missing."""
        if self.evaluation is None or self.review is None:
            return ""
        policy = policy_of(self.review)
        return dossier_hash(
            artefact_sha256=self.run.artefact_sha256,
            evaluation_digest=self.evaluation.digest,
            verdicts_digest=verdicts_digest(self.review),
            policy=(policy.name, policy.version),
            plan=plan_of(self.review),
            limits=self.evaluation.policy_version,
        )


def collect(run: GenerationRun) -> Dossier:
    """Read the evidence now."""
    review = Review.objects.filter(run=run).first()
    siblings = GenerationRun.objects.filter(dataset=run.dataset).exclude(pk=run.pk)
    failed = siblings.filter(review__status=Review.Status.REJECTED).count()
    evaluation = run.evaluations.order_by("-number").first()
    return Dossier(run, evaluation, review, progress_of(review) if review else None, failed)


def gate_conditions(run: GenerationRun) -> list[Condition]:
    """Every condition of the release of this run, met or not."""
    dossier = collect(run)
    return [line for check in CHECKS for line in check(dossier)]


def why_not_release(person: Person, run: GenerationRun) -> list[str]:
    """Why this person cannot release this run now; empty when they can."""
    return [*why_not_sign(person, run), *(line.why for line in gate_conditions(run) if not line.met)]


def why_not_sign(person: Person, run: GenerationRun) -> list[str]:
    """Why this person is not the second person for this run, whatever the evidence says."""
    if not has_role(person, Role.STEWARD):
        return ["A release is signed by a steward."]
    reasons = []
    if person.pk in {run.dataset.owner_id, run.requested_by_id}:
        reasons.append("A release needs a second person: you own this dataset or asked for this run.")
    if Verdict.objects.filter(record__review__run=run, by=person).exists():
        reasons.append("A release needs a second person: you judged records of this run.")
    return reasons


def waive_condition(run: GenerationRun, condition: str, *, reason: str, by: Person) -> Waiver:
    """A steward lets a shortfall of usefulness pass, for the evidence as it is now. Privacy cannot be waived."""
    require(by, Role.STEWARD)
    if condition not in WAIVABLE:
        raise Conflict("Only utility, fidelity and diversity can be waived; privacy and the review never.")
    if not reason.strip():
        raise Conflict("A waiver needs a reason: it is printed on the certificate.")
    if reasons := why_not_sign(by, run):
        raise Conflict(*reasons)
    evaluation = run.evaluations.order_by("-number").first()
    if evaluation is None:
        raise Conflict("There is no evidence yet that could be waived.")
    with transaction.atomic():
        waiver, is_new = Waiver.objects.get_or_create(
            run=run,
            condition=condition,
            evaluation_digest=evaluation.digest,
            defaults={"by": by, "reason": reason.strip()},
        )
        if is_new:
            record("waived", waiver, by=by, run=str(run.pk), condition=condition, evaluation=evaluation.digest)
    return waiver


def verdicts_digest(review: Review) -> str:
    """SHA-256 over every standing verdict and its adjudication, in the order of the queue."""
    rows = (
        Verdict.objects.filter(record__review=review, undone_at__isnull=True)
        .order_by("record__position", "by_id")
        .values_list("record_id", "record__lane", "by_id", "decision", "reasons", "fields", "adjudication__is_leak")
    )
    return hashlib.sha256(json.dumps([[str(row[0]), *row[1:]] for row in rows]).encode()).hexdigest()


def _purpose(dossier: Dossier) -> Iterator[Condition]:
    dataset = dossier.run.dataset
    stated = bool(dataset.purpose and dataset.prohibited_uses.strip())
    yield Condition(
        "purpose",
        "Purpose and prohibited uses stated",
        stated,
        f"{Purpose(dataset.purpose).label}. Prohibited: {dataset.prohibited_uses}",
        "" if stated else "The owner has not stated the purpose and the prohibited uses.",
    )


def _minimisation(dossier: Dossier) -> Iterator[Condition]:
    plan, report = dossier.run.plan, dossier.run.plan.report
    left = len(report.get("direct_left", ()))
    confirmed = plan.confirmed_at is not None
    sizes = report.get("groups_after", {})
    yield Condition(
        "minimisation",
        "Minimisation confirmed by the owner",
        confirmed and not left,
        f"Plan {plan.version}, direct identifiers left: {left}, smallest group k = {sizes.get('smallest', 'unknown')}.",
        "" if confirmed and not left else "The confirmed plan leaves direct identifiers, or is not confirmed.",
    )


def _same_bytes(dossier: Dossier) -> Iterator[Condition]:
    run = dossier.run
    kept = bool(run.artefact_sha256) and has_sealed(run.dataset.key_id, run.artefact_sha256)
    speaks_of = {
        run.artefact_sha256,
        dossier.evaluation.artefact_sha256 if dossier.evaluation else run.artefact_sha256,
        dossier.review.artefact_sha256 if dossier.review else run.artefact_sha256,
    }
    met = kept and len(speaks_of) == 1
    yield Condition(
        "same_bytes",
        "Evidence and review are about exactly these bytes",
        met,
        f"SHA-256 {run.artefact_sha256[:12]}…, {run.artefact_rows or 0:,} records." if kept else "No artefact.",
        "" if met else "There is no artefact, or evidence and review speak of other bytes than it has.",
    )


def _limits(dossier: Dossier) -> Iterator[Condition]:
    """Evidence counts only while the limits that it was judged by still hold."""
    run, evaluation = dossier.run, dossier.evaluation
    if evaluation is None:
        yield Condition("limits", LIMITS_TITLE, False, "Not computed.", "There is no evaluation yet.")
        return
    now = current_version(run.dataset.purpose).label
    holds = evaluation.policy_version == now
    laxer = laxer_sentences(judged_by(evaluation).laxer(has_target=names_a_target(run.dataset)))
    evidence = f"Judged by the limits {evaluation.policy_version}."
    evidence += f" Laxer than shipped: {' '.join(laxer)}" if laxer else ""
    why = f"The limits changed since; evaluate again: {now} hold now, not {evaluation.policy_version}."
    yield Condition("limits", LIMITS_TITLE, holds, evidence, "" if holds else why, needs_attention=bool(laxer))


def _evidence(dossier: Dossier) -> Iterator[Condition]:
    for group, title in (
        ("privacy", "Privacy checks"),
        ("utility", "Useful for the purpose"),
        ("fidelity", "Faithful to the source"),
        ("diversity", "Diverse enough"),
        ("rules", "Types and rules kept"),
    ):
        yield _group(dossier, group, title)


def _group(dossier: Dossier, group: str, title: str) -> Condition:
    """A group is met when every needed metric was computed and none blocks, or a steward waived what may be waived."""
    waivable = group in WAIVABLE
    if dossier.evaluation is None:
        return Condition(group, title, False, "Not computed.", f"{title}: there is no evaluation yet.")
    metrics = [metric for metric in dossier.evaluation.metrics if metric["group"] == group]
    shut = _shut(metrics, group, dossier)
    waiver = Waiver.objects.filter(
        run=dossier.run, condition=group, evaluation_digest=dossier.evaluation.digest
    ).first()
    passed = sum(metric["status"] == "pass" for metric in metrics)
    watched = [metric["sentence"] for metric in metrics if metric["status"] == "review"]
    judged = sum(metric["status"] in {"pass", "review", "block"} for metric in metrics)
    evidence = f"{passed} of {judged} checks pass." + (f" For your attention: {' '.join(watched)}" if watched else "")
    return Condition(
        group,
        title,
        not shut or bool(waiver and waivable),
        evidence,
        "" if not shut or waiver else f"{title}: {' '.join(shut)}",
        needs_attention=bool(watched or (shut and waiver)),
        waivable=waivable and bool(shut),
        waiver=f"{waiver.reason} ({waiver.by.display_name})" if waiver else "",
    )


def _shut(metrics: list[dict[str, Any]], group: str, dossier: Dossier) -> list[str]:
    """Sentences of the metrics that keep the gate shut. A needed metric that is missing or not computed does."""
    needed = policy_for(dossier.run.dataset).needed
    blocked = [
        metric["sentence"]
        for metric in metrics
        if metric["status"] == "block" or (metric["name"] in needed and metric["status"] in SHUT)
    ]
    if group == "privacy" and dossier.evaluation:
        computed = {metric["name"] for metric in dossier.evaluation.metrics}
        blocked += [f"The check {name} is missing." for name in sorted(needed - computed)]
    return blocked


def _review(dossier: Dossier) -> Iterator[Condition]:
    found, review = dossier.progress, dossier.review
    if found is None or review is None:
        yield Condition("review", "Sample reviewed", False, "Not sampled.", "The sample review has not begun.")
        return
    yield _quota(found, review)
    yield _annotators(found, review)
    yield _leaks(found, review)
    real = found.realism_bound < found.realism_limit
    yield Condition(
        "realism",
        "Records look real",
        real,
        f"{found.unrealistic} of {found.judged} judged unrealistic; limit {found.realism_limit:.0%}.",
        "" if real else "Too many records look unrealistic, or too few were judged to say.",
    )


def _quota(found: Progress, review: Review) -> Condition:
    enough = found.is_complete and found.decision.outcome is Outcome.ACCEPT
    judged = f"{found.total_judged:,} of {found.total:,} judged by {_several(found.annotators, 'annotator')}"
    spared = f" The plan accepted early: {found.unneeded:,} more are no longer needed." if found.unneeded else ""
    evidence = f"{judged}.{spared} {found.claim.sentence}"
    why = "" if enough else _why_not_enough(found, review)
    return Condition("review", "Sample reviewed to the quota", enough, evidence, why, needs_attention=found.paused > 0)


def _why_not_enough(found: Progress, review: Review) -> str:
    if review.status == Review.Status.REJECTED:
        return "The review was rejected."
    if found.decision.outcome is Outcome.UNCALIBRATED:
        missed = found.leak_controls.judged - found.leak_controls.found
        return (
            f"Annotators missed {_several(missed, 'control')}, more than the plan allows: what they found clean cannot "
            "carry the claim, and these bytes have no second sample. A new run has."
        )
    left = f"{found.total - found.total_judged:,} records and {found.open_flags} flags still wait for a person"
    paused = f"; {_several(found.paused, 'annotator')} paused" if found.paused else ""
    return f"The sample review is not complete: {left}{paused}."


def _annotators(found: Progress, review: Review) -> Condition:
    least = policy_of(review).min_annotators
    enough = found.annotators >= least
    return Condition(
        "annotators",
        "Judged by enough different people",
        enough,
        f"{_several(found.annotators, 'annotator')}; the policy asks for {least} or more.",
        "" if enough else f"Records were judged by {found.annotators} of at least {least} different people.",
    )


def _leaks(found: Progress, review: Review) -> Condition:
    leaks, most = found.leaks + found.leaks_in_hunt, most_leaks(review, found)
    is_rejected = review.status == Review.Status.REJECTED
    clean = not is_rejected and not found.leaks_in_hunt and found.leaks <= most
    return Condition(
        "leaks",
        "No leak confirmed",
        clean,
        f"{_several(leaks, 'confirmed leak')}; the plan accepts {most} in the random lane and none in the hunt lane.",
        "" if clean else f"{leaks} leaks were confirmed. Removing them makes new bytes, which need a new sample.",
    )


def _attempts(dossier: Dossier) -> Iterator[Condition]:
    released = Release.objects.filter(run=dossier.run).exists()
    status = dossier.review.status if dossier.review else Review.Status.OPEN
    free = not released and status in {Review.Status.OPEN, Review.Status.ACCEPTED}
    yield Condition(
        "attempts",
        "Not released or rejected before",
        free,
        f"{_several(dossier.failed_before, 'earlier run')} of this dataset rejected.{_spent(dossier.review)}",
        "" if free else ("These bytes were released already." if released else "The review of these bytes is closed."),
        needs_attention=dossier.failed_before > 0,
    )


def _spent(review: Review | None) -> str:
    """Which attempt at the dataset a review is, and what that costs where the policy spends confidence."""
    if review is None:
        return ""
    number, policy = attempt_number(review), policy_of(review)
    if not policy.spend_attempts:
        return f" Review {number} of this dataset."
    return (
        f" Review {number} of this dataset: the policy spends its risk across attempts, so this one had to reach "
        f"{percent(review.confidence)} instead of {percent(policy.confidence)}."
    )


def seen_by(person: Person, dossier: Dossier, conditions: list[Condition]) -> list[Condition]:
    """The conditions as a person may see them: nothing of a review in which they could still judge a record."""
    if may_read_review(person, dossier):
        return conditions
    return [
        replace(line, evidence=HIDDEN, why=line.why and HIDDEN) if line.name in INSIDE else line for line in conditions
    ]


def may_read_review(person: Person, dossier: Dossier) -> bool:
    """Whether a person may read the claim and its counts: who cannot judge here, and who has judged nothing when all
    is judged, since they may be the one to sign.
    """
    if dossier.review is None or dossier.progress is None or sees_inside(person, dossier.review):
        return True
    has_judged = Verdict.objects.filter(record__review=dossier.review, by=person).exists()
    return dossier.progress.is_complete and not has_judged


def _several(number: int, thing: str) -> str:
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


CHECKS: tuple[Callable[[Dossier], Iterator[Condition]], ...] = (
    _purpose,
    _minimisation,
    _same_bytes,
    _limits,
    _evidence,
    _review,
    _attempts,
)
