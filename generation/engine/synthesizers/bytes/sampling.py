"""Sampling in seeded shards: the same seed gives the same records, whatever the number of workers or restarts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.progress import Progress, silent
from generation.engine.synthesizers.protocol import Synthesizer

SHARD_ROWS = 131_072


@dataclass(frozen=True, slots=True)
class Shard:
    """A run of records of the artefact: the `index`-th shard, `rows` records from record `first_row` on."""

    index: int
    first_row: int
    rows: int


def shard_plan(rows: int, shard_rows: int = SHARD_ROWS) -> tuple[Shard, ...]:
    """Cut `rows` records into shards of `shard_rows`, the last one shorter. The plan is part of the result."""
    if rows < 1 or shard_rows < 1:
        raise FitError("no_rows", "Ask for at least one record.")
    starts = range(0, rows, shard_rows)
    return tuple(Shard(index, start, min(shard_rows, rows - start)) for index, start in enumerate(starts))


def shard_seed(seed: int, index: int) -> int:
    """A 64-bit seed for one shard; shards of one run share no stream of random numbers."""
    return int(np.random.SeedSequence(seed, spawn_key=(index,)).generate_state(1, np.uint64)[0])


def sample_shard(model: Synthesizer, shard: Shard, seed: int) -> pd.DataFrame:
    """One shard of the run with this seed: what any worker may do, in any order."""
    return model.sample(shard.rows, shard_seed(seed, shard.index), first_row=shard.first_row)


def sample_shards(
    model: Synthesizer, rows: int, seed: int, *, shard_rows: int = SHARD_ROWS, progress: Progress = silent
) -> Iterator[pd.DataFrame]:
    """All shards in order, one in memory at a time. Progress counts records."""
    for shard in shard_plan(rows, shard_rows):
        progress("sampling", shard.first_row, rows)
        yield sample_shard(model, shard, seed)
    progress("sampling", rows, rows)
