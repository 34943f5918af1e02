"""Samples: the policy and plan of a review, its attempt, and what is sealed in a record of it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any

from django.db.models import Q, QuerySet

from generation.engine.evaluation.metric import same_value
from generation.engine.kinds.catalogue import kind_of
from generation.engine.schema import Sdtype
from generation.engine.tables.spellings.spelling import Spelling
from generation.engine.tables.spellings.words import is_coarse
from generation.engine.tables.spellings.writing import spelled_cell
from generation.models import Dataset, GenerationRun
from generation.repositories.tables import columns_of_records
from reviews.engine.acceptance.plans import Look, Plan, PlanKind
from reviews.engine.policy.policy import ReviewPolicy, policy_from_json
from reviews.engine.reading.judgement import Judgement
from reviews.models import Review, ReviewRecord
from synthportal.storage.lent import SealKey
from synthportal.storage.vault import open_value


def content_of(record: ReviewRecord, key: SealKey | None = None) -> list[tuple[str, Any]]:
    """The record as (label, value) in column order, for whoever holds it, has judged it or settles a flag on it. `key`:
    its dataset's, where many records are opened.
    """
    key_or_id = key or record.review.run.dataset.key_id
    pairs = json.loads(open_value(key_or_id, bytes(record.sealed), record.pk.bytes))
    return [(label, value) for label, value in pairs]


def layout_of(review: Review) -> str:
    """How the desk shows the records of a review; "" tells it from their values."""
    return kind_of(review.run.dataset.kind).layout


def kept_columns(run: GenerationRun) -> list[dict[str, Any]]:
    """The columns of a run's records, in their order, as the schema of its plan or of its set has them."""
    return [column for column in columns_of_records(run) if column["name"] in run.columns]


def coarsened_in(run: GenerationRun) -> dict[int, str]:
    """By place, how wide the bins of coarsened columns are, in words; the same for every record."""
    spellings = spellings_in(run)
    return {place: f"bins of {one.step:g}" for place, one in enumerate(spellings) if is_coarse(one)}


def spellings_in(run: GenerationRun) -> list[Spelling]:
    """By place, how the source writes each column, which a record is read in; the same for every record."""
    return [Spelling.from_json(one.get("spelling", {})) for one in kept_columns(run)]


def as_written(content: Sequence[tuple[str, Any]], spellings: Sequence[Spelling]) -> list[tuple[str, Any]]:
    """A record whose values stand as the source writes them."""
    if len(content) != len(spellings):
        return list(content)
    return [(label, spelled_cell(value, how)) for (label, value), how in zip(content, spellings, strict=True)]


def invented_in(run: GenerationRun) -> dict[int, str]:
    """Place and label of the columns whose values the portal makes up anew for every record: surrogates and numbers.

    No value of the source goes in. It follows from the plan alone, so that a control reads like a record.
    """
    columns = enumerate(kept_columns(run))
    return {
        place: column["label"] for place, column in columns if "surrogate" in column or column["sdtype"] == Sdtype.ID
    }


def hidden_in(run: GenerationRun) -> dict[int, str]:
    """Place and label of the columns of a set that are for tools: nobody at the desk can judge them."""
    made = kind_of(run.dataset.kind).makes
    hidden = made.hidden if made else frozenset()
    return {place: column["label"] for place, column in enumerate(kept_columns(run)) if column["name"] in hidden}


def overruled_in(run: GenerationRun) -> dict[int, frozenset[str]]:
    """By place, what was found in a column of the source and overruled by its owner; the same for every record."""
    columns = enumerate(kept_columns(run))
    return {place: frozenset(column["overruled"]) for place, column in columns if column.get("overruled")}


def meanings_in(run: GenerationRun) -> list[tuple[str, str]]:
    """Label and meaning of the columns that the source's dictionary describes; the same for every record."""
    said, hidden = run.dataset.choices, hidden_in(run)
    columns = [column for place, column in enumerate(kept_columns(run)) if place not in hidden]
    words = [
        (column["label"], _meaning(said.get(column["name"]) or said.get(column["label"], {}))) for column in columns
    ]
    return [(label, text) for label, text in words if text]


def _meaning(said: Mapping[str, Any]) -> str:
    """Description, unit and allowed values of a column, as far as they are given."""
    found = [(said.get("description"), "{}"), (said.get("unit"), "in {}"), (said.get("allowed"), "allowed: {}")]
    return "; ".join(form.format(text) for text, form in found if text)


def faults_of(judgement: Judgement, review: Review) -> list[str]:
    """What is missing or unknown in a judgement of a record of this review, as sentences."""
    return judgement.faults() and judgement.faults(review.own_reasons)


def told_reasons(record: ReviewRecord) -> list[str]:
    """Why the search named a record, as far as those who judge may know: never whether an invented value occurs in the
    source.
    """
    hidden = {same_value(label) for label in invented_in(record.review.run).values()}
    return [reason for reason in record.reasons if reason not in hidden]


SIZE_STEP = 512


def policy_of(review: Review) -> ReviewPolicy:
    """The policy a review was opened under."""
    return policy_from_json(json.dumps(review.policy))


def plan_of(review: Review) -> Plan:
    """The sampling plan a review was opened with."""
    kept = dict(review.plan)
    looks = tuple(Look(**look) for look in kept.pop("looks"))
    return Plan(kind=PlanKind(kept.pop("kind")), looks=looks, **kept)


def attempt_of(dataset: Dataset) -> int:
    """Which attempt at this dataset's source the next review is: 1 for the first."""
    return of_source(dataset).count() + 1


def of_source(dataset: Dataset) -> QuerySet[Review]:
    """Reviews of every dataset that counts as the same source: uploaded again, or declared as a new version of it."""
    of_it = Q(run__dataset=dataset.pk)
    return Review.objects.filter(of_it | Q(run__dataset__source=dataset.source) if dataset.source else of_it)


def attempt_number(review: Review) -> int:
    """Which attempt at its source a review is: 1 for the first."""
    return of_source(review.run.dataset).filter(created_at__lt=review.created_at).count() + 1


def encode_record(content: dict[str, Any]) -> bytes:
    """A record as JSON: a list of [label, value] in column order; dates in ISO form.

    Filled with blanks to a multiple of SIZE_STEP bytes, so that the size of what is sealed says little about it.
    """
    plain = json.dumps(list(content.items()), default=lambda value: value.isoformat()).encode()
    return plain.ljust(-(-len(plain) // SIZE_STEP) * SIZE_STEP)
