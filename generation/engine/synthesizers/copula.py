"""Our own Gaussian copula: every column in its own shape, every pair by one correlation, and very fast.

Every column is cut into ordered cells (cells.py); missing is a cell of its own, and so is each frequent value, such as
zero. Behind each column stands a standard normal variable that is cut at the cells' cumulative shares. The correlation
of two such variables is estimated from the mean of the normal in each cell (Olsson 1979, polychoric correlation, to
first order). A drawn normal gives the cell and the place within it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtr, ndtri

from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.columns.cells import Cells, Codes, cut, uncut
from generation.engine.synthesizers.columns.encoding import Encoding, encode
from generation.engine.synthesizers.model import EncodedModel

Floats = npt.NDArray[np.float64]

CELLS = 64
# A correlation from so many records has a standard error under .003.
CORRELATION_ROWS = 200_000
STRONGEST = 0.995
ORDERING_ROUNDS = 3
SLAB_ROWS = 65_536


class Copula(EncodedModel):
    """See the module. `order` is each column's codes in the order of its normal, `upper` their cumulative shares."""

    def __init__(
        self, encoding: Encoding, cells: list[Cells], order: list[Codes], upper: list[Floats], root: Floats
    ) -> None:
        self.encoding = encoding
        self.cells = cells
        self.order = order
        self.upper = upper
        self.root = root

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, Any], seed: int, progress: Progress
    ) -> Self:
        """Learn the training table; see `protocol.Synthesizer.fit`."""
        progress("encoding", 0, 1)
        k = int(parameters["k"])
        encoding, encoded = encode(training, schema, k, seed)
        found = cut(encoding, encoded, CELLS, k)
        progress("correlating", 0, len(found))
        cells = [each for each, _ in found]
        shares = [np.bincount(codes, minlength=each.count) / len(codes) for each, codes in found]
        chosen = _some_rows(len(training), seed)
        order = _orders(cells, shares, [codes[chosen] for _, codes in found])
        scores = _scores(shares, order)
        root = _root(_correlations(scores, [codes[chosen] for _, codes in found], shares)) if found else np.eye(0)
        upper = [np.cumsum(share[each]) for share, each in zip(shares, order, strict=True)]
        progress("correlating", len(found), len(found))
        return cls(encoding, cells, order, upper, root)

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """One shard; see `protocol.Synthesizer.sample`."""
        rng = np.random.default_rng(seed)
        return self.encoding.decode(uncut(self.cells, self.draw(rows, rng)), rows, first_row, rng)

    def draw(self, rows: int, rng: np.random.Generator) -> dict[str, tuple[Codes, Floats]]:
        """By column the code of each record and the place (0 to 1) within the code's cell."""
        drawn = {each.name: (np.empty(rows, dtype=np.int32), np.empty(rows)) for each in self.cells}
        for start in range(0, rows if self.cells else 0, SLAB_ROWS):
            slab = slice(start, min(start + SLAB_ROWS, rows))
            normal = rng.standard_normal((slab.stop - start, len(self.cells))) @ self.root.T
            for place, each in enumerate(self.cells):
                codes, within = drawn[each.name]
                codes[slab], within[slab] = _cell(ndtr(normal[:, place]), self.upper[place], self.order[place])
        return drawn


def _some_rows(rows: int, seed: int) -> slice | npt.NDArray[np.int64]:
    if rows <= CORRELATION_ROWS:
        return slice(None)
    return np.sort(np.random.default_rng([seed, 1]).choice(rows, CORRELATION_ROWS, replace=False))


def _cell(uniform: Floats, upper: Floats, order: Codes) -> tuple[Codes, Floats]:
    """The code whose stretch of [0, 1] holds the number, and the place (0 to 1) within the stretch."""
    rank = np.searchsorted(upper[:-1], uniform, side="right")
    lower = np.concatenate([[0.0], upper[:-1]])
    width = np.maximum(upper - lower, np.finfo(np.float64).tiny)
    return order[rank], np.clip((uniform - lower[rank]) / width[rank], 0.0, 1.0)


def _orders(cells: list[Cells], shares: list[Floats], codes: list[Codes]) -> list[Codes]:
    """Each column's codes in the order of its normal: numbers ascending, categories by the table's main axis.

    Categories have no order of their own; the one used is that of their mean on the first principal axis of all
    columns, found in a few rounds.
    """
    order = [np.arange(each.count, dtype=np.int32) for each in cells]
    for _ in range(ORDERING_ROUNDS if len(cells) > 1 else 0):
        scores = _scores(shares, order)
        table = np.column_stack([score[own] for score, own in zip(scores, codes, strict=True)])
        axis = table @ np.linalg.eigh(table.T @ table)[1][:, -1]
        for place, each in enumerate(cells):
            if each.knots is None:
                sums = np.bincount(codes[place], weights=axis, minlength=each.count)
                means = sums / np.maximum(np.bincount(codes[place], minlength=each.count), 1)
                order[place] = np.argsort(np.round(means, 9), kind="stable").astype(np.int32)
    return order


def _scores(shares: list[Floats], order: list[Codes]) -> list[Floats]:
    """Mean of the standard normal in each code's stretch: (phi(a) - phi(b)) / (Phi(b) - Phi(a))."""
    scores = []
    for share, ranks in zip(shares, order, strict=True):
        upper = np.minimum(np.cumsum(share[ranks]), 1.0)
        density = np.concatenate([[0.0], np.exp(-0.5 * ndtri(upper[:-1]) ** 2) / np.sqrt(2 * np.pi), [0.0]])
        means = (density[:-1] - density[1:]) / np.maximum(share[ranks], np.finfo(np.float64).tiny)
        score = np.empty_like(means)
        score[ranks] = means
        scores.append(score)
    return scores


def _correlations(scores: list[Floats], codes: list[Codes], shares: list[Floats]) -> Floats:
    """Correlations of the normals: the covariance of the scores over the product of their variances.

    A score explains the share v of its normal's variance, so to first order cov = rho v_i v_j.
    """
    table = np.column_stack([score[own] for score, own in zip(scores, codes, strict=True)])
    table -= table.mean(axis=0)
    explained = np.array([(share * score**2).sum() for share, score in zip(shares, scores, strict=True)])
    correlations = (table.T @ table) / len(table) / np.outer(explained, explained)
    correlations = np.clip(correlations, -STRONGEST, STRONGEST)
    np.fill_diagonal(correlations, 1.0)
    return np.asarray(correlations)


def _root(correlations: Floats) -> Floats:
    """A square root of the nearest matrix without negative eigenvalues, scaled back to a unit diagonal."""
    values, vectors = np.linalg.eigh(correlations)
    root = vectors * np.sqrt(np.maximum(values, 1e-9))
    return np.asarray(root / np.sqrt((root**2).sum(axis=1, keepdims=True)))
