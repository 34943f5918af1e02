"""Fit a plan on training records, and apply it alike to training and holdout."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, cast

import numpy as np
import pandas as pd

from generation.engine.errors import PlanError
from generation.engine.minimisation.limits import (
    Binned,
    Clamped,
    Column,
    ColumnTreatment,
    Kept,
    Supported,
    Truncated,
    as_text,
)
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.proposal import why_not_apply
from generation.engine.minimisation.surrogates import moved_days, surrogates
from generation.engine.minimisation.tidying import Tidied
from generation.engine.minimisation.treatments import INTERVAL, SurrogateStyle, TreatmentKind
from generation.engine.parameters import Value
from generation.engine.pii import find
from generation.engine.pii.codes import CodeForm, form_of_codes
from generation.engine.pii.entities import KNOWN
from generation.engine.pii.known import KnownValues
from generation.engine.pii.labels import label_words
from generation.engine.pii.text import redact
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Sdtype

_MOST_INTEGER_DIGITS = 18
_TEXTS_AT_ONCE = 2_000


@dataclass(frozen=True, slots=True)
class Surrogates:
    """Each value becomes an invented one; whole numbers stay so, and codes of `form` keep what they share."""

    style: SurrogateStyle
    key: bytes
    form: CodeForm | None = None

    @classmethod
    def fit(cls, training: Column, style: SurrogateStyle, key: bytes) -> Surrogates:
        """Learns the form that nearly all codes have; of other styles nothing is learned."""
        if style is not SurrogateStyle.CODE:
            return cls(style, key)
        form = form_of_codes(as_text(training.dropna()).astype(str).unique().tolist())
        return cls(style, key, form if form is not None and form.is_code else None)

    def apply(self, column: Column) -> Column:
        """The pseudonymised column."""
        codes, distinct = pd.factorize(as_text(column))
        made = [*surrogates([str(value) for value in distinct], self.style, self.key, self.form), None]
        treated = pd.Series(np.array(made, dtype=object)[codes], index=column.index, name=column.name)
        stays = pd.api.types.is_numeric_dtype(column.dtype) and all(_is_integer(value) for value in made[:-1])
        return pd.to_numeric(treated).astype(column.dtype) if stays else treated


@dataclass(frozen=True, slots=True)
class Moved:
    """Each date moves by some days; equal dates move alike."""

    days: int
    key: bytes

    def apply(self, column: Column) -> Column:
        """The moved dates, time of day kept."""
        codes, distinct = pd.factorize(column)
        days = moved_days([pd.Timestamp(value).isoformat() for value in distinct], self.days, self.key)
        moves = np.array([*days, 0], dtype="timedelta64[D]")[codes]
        return cast(Column, column + moves)


@dataclass(frozen=True, slots=True)
class Redacted:
    """What points at a person in a text becomes the name of its kind."""

    label: frozenset[str]
    overruled: frozenset[str] = frozenset()

    def apply(self, column: Column, known: KnownValues, progress: Progress = silent) -> Column:
        """The redacted texts; `known` are the table's own identifiers, by the places of their rows."""
        rows = np.flatnonzero(column.notna().to_numpy()).tolist()
        texts = column.iloc[rows].astype(str)
        redacted = np.full(len(column), None, dtype=object)
        # Equal texts side by side: each is read once.
        pairs = sorted(zip(texts, rows, strict=True))
        for start in range(0, len(pairs), _TEXTS_AT_ONCE):
            progress("reading texts", start, len(pairs))
            some, places = map(list, zip(*pairs[start : start + _TEXTS_AT_ONCE], strict=True))
            found = find(some, label=self.label, known=known, rows=places, overruled=self.overruled)
            redacted[places] = list(map(redact, some, found))
        return pd.Series(redacted, index=column.index, name=column.name)


@dataclass(frozen=True, slots=True)
class FittedPlan:
    """A plan with its limits: columns that leave no trace are not in `treatments`.

    It holds a key and categories of the source, so it is source-grade: seal it or let it go with the job.
    """

    treatments: tuple[tuple[str, ColumnTreatment | Redacted], ...]
    identifiers: tuple[tuple[str, str], ...]

    @property
    def middles(self) -> dict[str, float]:
        """How far above the lower end of its bin a middle lies, for each column in bins."""
        return {name: treatment.middle for name, treatment in self.treatments if isinstance(treatment, Binned)}

    def apply(self, table: pd.DataFrame, progress: Progress = silent) -> pd.DataFrame:
        """The minimised table, same index. Identifiers are looked up in texts of the table they stand in."""
        known = self._known(table)
        columns: dict[str, Any] = {}
        for done, (name, treatment) in enumerate(self.treatments):
            progress("minimising column", done, len(self.treatments))
            column = _column(table, name)
            columns[name] = (
                treatment.apply(column, known, progress) if isinstance(treatment, Redacted) else treatment.apply(column)
            )
        progress("minimising column", len(self.treatments), len(self.treatments))
        return pd.DataFrame(columns, index=table.index)

    def _known(self, table: pd.DataFrame) -> KnownValues:
        known = KnownValues()
        if any(isinstance(treatment, Redacted) for _, treatment in self.treatments):
            for name, entity in self.identifiers:
                column = _column(table, name)
                there = column.notna().to_numpy()
                known.add(as_text(column[there]), entity, rows=np.flatnonzero(there).tolist())
        return known


def fit_plan(training: pd.DataFrame, plan: Plan, key: bytes, profile: TableProfile) -> FittedPlan:
    """Learn the plan's limits on training records; `key` (16 bytes or more) decides the surrogates.

    PlanError names the first thing that stops the plan (`why_not_apply` has them all).
    """
    reasons = why_not_apply(plan, profile)
    if reasons:
        raise PlanError("plan-refused", reasons[0])
    if len(key) < 16:
        raise PlanError("plan-key", "The key for surrogates must have at least 16 bytes.")
    fitted = []
    for column in profile.columns:
        treatment = plan.treatment_of(column.name)
        if treatment is not None and treatment.kind is not TreatmentKind.DROP:
            fitted.append((column.name, _fit(_column(training, column.name), treatment, column, key)))
    identifiers = tuple((c.name, c.entity or KNOWN) for c in profile.columns if _identifies(c))
    return FittedPlan(tuple(fitted), identifiers)


def _identifies(column: ColumnProfile) -> bool:
    return column.role is ColumnRole.DIRECT and column.sdtype in {Sdtype.ID, Sdtype.CATEGORICAL}


def _fit(training: Column, treatment: Treatment, column: ColumnProfile, key: bytes) -> ColumnTreatment | Redacted:
    parameters = treatment.complete(column.sdtype)
    match treatment.kind:
        case TreatmentKind.GENERALISE:
            return _fit_generalise(training, column.sdtype, parameters)
        case TreatmentKind.TOP_CODE:
            return Clamped.fit(training, lower=float(parameters["lower"]), upper=float(parameters["upper"]))
        case TreatmentKind.SUPPRESS_RARE:
            return Supported.fit(training, k=int(parameters["k"]))
        case TreatmentKind.TIDY:
            return Tidied.fit(training, k=int(parameters["k"]))
        case TreatmentKind.REDACT:
            return Redacted(label_words(column.label), column.overruled)
        case TreatmentKind.SURROGATE if column.sdtype is Sdtype.DATETIME:
            return Moved(int(parameters["days"]), key)
        case TreatmentKind.SURROGATE:
            return Surrogates.fit(training, SurrogateStyle(str(parameters["style"])), key)
        case _:
            return Kept()


def _fit_generalise(training: Column, sdtype: Sdtype, parameters: dict[str, Value]) -> ColumnTreatment:
    k = int(parameters["k"])
    if sdtype is Sdtype.NUMERICAL:
        return Binned.fit(training, width=float(parameters["width"]), k=k, is_interval=parameters["shown"] == INTERVAL)
    if sdtype is Sdtype.DATETIME:
        return Truncated.fit(training, unit=str(parameters["unit"]), k=k)
    return Supported.fit(training, k=k, prefix=int(parameters["prefix"]))


def _column(table: pd.DataFrame, name: str) -> Column:
    if name not in table.columns:
        raise PlanError("plan-column", "The table lacks a column that was profiled; profile it again.")
    return table[name]


def _is_integer(value: str | None) -> bool:
    return value is not None and value.lstrip("-").isdecimal() and len(value) <= _MOST_INTEGER_DIGITS
