"""The most isolated real records: the people who stand out, and whom a leak hurts first."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.encoding import EncodedTable
from generation.engine.evaluation.privacy.gower import GowerSpace, gower_space, nearest
from generation.engine.evaluation.study import EXACT_ROWS, Study, at_most

NEIGHBOURS = 5
MOST_OUTLIERS = 500
OUTLIER_SHARE = 0.02
BAND = 5
LEAST_OUTLIERS = 20

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Outliers:
    """Real records (a table), each with its isolation: the mean Gower distance to its 5 neighbours in its own split."""

    table: EncodedTable
    isolation: Floats


@dataclass(frozen=True)
class Isolated:
    """The most isolated records of every training chunk and of the mirror, and the space they live in.

    `band` holds the most isolated of the mirror, five for each training outlier: a wider control for rare events.
    """

    space: GowerSpace
    training: tuple[Outliers, ...]
    mirror: Outliers
    band: Outliers


def isolated(study: Study) -> Isolated:
    """Shared by the checks that look at outliers. Raises NotAssessable without a holdout or varied columns."""
    study.need_holdout()
    study.need_columns(study.measured)
    return study.once("isolated", lambda: _isolated(study))


def _isolated(study: Study) -> Isolated:
    space = gower_space(study.measured, study.training, study.need_holdout())
    rng = study.rng("isolated")
    chunks = [at_most(chunk, EXACT_ROWS, rng) for chunk in study.chunks]
    mirror = at_most(study.mirror, EXACT_ROWS, rng)
    count = min(MOST_OUTLIERS, max(1, int(OUTLIER_SHARE * len(mirror))))
    near = _isolations(space, mirror)
    return Isolated(
        space,
        tuple(_most(chunk, _isolations(space, chunk), count) for chunk in chunks),
        _most(mirror, near, count),
        _most(mirror, near, BAND * count * len(chunks)),
    )


def _isolations(space: GowerSpace, table: EncodedTable) -> Floats:
    points = space.points(table)
    return np.asarray(nearest(points, points, NEIGHBOURS, skip_self=True).mean(axis=1), dtype=np.float64)


def _most(table: EncodedTable, isolation: Floats, count: int) -> Outliers:
    """The `count` most isolated; rows are in canonical order, so ties do not depend on how the file was written."""
    order = np.sort(np.argsort(-isolation, kind="stable")[:count])
    return Outliers(table.take(order), isolation[order])
