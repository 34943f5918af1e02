"""Cut points of a number, chosen privately: noisy counts over fixed cells, made finer where records are.

The first cells are the same for every table: zero, and the powers of two on both sides. Cells with clearly many records
are cut again, up to three times. No cut point is a value of the table: all are fractions of powers of two.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.synthesizers.dp.mechanism import Floats, Mechanism

Codes = npt.NDArray[np.int32]

SMALLEST, LARGEST = -40, 63
TINY = 2.0**SMALLEST
OCTAVES = LARGEST - SMALLEST
FIRST_CELLS = 2 * OCTAVES + 1
ROUNDS = 3
MOST_PARTS = 32
# In standard deviations: noise alone is above the first in one of 3.5 million cells (a false power of two would give
# values far from any true one), above the second in one of 700 (a false part lies between true ones).
CLEAR, VISIBLE = 5.0, 3.0
# Where no power of two is clear alone, two or four neighbours may be together.
WINDOWS = (1, 2, 4)
# Of the rho of a column: what the powers of two get; each round after that gets the same.
FIRST_SHARE = 0.4
RECORDS_PER_PART = 4.0


@dataclass(frozen=True, slots=True)
class Cells:
    """Intervals of a number that do not overlap, ascending, with noisy counts.

    A value is sign * magnitude with low <= magnitude < high; the cell of zero has low = high = 0.
    """

    sign: Floats
    low: Floats
    high: Floats
    count: Floats

    def __len__(self) -> int:
        return len(self.sign)

    def take(self, chosen: npt.NDArray[np.intp]) -> Cells:
        """Some of the cells, in the given order."""
        return Cells(self.sign[chosen], self.low[chosen], self.high[chosen], self.count[chosen])

    def place_of(self, values: Floats) -> Codes:
        """The cell of each value; of the next higher one for a value between cells, of the last above all."""
        # The upper end of a cell is the largest value it can hold.
        ends = np.where(self.sign < 0, -self.low, np.nextafter(np.where(self.sign == 0, TINY, self.high), 0))
        return np.minimum(np.searchsorted(ends, values, side="left"), len(self) - 1).astype(np.int32)

    def holds(self, values: Floats, place: Codes) -> npt.NDArray[np.bool_]:
        """Whether each value lies within the cell of its place."""
        magnitude, sign = np.abs(values), self.sign[place]
        within = (magnitude >= self.low[place]) & (magnitude < self.high[place]) & (np.sign(values) == sign)
        return np.asarray(within | ((sign == 0) & (magnitude < TINY)))

    def draw(self, place: Codes, within: Floats, step: float) -> Floats:
        """A value for each place, at `within` (0 to 1) of its cell, on multiples of `step` (0: anywhere)."""
        magnitude = self.low[place] + within * (self.high[place] - self.low[place])
        if step:
            magnitude = np.floor(magnitude / step + 1e-9) * step
        return np.asarray(self.sign[place] * magnitude)


def _first_cells() -> Cells:
    powers = 2.0 ** np.arange(SMALLEST, LARGEST + 1)
    low, high = powers[:-1], powers[1:]
    sign = np.concatenate([-np.ones(OCTAVES), [0.0], np.ones(OCTAVES)])
    zero = np.zeros(1)
    return Cells(
        sign,
        np.concatenate([low[::-1], zero, low]),
        np.concatenate([high[::-1], zero, high]),
        np.zeros(FIRST_CELLS),
    )


def find_cells(values: Floats, step: float, bins: int, rho: float, mechanism: Mechanism) -> tuple[Cells | None, float]:
    """Cells of the values (NaN: missing) and the noisy count of missing ones, 0 when it may be noise.

    None when no cell has clearly more records than noise would give. Spends at most `rho`.
    """
    present = np.clip(values[~np.isnan(values)], -(2.0**LARGEST) * 0.99, 2.0**LARGEST * 0.99)
    first = _first_cells()
    place = first.place_of(present)
    true = np.append(np.bincount(place, minlength=FIRST_CELLS), len(values) - len(present))
    noisy = mechanism.counts(true, rho * FIRST_SHARE)
    missing = float(noisy.values[-1]) if noisy.values[-1] > CLEAR * noisy.sigma else 0.0
    kept = _clear(noisy.values[:-1], noisy.sigma)
    if not len(kept):
        return None, missing
    cells = Cells(first.sign, first.low, first.high, noisy.values[:-1]).take(kept)
    for _ in range(ROUNDS):
        cells = _refined(cells, present, step, bins, rho * (1 - FIRST_SHARE) / ROUNDS, mechanism)
    return cells, missing


def _clear(counts: Floats, sigma: float) -> npt.NDArray[np.intp]:
    """The cells that stand out alone; when none does, those that stand out together with their neighbours."""
    for width in WINDOWS:
        sums = np.convolve(counts, np.ones(width), mode="valid")
        mean = CLEAR * sigma / np.sqrt(width)
        clear = np.zeros(len(counts), dtype=bool)
        for first in np.flatnonzero(sums > mean * width):
            clear[first : first + width] |= counts[first : first + width] > mean
        if clear.any():
            return np.flatnonzero(clear)
    return np.empty(0, dtype=np.intp)


def _refined(cells: Cells, present: Floats, step: float, bins: int, rho: float, mechanism: Mechanism) -> Cells:
    """Cells with many records, and the outermost ones, cut into parts; parts that look empty are left away."""
    sigma = mechanism.sigma(rho)
    finer = _cut(cells, _parts(cells, step, bins, sigma))
    if len(finer) == len(cells):
        return cells
    is_new = np.isnan(finer.count)
    place = finer.place_of(present)
    inside = finer.holds(present, place)
    true = np.bincount(place[inside], minlength=len(finer))[is_new]
    counted = finer.count.copy()
    counted[is_new] = mechanism.counts(true, rho).values
    keep = ~is_new | (counted > VISIBLE * sigma)
    kept = Cells(finer.sign, finer.low, finer.high, counted).take(np.flatnonzero(keep))
    return kept if len(kept) else cells


def _parts(cells: Cells, step: float, bins: int, sigma: float) -> npt.NDArray[np.int64]:
    """Into how many parts each cell is cut: as many as leave each about four standard deviations of records."""
    worth = cells.count > cells.count.sum() / (2 * bins)
    worth[[0, -1]] = True
    most = np.minimum(cells.count / (RECORDS_PER_PART * sigma), MOST_PARTS)
    if step:
        most = np.minimum(most, (cells.high - cells.low) / step)
    parts = 2.0 ** np.floor(np.log2(np.maximum(most, 1)))
    return np.where(worth & (cells.sign != 0), parts, 1).astype(np.int64)


def _cut(cells: Cells, parts: npt.NDArray[np.int64]) -> Cells:
    """Each cell in equal parts; the count of a part is NaN, of an uncut cell its own."""
    rows = list(_each_cut(cells, parts))
    return Cells(*(np.concatenate(column) for column in zip(*rows, strict=True)))


def _each_cut(cells: Cells, parts: npt.NDArray[np.int64]) -> Iterator[tuple[Floats, Floats, Floats, Floats]]:
    for sign, low, high, count, number in zip(cells.sign, cells.low, cells.high, cells.count, parts, strict=True):
        edges = np.linspace(low, high, number + 1)
        lower, upper = (edges[:-1], edges[1:]) if sign >= 0 else (edges[-2::-1], edges[:0:-1])
        yield np.full(number, sign), lower, upper, np.full(number, np.nan if number > 1 else count)


def joined(cells: Cells, bins: int) -> Codes:
    """A code for each cell, ascending: about `bins` codes of equally many records; a crowded cell stands alone."""
    count = np.maximum(cells.count, 0)
    crowded = count > count.sum() / bins
    share = count[~crowded].sum() / max(bins - int(crowded.sum()), 1)
    codes = np.zeros(len(cells), dtype=np.int32)
    held = 0.0
    for place in range(1, len(cells)):
        held += 0.0 if crowded[place - 1] else float(count[place - 1])
        is_new = crowded[place] or crowded[place - 1] or held + count[place] / 2 > share
        codes[place] = codes[place - 1] + is_new
        held = 0.0 if is_new else held
    return codes
