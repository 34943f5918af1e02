"""The parts that a release rests on: every row of evidence of one run, each with the digest of its content."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Q

from generation.engine.kinds.pairs import PAIRS
from generation.models import Dataset, Evaluation, GenerationRun, PairSource
from generation.repositories.evaluations import digest_of
from reviews.models import Edit, Requeue, Review, ReviewRecord, Skip, Verdict, Waiver
from synthportal.trail.content import content_digest, content_of

# A longer queue is not read anew by every gate: its rows are fixed by triggers, and verify_audit reads them.
MOST_RECORDS = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """A row by kind and id, as the trail names subjects; its content now; what it is called on pages; of a decision,
    the version that it is about.
    """

    kind: str
    id: str
    content: str
    title: str
    version: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """The parts of one run. `undone` are verdicts that do not stand; `counted` what the verdicts say was judged, by
    lane, and `given` how many stand, by person and lane; `unfounded` whether a record is called judged that too few
    people judged; `hidden` kinds of controls; `own` two digests of the evaluation that are alike: the row's, and what
    follows.
    """

    parts: tuple[Part, ...]
    verdicts: tuple[Verdict, ...]
    undone: frozenset[str]
    counted: dict[str, int]
    given: dict[tuple[int, str], int]
    unfounded: bool
    sample: str
    hidden: frozenset[str]
    own: tuple[str, str]

    @property
    def digest(self) -> str:
        """One digest of everything."""
        found = sorted([part.kind, part.id, part.content] for part in self.parts)
        return content_digest([found, sorted(self.undone), self.sample])


def read_evidence(
    run: GenerationRun,
    evaluation: Evaluation,
    review: Review,
    waivers: Collection[Waiver],
    others: Collection[Any],
) -> Evidence:
    """Read every row once, now; `others` are versions of limits and policy with their decisions, and exceptions."""
    said = list(
        Verdict.objects.filter(record__review=review)
        .select_related("adjudication", "second_look", "requeue", "record")
        .defer("record__sealed", "record__reasons")
        .order_by("record__position", "by_id", "pk")
    )
    rows: list[Any] = [run, run.plan, evaluation, review, *waivers, *others, *said]
    rows += [one.adjudication for one in said if hasattr(one, "adjudication")]
    rows += [one.second_look for one in said if hasattr(one, "second_look")]
    rows += review.pauses.all()
    sample, complete = _sample(review), _complete(said)
    standing = [one for one in said if not one.undone_at]
    return Evidence(
        (*map(_part, rows), *sample.skips),
        tuple(said),
        frozenset(str(one.pk) for one in said if one.undone_at),
        dict(Counter(complete.values())),
        dict(Counter((one.by_id, str(one.record.lane)) for one in standing)),
        not sample.judged <= complete.keys(),
        sample.digest,
        sample.hidden,
        (evaluation.digest, digest_of(run, evaluation.metrics, evaluation.policy_version)),
    )


def edits_of(dataset: Dataset) -> list[Any]:
    """What preference pairs were made of: where they come from, and every edit of that review."""
    if dataset.kind != PAIRS.name:
        return []
    sources = PairSource.objects.filter(dataset=dataset)
    return [*sources, *Edit.objects.filter(record__review__run__pairs__in=sources).order_by("created_at", "pk")]


def _part(row: Any) -> Part:
    title, version = str(row._meta.verbose_name), str(getattr(row, "version_id", ""))
    return Part(row._meta.model_name, str(row.pk), content_of(row), title, version)


def _complete(said: Collection[Verdict]) -> dict[UUID, str]:
    """The lanes of the records that were judged by as many people as they need."""
    standing = Counter(one.record_id for one in said if not one.undone_at)
    records = {one.record_id: one.record for one in said}
    return {pk: str(records[pk].lane) for pk, n in standing.items() if n >= records[pk].needed}


def requeues_digest(rows: Iterable[Requeue]) -> str:
    """Which verdicts were set aside, by whom and why."""
    return content_digest(sorted([str(one.verdict_id), str(one.by_id), one.reason] for one in rows))


def sample_digest(review: Review) -> str:
    """What was drawn: every place of the queue with what it hides; "" for a queue that is too long to be read."""
    return _sample(review).digest


@dataclass(frozen=True, slots=True)
class _Sample:
    """The queue's digest, the records that it calls judged (none of a queue that is too long to be read), the kinds of
    controls in it, and the skips.
    """

    digest: str
    judged: frozenset[UUID]
    hidden: frozenset[str]
    skips: tuple[Part, ...]


PLACE = ("pk", "lane", "position", "row", "needed", "control__kind", "control__expected")
SKIP = ("skips", "skips__record", "skips__by", "skips__reason", "skips__note")


def _sample(review: Review) -> _Sample:
    """The queue, with what was skipped in it, in one question."""
    found = ReviewRecord.objects.filter(review=review).order_by("position", "skips")
    is_short = sum(review.places.values()) <= MOST_RECORDS
    if not is_short:
        found = found.filter(Q(lane=ReviewRecord.Lane.CONTROL) | Q(skips__isnull=False))
    rows = list(found.values_list(*PLACE, "state", *SKIP))
    places = list(dict.fromkeys(row[: len(PLACE)] for row in rows))
    skips = (row[len(PLACE) + 1 :] for row in rows)
    return _Sample(
        content_digest(places) if is_short else "",
        frozenset(row[0] for row in rows if is_short and row[len(PLACE)] == ReviewRecord.State.JUDGED),
        frozenset(str(kind) for *_, kind, _ in places if kind),
        tuple(_skip(pk, said) for pk, *said in skips if pk),
    )


def _skip(pk: UUID, said: list[object]) -> Part:
    """As `_part` does of a row."""
    return Part("skip", str(pk), content_digest(dict(zip(Skip.EVIDENCE, said, strict=True))), "skip")
