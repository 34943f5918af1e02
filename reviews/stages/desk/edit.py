"""edit: a person says how a text of a record should read; after the review, edits become preference pairs of their own.

The artefact stays as it is. A record that anybody flagged as leakage, a control, and one that was not judged give no
pair; neither does an answer that repeats a text of the source.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from django.db import transaction

from generation.engine.evaluation.llm.sets.pairs import plain_text
from generation.engine.kinds.pairs import PAIRS
from generation.models import Dataset, PairSource, Purpose
from generation.permissions import owns, require_owner
from generation.repositories.judged.contamination import texts_of_source
from generation.stages.ingest import Upload, sealed_upload
from reviews.engine.reading.editing import Editable, editable_in
from reviews.models import Edit, Review, ReviewRecord, Verdict
from reviews.repositories.samples import content_of, layout_of
from reviews.stages.review import hold_record
from synthportal.errors import Conflict
from synthportal.models import Person
from synthportal.storage.vault import open_value, seal_value
from synthportal.trail.audit import record as record_event

LONGEST = 20_000
FLAGGED, UNJUDGED, CONTROL, COPIED = (
    "flagged as leakage",
    "not judged",
    "no record of the artefact",
    "copies the source",
)


@dataclass(frozen=True, slots=True)
class Gathered:
    """The pairs that edits give, and how many give none, by reason."""

    pairs: tuple[dict[str, str], ...]
    left_out: dict[str, int]


def texts_to_edit(record: ReviewRecord) -> list[Editable]:
    """The texts of a record that can be edited; none where its kind has no texts or conversations."""
    return editable_in(content_of(record), layout_of(record.review))


def edit_record(record: ReviewRecord, place: int, text: str, *, token: int, by: Person) -> Edit:
    """Keep how a text of a record that this person holds should read. The record is judged as it stands.

    Raises NotPermitted or Conflict, in words, for who does not hold it, and for what is no edit.
    """
    hold_record(record, token=token, by=by)
    before = next((one for one in texts_to_edit(record) if one.place == place), None)
    text = text.strip()
    if before is None:
        raise Conflict("This part of the record cannot be edited.")
    if not text or len(text) > LONGEST:
        raise Conflict(f"An edited text has 1 to {LONGEST:,} characters.")
    if text == before.text.strip():
        raise Conflict("The text reads as before. Change it, or go back to the desk.")
    with transaction.atomic():
        edit = Edit(record=record, by=by, place=place)
        edit.sealed = seal_value(record.review.run.dataset.key_id, text.encode(), edit.pk.bytes)
        edit.save(force_insert=True)
        record_event("edited", edit, by=by, **record.place)
    return edit


def why_not_pairs(review: Review, person: Person) -> list[str]:
    """Why this person cannot make preference pairs of the edits now; empty when they can."""
    wrong = {
        "Only the owner of the dataset makes pairs of the edits.": not owns(person, review.run.dataset),
        "Records still wait for a verdict: one of them may be flagged as leakage.": _is_at_work(review),
        "Pairs were made of these edits before.": PairSource.objects.filter(run=review.run).exists(),
        "Nobody edited a record in this review.": not Edit.objects.filter(record__review=review).exists(),
    }
    return [sentence for sentence, is_so in wrong.items() if is_so]


def _is_at_work(review: Review) -> bool:
    """Whether somebody may still flag a record: not once the review is closed, or everything in it is judged."""
    is_open = review.status == Review.Status.OPEN
    return is_open and review.records.exclude(state=ReviewRecord.State.JUDGED).exists()


def gather_pairs(review: Review) -> Gathered:
    """The pair of each text's newest edit by each person, in the order of the records."""
    newest = {(edit.record_id, edit.place, edit.by_id): edit for edit in _edits(review)}
    flagged = set(
        Verdict.objects.filter(record__review=review, decision=Verdict.Decision.LEAKAGE, undone_at=None).values_list(
            "record_id", flat=True
        )
    )
    real = frozenset(map(plain_text, texts_of_source(review.run)))
    pairs, left_out = list[dict[str, str]](), Counter[str]()
    for edit in newest.values():
        pair = _pair(edit)
        if reason := _why_left_out(edit, flagged, pair, real):
            left_out[reason] += 1
        else:
            pairs.append(pair)
    return Gathered(tuple(pairs), dict(left_out))


def _edits(review: Review) -> Iterator[Edit]:
    edits = Edit.objects.filter(record__review=review).select_related("record__review__run__dataset")
    yield from edits.order_by("record__position", "created_at")


def _pair(edit: Edit) -> dict[str, str]:
    before = next(one for one in texts_to_edit(edit.record) if one.place == edit.place)
    key_id = edit.record.review.run.dataset.key_id
    chosen = open_value(key_id, bytes(edit.sealed), edit.pk.bytes).decode()
    return {"prompt": before.prompt, "chosen": chosen, "rejected": before.text}


def _why_left_out(edit: Edit, flagged: set[UUID], pair: dict[str, str], real: frozenset[str]) -> str:
    wrong = {
        CONTROL: edit.record.lane == ReviewRecord.Lane.CONTROL,
        FLAGGED: edit.record_id in flagged,
        UNJUDGED: edit.record.state != ReviewRecord.State.JUDGED,
        COPIED: any(plain_text(pair[name]) in real for name in ("chosen", "rejected")),
    }
    return next((reason for reason, is_so in wrong.items() if is_so), "")


def pairs_upload(review: Review, *, by: Person) -> Upload:
    """The pairs sealed under a key of their own, as an upload of the owner. Raises NotPermitted or Conflict."""
    require_owner(review.run.dataset, by)
    if reasons := why_not_pairs(review, by):
        raise Conflict(*reasons)
    found = gather_pairs(review)
    if not found.pairs:
        raise Conflict("No edit gives a pair: each is of a record that is left out.")
    lines = "".join(f"{json.dumps(pair, ensure_ascii=False)}\n" for pair in found.pairs)
    parent = review.run.dataset
    return sealed_upload(
        lines.encode(),
        "pairs.jsonl",
        name=f"{parent.name[:90]}: preference pairs",
        purpose=Purpose.FINE_TUNING,
        kind=PAIRS.name,
        description=f"Edits at the desk, and the records of {review.run} before them.",
        prohibited_uses=parent.prohibited_uses,
        legal_basis=parent.legal_basis,
        retain_until=parent.retain_until,
    )


def link_pairs(dataset: Dataset, review: Review, *, by: Person) -> None:
    """Keep where the pairs come from. They belong to the teams of the dataset whose records were edited."""
    with transaction.atomic():
        source = PairSource.objects.create(dataset=dataset, run=review.run)
        for team in review.run.dataset.teams.all():
            team.datasets.add(dataset)
        record_event("pairs made", source, by=by, review=str(review.pk), dataset=str(dataset.pk))
        # The gate of these pairs asks for every one of them: whose edit is gone could sign.
        edits = Edit.objects.filter(record__review=review).values_list("pk", flat=True)
        record_event("made of edits", dataset, by=by, edits=sorted(map(str, edits)))
