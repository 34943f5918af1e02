"""gate: who may sign, what a steward may let pass, and what a person may see of the conditions. A yes is never kept."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from django.db import transaction
from django.db.models import prefetch_related_objects

from generation.models import GenerationRun
from generation.permissions import has_owned
from generation.repositories.evaluations import newest_evaluation
from reviews.engine.gate.conditions import WAIVABLE, Condition
from reviews.engine.policy.words import REAL_REASON, is_real_reason
from reviews.models import Review, Verdict, Waiver
from reviews.permissions import sees_inside
from reviews.repositories.gate.dossier import Dossier, collect
from reviews.repositories.gate.hands import WORDS, Hand, Hands, hands_in
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.roles import Role, has_role, require
from synthportal.trail.audit import record

INSIDE = {"review", "annotators", "leaks", "realism"}
HIDDEN = "You can judge records of this review, so you see where it stands when it is closed."


def gate_conditions(run: GenerationRun) -> list[Condition]:
    """Every condition of the release of this run, met or not, collected now."""
    return collect(run).conditions


def why_not_sign(person: Person, run: GenerationRun) -> list[str]:
    """Why this person is not the second person for this run, whatever the evidence says."""
    review = Review.objects.filter(run=run).first()
    hands = hands_in([review], {review.pk: newest_evaluation(run)})[review.pk] if review else {}
    return _why_not_second(person, run, hands)


def why_not_sign_dossier(person: Person, dossier: Dossier) -> list[str]:
    """The same of a dossier that was read already."""
    return _why_not_second(person, dossier.run, dossier.involved.hands)


def signable(person: Person, reviews: Collection[Review]) -> list[Review]:
    """Those of the reviews for whose runs this person is the second person, in as many queries as for one."""
    runs = [one.run for one in reviews]
    prefetch_related_objects(runs, "dataset", "evaluations")
    hands = hands_in(reviews, {one.pk: newest_evaluation(one.run) for one in reviews})
    return [one for one in reviews if not _why_not_second(person, one.run, hands[one.pk])]


def _why_not_second(person: Person, run: GenerationRun, hands: Hands) -> list[str]:
    if not has_role(person, Role.STEWARD):
        return ["A release is signed by a steward."]
    did = [WORDS[hand] for hand, people in hands.items() if person.pk in people]
    own = ["own this dataset or asked for this run"] if _is_own(person, run) else []
    return [f"A release needs a second person: you {words}." for words in [*own, *did]]


def _is_own(person: Person, run: GenerationRun) -> bool:
    return person.pk in {run.dataset.owner_id, run.requested_by_id}


def kept_out(dossier: Dossier) -> list[tuple[Person, str]]:
    """Who cannot sign this run, whatever their role, and why."""
    run, lines = dossier.run, []
    own = {run.dataset.owner_id: run.dataset.owner, run.requested_by_id: run.requested_by}
    for key, person in (own | dict(dossier.involved.people)).items():
        is_own = ["owns this dataset or asked for this run"] if key in own else []
        did = [WORDS[hand] for hand, keys in dossier.involved.hands.items() if key in keys]
        lines.append((person, " and ".join([*is_own, *did])))
    return lines


def may_sign_instead(dossier: Dossier) -> list[Person]:
    """The stewards who are the second person for this run, by name."""
    barred = {person.pk for person, _ in kept_out(dossier)}
    return [one for one in dossier.involved.stewards if one.pk not in barred]


def why_not_waive(person: Person, run: GenerationRun) -> list[str]:
    """Why this person can waive nothing of this run; empty when they can. Who waives does not sign."""
    has_judged = Verdict.objects.filter(record__review__run=run, by=person).exists()
    return _why_not_waive(person, has_judged=has_judged, is_own=_is_own(person, run) or has_owned(person, run.dataset))


def why_not_waive_dossier(person: Person, dossier: Dossier) -> list[str]:
    """The same of a dossier that was read already."""
    hands = dossier.involved.hands
    is_own = _is_own(person, dossier.run) or person.pk in hands.get(Hand.SHARED, ())
    return _why_not_waive(person, has_judged=person.pk in hands.get(Hand.JUDGED, ()), is_own=is_own)


def _why_not_waive(person: Person, *, has_judged: bool, is_own: bool) -> list[str]:
    if not has_role(person, Role.STEWARD):
        return ["A condition is waived by a steward."]
    reasons = []
    if is_own:
        reasons.append("A waiver needs a second person: you own this dataset or asked for this run.")
    if has_judged:
        reasons.append("A waiver needs a second person: you judged records of this run.")
    return reasons


def waive_condition(run: GenerationRun, condition: str, *, reason: str, by: Person) -> Waiver:
    """A steward lets a shortfall of usefulness pass, for the evidence as it is now. Privacy cannot be waived."""
    require(by, Role.STEWARD)
    if condition not in WAIVABLE:
        raise Conflict("Only utility, fidelity and diversity can be waived; privacy and the review never.")
    if not is_real_reason(reason):
        raise Conflict(f"A waiver needs a reason, which is printed on the certificate: {REAL_REASON}")
    if reasons := why_not_waive(by, run):
        raise Conflict(*reasons)
    evaluation = newest_evaluation(run)
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


def seen_by(person: Person, dossier: Dossier) -> list[Condition]:
    """The conditions as a person may see them: nothing of a review in which they could still judge a record."""
    if may_read_review(person, dossier):
        return dossier.conditions
    return [
        replace(line, evidence=HIDDEN, why=line.why and HIDDEN) if line.name in INSIDE else line
        for line in dossier.conditions
    ]


def may_read_review(person: Person, dossier: Dossier) -> bool:
    """Whether a person may read the claim and its counts: who cannot judge here, and who has judged nothing when all
    is judged, since they may be the one to sign.
    """
    if dossier.review is None or dossier.progress is None or sees_inside(person, dossier.review):
        return True
    return dossier.progress.is_complete and person.pk not in dossier.involved.hands.get(Hand.JUDGED, ())
