"""Log templates as a synthesizer of the portal: it learns a column of lines, with their times and levels if any."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any, Self

import numpy as np
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.llm.logs.times import TimeModel
from generation.engine.llm.logs.writing import LogModel, fit_log, write_entries
from generation.engine.llm.texts.columns import text_column
from generation.engine.llm.texts.slots import filled
from generation.engine.progress import Progress
from generation.engine.schema import ColumnSpec, Schema, Sdtype
from generation.engine.synthesizers.bytes import model_bytes
from generation.engine.synthesizers.protocol import LeftOut
from generation.engine.tables.cut.persons import holders_in, said_of_persons

LEVELS = ("level", "severity", "loglevel", "log_level", "priority")


class LogTemplates:
    """Lines with their levels and times; every other column is left out."""

    def __init__(self, model: LogModel, times: TimeModel | None, training: pd.DataFrame, schema: Schema):
        self.model, self.times = model, times
        self.text, self.level, self.time = _columns(schema)
        self.order = [spec.name for spec in schema if spec in (self.text, self.level, self.time if times else None)]
        self.dtype: Any = training[self.time.name].dtype if self.time else None
        self.left_out = tuple(
            LeftOut(spec.name, _why(spec, self.time)) for spec in schema if spec.name not in self.order
        )
        learned = len(training) - model.left_out
        self.notes: tuple[str, ...] = (
            f"{len(model.templates):,} templates were learned of {learned:,} lines; {model.left_out:,} lines of "
            "templates that too few share were left out.",
            said_of_persons(training),
        )

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, object], seed: int, progress: Progress
    ) -> Self:
        """See `protocol.Synthesizer.fit`. FitError where there is no column of lines, or they share no template."""
        text, level, time = _columns(schema)
        known, k = training[training[text.name].notna()], int(str(parameters["k"]))
        whose = holders_in(known) or [f"#{place}" for place in range(len(known))]
        levels = _levels(known, level, whose, k)
        model = fit_log(known[text.name].astype(str).tolist(), levels=levels, holders=whose, k=k, progress=progress)
        return cls(model, TimeModel.of(known[time.name], whose, k) if time else None, known, schema)

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """See `protocol.Synthesizer.sample`; the lines stand in the order of their times."""
        entries = write_entries(self.model, rows, seed)
        frame = pd.DataFrame(
            {self.text.name: filled([line for _, line in entries], seed, first=first_row)}, dtype=object
        )
        if self.level:
            frame[self.level.name] = pd.Series([level or None for level, _ in entries], dtype=object)
        if self.time and self.times:
            moments = self.times.drawn(rows, np.random.default_rng([seed, 5]))
            zoned = moments.dt.tz_localize("UTC") if isinstance(self.dtype, pd.DatetimeTZDtype) else moments
            frame[self.time.name] = zoned.astype(self.dtype)
        return frame[self.order]

    def dump(self) -> bytes:
        """The model, which holds rare values of the source to refuse them: sealed and deleted like its records."""
        return model_bytes.to_bytes(self)

    @classmethod
    def load(cls, payload: bytes) -> Self:
        """See `protocol.Synthesizer.load`."""
        return model_bytes.from_bytes(cls, payload)


def _columns(schema: Schema) -> tuple[ColumnSpec, ColumnSpec | None, ColumnSpec | None]:
    """(lines, levels, times): the first column of dates is the time."""
    text = text_column(schema)
    if text is None:
        raise FitError("no_texts", "There is no column of lines to learn from.")
    level = (spec for spec in schema if spec.sdtype is Sdtype.CATEGORICAL and spec.label.casefold() in LEVELS)
    return text, next(level, None), next((spec for spec in schema if spec.sdtype is Sdtype.DATETIME), None)


def _levels(table: pd.DataFrame, level: ColumnSpec | None, whose: Sequence[str], k: int) -> list[str]:
    """The level of each line, "" for one that fewer than k have."""
    if level is None:
        return [""] * len(table)
    levels = table[level.name].astype(str).where(table[level.name].notna(), "").tolist()
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for one, holder in zip(levels, whose, strict=True):
        holders[one].add(holder)
    return [one if len(holders[one]) >= k else "" for one in levels]


def _why(spec: ColumnSpec, time: ColumnSpec | None) -> str:
    if time and spec.name == time.name:
        return "No hour and no day has lines of k people, so no times are told."
    return "Log templates write lines, their levels and their times alone."
