"""What the portal knows about a release, gathered for its certificate and its data card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from generation.engine.evaluation.policy import TO_TEST
from generation.engine.kinds.catalogue import kind_of
from generation.engine.llm.canary import canary_of_release
from generation.engine.profiling.dictionary import FIELDS
from generation.engine.tables.spellings.spelling import Spelling
from generation.engine.tables.spellings.words import coarse_words, format_words
from generation.models import Evaluation, GenerationRun
from generation.repositories.audits import audit_line
from generation.repositories.judged.limits import judged_by, names_a_target
from generation.repositories.judged.words import laxer_sentences
from generation.repositories.minimisation.exceptions import exception_sentences, standing_exceptions, used_by
from generation.repositories.plans import profile_of
from generation.repositories.sensitive.overrulings import overruled_words
from generation.repositories.tables import statement_of
from reviews.engine.certificate.facts import (
    LIMITS,
    ArtefactFacts,
    ColumnFacts,
    DatasetFacts,
    GenerationFacts,
    LimitsFacts,
    MeasureFacts,
    MinimisedColumn,
    PersonFacts,
    RecallFacts,
    ReleaseFacts,
    ReviewFacts,
)
from reviews.models import Review, Waiver
from reviews.repositories.catalogue.card import card_facts, missing_shares
from reviews.repositories.files import Format, file_name
from reviews.repositories.gate.dossier import Dossier
from reviews.repositories.progress import planted_kinds
from reviews.repositories.samples import attempt_number, kept_columns, plan_of, policy_of
from synthportal.models import Person
from synthportal.version import VERSION

NOT_KNOWN = "not known"
TREATED = {
    "drop": "dropped",
    "generalise": "generalised",
    "round": "rounded",
    "top_code": "top- and bottom-coded",
    "suppress_rare": "rare categories suppressed",
    "tidy": "spellings made alike and rare categories suppressed",
    "redact": "redacted",
    "mask": "masked",
    "hash": "replaced by keyed hashes",
    "surrogate": "replaced by surrogates",
}


def release_facts(release_id: UUID, number: int, dossier: Dossier, review: Review, *, by: Person) -> ReleaseFacts:
    """The facts of a release that is being signed now. The dossier must be complete."""
    run, evaluation = dossier.run, dossier.evaluation
    if evaluation is None:
        raise ValueError("A release without an evaluation.")
    now = timezone.now()
    return ReleaseFacts(
        release=str(release_id),
        version=number,
        dataset=_dataset(run),
        artefact=_artefact(run, number),
        generation=_generation(run),
        evidence=tuple(_measure(metric) for metric in evaluation.metrics),
        judged_by=_limits(evaluation),
        review=_review(dossier, review),
        people=_people(run, by, now),
        dossier=dossier.hash,
        evaluated=_time(evaluation.created_at),
        reviewed=_time(now),
        released=_time(now),
        attempts=attempt_number(review),
        looks=_looks(dossier, review),
        recall=_recall(run),
        canary=canary_of_run(run),
        limits=_limits_told(run, evaluation),
        card=card_facts(run, evaluation),
    )


def _limits_told(run: GenerationRun, evaluation: Evaluation) -> tuple[str, ...]:
    """What these records are not good for, and what was let pass, in sentences."""
    always = (*LIMITS, *_statement(run), *run.notes, *overruled_words(run), audit_line(run))
    return (*always, *_waivers(run, evaluation), *_exceptions(run))


def canary_of_run(run: GenerationRun) -> str:
    """The canary of a release of texts of any kind; a table has no place where a model would meet one."""
    if kind_of(run.dataset.kind).layout in {"", "table"}:
        return ""
    return canary_of_release(run.artefact_sha256, to_train=run.dataset.purpose not in TO_TEST)


def _time(moment: datetime | None) -> str:
    return moment.isoformat(timespec="seconds") if moment else ""


def _dataset(run: GenerationRun) -> DatasetFacts:
    dataset = run.dataset
    prohibited = tuple(use.strip() for use in dataset.prohibited_uses.split(";") if use.strip())
    return DatasetFacts(dataset.name, dataset.purpose, prohibited, dataset.kind, dataset.description)


def _artefact(run: GenerationRun, number: int) -> ArtefactFacts:
    missing, treated = missing_shares(run), _treated(run)
    columns = tuple(
        replace(
            _column(one | _said_now(run, one)), missing_share=missing.get(one["label"]), treatment=treated[one["name"]]
        )
        for one in kept_columns(run)
    )
    return ArtefactFacts(
        run.artefact_sha256,
        run.artefact_size or 0,
        run.artefact_rows or 0,
        columns,
        file_name(number, Format.PARQUET),
    )


def _said_now(run: GenerationRun, column: Mapping[str, Any]) -> dict[str, str]:
    """What people say of the column by now: it may have been written after the plan was applied."""
    said = run.dataset.choices.get(column["name"], {})
    return {name: said[name] for name in FIELDS if said.get(name)}


def _treated(run: GenerationRun) -> defaultdict[str, str]:
    """By column: what the plan did to it, and why."""
    words = {
        one["column"]: f"{TREATED[one['kind']]}: {one['why']}" for one in run.plan.treatments if one["kind"] in TREATED
    }
    return defaultdict(str, words)


def _column(column: Mapping[str, Any]) -> ColumnFacts:
    """A column of the schema of a plan; one that was made before formats were kept says so."""
    unit = column.get("unit", "")
    said = ColumnFacts(
        column["label"],
        column["sdtype"],
        column.get("description", ""),
        unit,
        role=column.get("role", ""),
        allowed=column.get("allowed", ""),
    )
    if "spelling" not in column:
        return replace(said, written=NOT_KNOWN, missing=NOT_KNOWN)
    spelling = Spelling.from_json(column["spelling"])
    return replace(
        said,
        written=format_words(spelling),
        missing=spelling.missing or "empty",
        coarsened=coarse_words(spelling, unit),
    )


def _generation(run: GenerationRun) -> GenerationFacts:
    labels = {column.name: column.label for column in profile_of(run.plan).columns}
    minimised = tuple(
        MinimisedColumn(labels[treatment["column"]], TREATED[treatment["kind"]], treatment["why"])
        for treatment in run.plan.treatments
        if treatment["kind"] in TREATED
    )
    if run.plan.k:
        why = f"Records that fewer than {run.plan.k} are like point at their persons."
        minimised += (MinimisedColumn("all quasi-identifiers", f"made missing in groups under {run.plan.k}", why),)
    return GenerationFacts(
        run=str(run.pk),
        synthesizer=run.synthesizer,
        synthesizer_version=VERSION,
        parameters=run.parameters,
        seed=run.seed,
        training_rows=run.dataset.training_rows or 0,
        minimised=minimised,
        started=_time(run.created_at),
        finished=_time(run.finished_at),
    )


def _recall(run: GenerationRun) -> tuple[RecallFacts, ...]:
    """Of the texts that were redacted; none of a plan that was applied before it was measured."""
    return tuple(
        RecallFacts(column["label"], one["entity"], one["n"], one["share"], one["lower"], one["upper"])
        for column in kept_columns(run)
        for one in column.get("recall", ())
    )


def _measure(metric: dict[str, Any]) -> MeasureFacts:
    limits = metric.get("threshold") or {}
    return MeasureFacts(
        group=metric["group"],
        name=metric["name"],
        value=metric["value"],
        lower=metric["lower"],
        upper=metric["upper"],
        n=metric["n"],
        direction=metric["direction"],
        threshold=limits.get("passes"),
        status=metric["status"],
    )


def _limits(evaluation: Evaluation) -> LimitsFacts:
    judged = judged_by(evaluation)
    laxer = laxer_sentences(judged.laxer(has_target=names_a_target(evaluation.run.dataset)))
    return LimitsFacts(evaluation.policy_version, judged.row.reason if judged.row else "", tuple(laxer))


def _review(dossier: Dossier, review: Review) -> ReviewFacts:
    found, policy = dossier.progress, policy_of(review)
    if found is None:
        raise ValueError("A release without a review.")
    return ReviewFacts(
        policy=policy.name,
        policy_version=policy.version,
        plan=plan_of(review),
        reviewed=found.judged,
        leaks=found.leaks,
        unrealistic=found.unrealistic,
        hunt_reviewed=found.hunt_judged,
        hunt_leaks=found.leaks_in_hunt,
        controls_judged=found.leak_controls.judged,
        controls_found=found.leak_controls.found,
        control_kinds=planted_kinds(review),
        annotators=found.annotators,
        bound=found.claim.bound,
        claim=found.claim.sentence,
        realism_bound=found.realism_bound,
    )


def _looks(dossier: Dossier, review: Review) -> int:
    """How many looks the plan took until it accepted."""
    reviewed = dossier.progress.decision.reviewed if dossier.progress else 0
    return max(1, sum(look.n <= reviewed for look in plan_of(review).looks))


def _people(run: GenerationRun, steward: Person, now: datetime) -> tuple[PersonFacts, ...]:
    owner = run.dataset.owner
    return (
        PersonFacts("owner", str(owner.pk), owner.display_name, _time(run.created_at)),
        PersonFacts("steward", str(steward.pk), steward.display_name, _time(now)),
    )


def _statement(run: GenerationRun) -> tuple[str, ...]:
    """What is no synthetic data in a set."""
    stated = statement_of(run)
    return (f"Contains source passages, which are not synthetic. The owner stated: {stated}",) if stated else ()


def _exceptions(run: GenerationRun) -> tuple[str, ...]:
    return exception_sentences(run.dataset, used_by(run.plan, standing_exceptions(run.dataset)))


def _waivers(run: GenerationRun, evaluation: Evaluation) -> list[str]:
    waivers = Waiver.objects.filter(run=run, evaluation_digest=evaluation.digest).select_related("by")
    return [f"Waived by {waiver.by.display_name}: {waiver.condition}. Reason: {waiver.reason}" for waiver in waivers]
