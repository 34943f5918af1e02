"""The most isolated real records: the people who stand out, and whom a leak hurts first.

A sample at random would lose nine in ten of them. Tables beyond 100,000 records are therefore cut into two strata: the
20,000 records that lie farthest from a sample of 5,000 (itself stratified by how many rare values are held), whose
isolation is then computed exactly against the whole table, and the rest, which cannot be among the most isolated
unless the sample misled. Training and holdout are treated alike, so the comparison stays fair.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.privacy.nearest.gower import GowerSpace, gower_space, nearest
from generation.engine.evaluation.study.encoding import EncodedTable
from generation.engine.evaluation.study.sampling import at_most, by_rarity
from generation.engine.evaluation.study.study import EXACT_ROWS, Study

NEIGHBOURS = 5
MOST_OUTLIERS = 500
OUTLIER_SHARE = 0.02
# At least so many of each side, where they are no more than that share of it: a few outliers decide nothing.
WANTED = 200
LARGEST_SHARE = 0.2
SCREEN = 5_000
CANDIDATES = 20_000

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outliers:
    """Real records (a table), each with its isolation: the mean Gower distance to its 5 neighbours in its own split."""

    table: EncodedTable
    isolation: Floats


@dataclass(frozen=True)
class Isolated:
    """The most isolated records of every training chunk and of the mirror, and the space they live in."""

    space: GowerSpace
    training: tuple[Outliers, ...]
    mirror: Outliers


def isolated(study: Study) -> Isolated:
    """Shared by the checks that look at outliers. Raises NotAssessable without a holdout or varied columns."""
    study.need_holdout()
    study.need_columns(study.measured)
    return study.once("isolated", lambda: _isolated(study))


def _isolated(study: Study) -> Isolated:
    space = gower_space(study.measured, study.training, study.need_holdout())
    size = len(study.mirror)
    count = max(1, int(OUTLIER_SHARE * size), min(WANTED, int(LARGEST_SHARE * size)))
    count = min(MOST_OUTLIERS, count)
    candidates = [_candidates(study, space, table) for table in (*study.chunks, study.mirror)]
    *training, mirror = candidates
    return Isolated(space, tuple(_most(*chunk, count) for chunk in training), _most(*mirror, count))


def _candidates(study: Study, space: GowerSpace, table: EncodedTable) -> tuple[EncodedTable, Floats]:
    """Records of a table that may be its most isolated, in canonical order, and their isolation within all of it."""
    points = space.points(table)
    if len(table) <= EXACT_ROWS:
        return table, nearest(points, points, NEIGHBOURS, skip_self=True).mean(axis=1)
    stratum = screened(study, space, table)
    # A candidate finds itself at distance 0: the first of six neighbours is left out.
    near = nearest(space.points(table.take(stratum)), points, NEIGHBOURS + 1)[:, 1:]
    return table.take(stratum), near.mean(axis=1)


def screened(study: Study, space: GowerSpace, table: EncodedTable) -> npt.NDArray[np.intp]:
    """Positions of the `CANDIDATES` records that lie farthest from a stratified sample of their own table."""
    # The nearest is left out for all: records of the sample would find themselves.
    sample = at_most(study, table, SCREEN, study.rng("screen"), by_rarity)
    rough = nearest(space.points(table), space.points(sample), NEIGHBOURS + 1)[:, 1:].mean(axis=1)
    return np.sort(np.argsort(-rough, kind="stable")[:CANDIDATES])


def _most(table: EncodedTable, isolation: Floats, count: int) -> Outliers:
    """The `count` most isolated; rows are in canonical order, so ties do not depend on how the file was written."""
    order = np.sort(np.argsort(-isolation, kind="stable")[:count])
    return Outliers(table.take(order), isolation[order])


def screening_words(study: Study) -> str:
    """One more sentence where the outliers are those of a stratum; nothing where all records were looked at."""
    size = len(study.mirror)
    if size <= EXACT_ROWS:
        return ""
    return f" Outliers were sought among the {CANDIDATES:,} of {size:,} records farthest from a stratified sample."


def screening_facts(study: Study) -> dict[str, Any]:
    """The same for the details of a metric."""
    return {} if len(study.mirror) <= EXACT_ROWS else {"sample": {"n": CANDIDATES, "of": len(study.mirror)}}
