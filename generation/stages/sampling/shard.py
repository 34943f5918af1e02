"""The parts of a large artefact: sampled by any number of workers, put together by the one that fitted.

A part is several seeded shards in a row. Each shard depends only on the model, the seed and its own index, so the
artefact's bytes are the same whoever samples which part, and however often a worker is killed on the way.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, cast
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.db.models import Sum

from generation.models import GenerationRun, RunPart
from generation.repositories.compositions import recipe_of
from generation.repositories.minimisation.surrogates import with_surrogates
from generation.repositories.tables import kept_schema, origin_of
from generation.stages.sampling.ask import connect
from generation.stages.sampling.draw import DistantModel, load_model
from synthportal.jobs.progress import Progress, Report
from synthportal.jobs.queue import take_over
from synthportal.jobs.worker import Worker
from synthportal.models import Job
from synthportal.storage.vault import open_sealed, remove_sealed, write_sealed

if TYPE_CHECKING:
    from typing import BinaryIO

    import pandas as pd

    from generation.engine.synthesizers.bytes.sampling import Shard

WAIT_SECONDS = 0.2


def plan_parts(run: GenerationRun) -> list[RunPart]:
    """The run's parts, planned once; none where the whole artefact is no larger than one part."""
    from generation.engine.synthesizers.bytes.sampling import shard_plan

    shards, size = shard_plan(run.rows), settings.PART_SHARDS
    if len(shards) > size and not run.parts.exists():
        cut = [shards[first : first + size] for first in range(0, len(shards), size)]
        parts = (RunPart(run=run, index=index, rows=sum(each.rows for each in part)) for index, part in enumerate(cut))
        RunPart.objects.bulk_create(parts, ignore_conflicts=True)
    return list(run.parts.all())


def frames_of(
    run: GenerationRun, model: DistantModel, shards: tuple[Shard, ...], progress: Progress
) -> Iterator[pd.DataFrame]:
    """The records of some shards of a run, shard by shard. Progress counts records of the whole artefact."""
    from generation.engine.composition.filling import draw
    from generation.engine.minimisation.bins import Coarse
    from generation.engine.synthesizers.bytes.sampling import shard_plan

    coarse = cast(Any, Coarse(cast(Any, model), origin_of(run).spellings))
    drawn = draw(coarse, shards, run.seed, recipe_of(run), shard_plan(run.rows), progress)
    return with_surrogates(drawn, run, shards[0].first_row)


def sample_part(part_id: UUID, *, by: Worker, report: Report) -> None:
    """Sample one part for the worker that fitted the model; nothing is done when the run no longer needs it."""
    part = RunPart.objects.select_related("run__dataset").filter(pk=part_id, sha256="").first()
    if part is None or part.run.status != GenerationRun.Status.RUNNING:
        return
    if model := load_model(part.run):
        with model:
            connect(part.run, model, by=by, progress=report)
            _sample(part, model, by, report)


def sample_parts(run: GenerationRun, model: DistantModel, *, by: Worker, report: Report) -> None:
    """Sample what nobody else is sampling, and wait for the rest, until every part is there."""
    while waiting := list(run.parts.filter(sha256="")):
        part = next((each for each in waiting if take_over(each.pk)), None)
        if part is None:
            report("sampling", _rows_done(run), run.rows)
            time.sleep(WAIT_SECONDS)
        else:
            part.run = run
            _sample(part, model, by, report)


def open_parts(run: GenerationRun) -> Iterator[BinaryIO]:
    """The parts as Parquet, in order, one open at a time."""
    for sha256 in run.parts.order_by("index").values_list("sha256", flat=True):
        with open_sealed(run.dataset.key_id, sha256) as source:
            yield source


def part_jobs(run: GenerationRun) -> list[Job]:
    """The live jobs that sample parts of this run."""
    live = [Job.State.QUEUED, Job.State.RUNNING]
    return list(Job.objects.filter(subject_id__in=run.parts.values("pk"), state__in=live))


def remove_parts(run: GenerationRun) -> None:
    """The parts are put together, or no longer wanted."""
    # The bytes before the rows that name them: a worker killed in between leaves nothing that nobody knows of.
    for sha256 in run.parts.exclude(sha256="").values_list("sha256", flat=True):
        remove_sealed(run.dataset.key_id, sha256)
    run.parts.all().delete()


def _sample(part: RunPart, model: DistantModel, by: Worker, report: Report) -> None:
    from generation.engine.synthesizers.bytes.artefact import write_artefact

    run, shards = part.run, _shards_of(part)
    with write_sealed(run.dataset.key_id) as draft:
        # The note makes the bytes this part's own: removing it can never remove another run's equal records.
        frames, kept = frames_of(run, model, shards, report), kept_schema(run, model.left_out)
        write_artefact(frames, kept, draft.file, note=str(part.pk), origin=origin_of(run))
    with transaction.atomic():
        by.hold()
        RunPart.objects.filter(pk=part.pk).update(sha256=draft.written.sha256)
    if not RunPart.objects.filter(pk=part.pk).exists():
        remove_sealed(run.dataset.key_id, draft.written.sha256)


def _shards_of(part: RunPart) -> tuple[Shard, ...]:
    from generation.engine.synthesizers.bytes.sampling import shard_plan

    first = part.run.parts.filter(index__lt=part.index).aggregate(rows=Sum("rows"))["rows"] or 0
    return tuple(each for each in shard_plan(part.run.rows) if first <= each.first_row < first + part.rows)


def _rows_done(run: GenerationRun) -> int:
    return int(run.parts.exclude(sha256="").aggregate(rows=Sum("rows"))["rows"] or 0)
