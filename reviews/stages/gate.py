"""gate: who may sign, what a steward may let pass, and what a person may see of the conditions. A yes is never kept."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import replace
from functools import partial

from django.db import transaction

from generation.models import GenerationRun
from generation.repositories.evaluations import newest_evaluation
from generation.repositories.minimisation.exceptions import writers
from reviews.engine.gate import WAIVABLE, Condition
from reviews.models import Review, Verdict, Waiver
from reviews.permissions import sees_inside
from reviews.repositories.gate.dossier import Dossier, collect
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
    return _why_not_second(
        person,
        run,
        partial(_has_written, person, run),
        Verdict.objects.filter(record__review__run=run, by=person).exists,
    )


def why_not_sign_dossier(person: Person, dossier: Dossier) -> list[str]:
    """The same of a dossier that was read already."""
    return _why_not_second(person, dossier.run, lambda: person in dossier.excepters, lambda: person in dossier.judges)


def _has_written(person: Person, run: GenerationRun) -> bool:
    return (run.dataset_id, person.pk) in writers([run.dataset_id])


def signable(person: Person, reviews: Collection[Review]) -> list[Review]:
    """Those of the reviews for whose runs this person is the second person, in as many queries as for one."""
    own = Verdict.objects.filter(record__review__in=reviews, by=person).order_by()
    judged = set(own.values_list("record__review", flat=True).distinct())
    wrote = writers({one.run.dataset_id for one in reviews})

    def why_not(one: Review) -> list[str]:
        has_written = partial(wrote.__contains__, (one.run.dataset_id, person.pk))
        return _why_not_second(person, one.run, has_written, partial(judged.__contains__, one.pk))

    return [one for one in reviews if not why_not(one)]


def _why_not_second(
    person: Person, run: GenerationRun, has_written: Callable[[], bool], has_judged: Callable[[], bool]
) -> list[str]:
    if not has_role(person, Role.STEWARD):
        return ["A release is signed by a steward."]
    reasons = []
    if person.pk in {run.dataset.owner_id, run.requested_by_id}:
        reasons.append("A release needs a second person: you own this dataset or asked for this run.")
    if has_written():
        reasons.append("A release needs a second person: you let direct identifiers of this dataset stay.")
    if has_judged():
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
    return dossier.progress.is_complete and person not in dossier.judges
