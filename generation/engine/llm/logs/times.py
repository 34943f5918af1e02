"""When log lines are written: hours in which k lines stand, in the shares of the source, and a moment within one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

MICROSECONDS = 1_000_000
HOUR, DAY = 3_600 * MICROSECONDS, 24 * 3_600 * MICROSECONDS

Moments = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TimeModel:
    """`starts` of stretches of `lengths` microseconds since 1970, and the lines in each; `step` is what moments are
    whole multiples of, `missing` the share of lines without one."""

    starts: Moments
    lengths: Moments
    lines: Moments
    step: int
    missing: float

    @classmethod
    def of(cls, times: pd.Series, whose: Sequence[str], k: int) -> TimeModel | None:
        """The hours that k share; of other hours the day, where k share it. None where they share neither."""
        known = times.notna().to_numpy()
        moments = _microseconds(times[known])
        frame = pd.DataFrame({"hour": moments // HOUR, "day": moments // DAY, "whose": np.asarray(whose)[known]})
        hours, frame = _shared(frame, "hour", k)
        days, _ = _shared(frame, "day", k)
        starts = np.concatenate([hours.index.to_numpy() * HOUR, days.index.to_numpy() * DAY]).astype(np.int64)
        if not len(starts):
            return None
        lengths = np.repeat(np.array([HOUR, DAY]), [len(hours), len(days)])
        lines = np.concatenate([hours.to_numpy(), days.to_numpy()]).astype(np.int64)
        step = next(step for step in (MICROSECONDS, 1_000, 1) if not (moments % step).any())
        return cls(starts, lengths, lines, step, float(1 - known.mean()))

    def drawn(self, count: int, rng: np.random.Generator) -> pd.Series:
        """`count` moments in order, without a time zone; those that lack come last."""
        places = rng.choice(len(self.starts), count, p=self.lines / self.lines.sum())
        within = (rng.random(count) * self.lengths[places]).astype(np.int64)
        moments = np.sort((self.starts[places] + within) // self.step * self.step)
        found = pd.Series(moments.astype("datetime64[us]"))
        found[rng.random(count) < self.missing] = pd.NaT
        return found.sort_values(ignore_index=True)


def _microseconds(times: pd.Series) -> Moments:
    plain = times if times.dt.tz is None else times.dt.tz_convert("UTC").dt.tz_localize(None)
    return plain.to_numpy(dtype="datetime64[us]").astype(np.int64)


def _shared(frame: pd.DataFrame, by: str, k: int) -> tuple[pd.Series, pd.DataFrame]:
    """(lines of each stretch that k share, the lines of the others)."""
    groups = frame.groupby(by)["whose"]
    is_shared = groups.transform("nunique") >= k if len(frame) else frame[by] < 0
    return frame[is_shared].groupby(by)["whose"].size(), frame[~is_shared]
