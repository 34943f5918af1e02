"""Fit a plan on training records, and apply it alike to training and holdout."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from generation.engine.errors import PlanError
from generation.engine.minimisation.grouping import Grouped
from generation.engine.minimisation.invented.pseudonyms import Hashed, Moved, Record, Surrogates, records_of
from generation.engine.minimisation.invented.surrogates import OF_PERSONS
from generation.engine.minimisation.limits import (
    Binned,
    Clamped,
    Column,
    ColumnTreatment,
    Kept,
    Masked,
    Rounded,
    Supported,
    Truncated,
    as_text,
)
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.proposal import why_not_apply
from generation.engine.minimisation.spans import Around, Spans
from generation.engine.minimisation.tidying import Tidied
from generation.engine.minimisation.treatments import (
    EACH_DATE,
    EACH_PERSON,
    INTERVAL,
    OWNER,
    SurrogateStyle,
    TreatmentKind,
)
from generation.engine.parameters import Value
from generation.engine.pii.entities import KNOWN
from generation.engine.pii.known import KnownValues
from generation.engine.pii.labels import label_words
from generation.engine.profiling.profile import ColumnProfile, TableProfile
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Sdtype

_SHORTEST_KEY = 16


@dataclass(frozen=True, slots=True)
class Keys:
    """What decides surrogates and hashes: within a dataset, and in all datasets of its owner. 16 bytes or more each."""

    dataset: bytes
    owner: bytes = b""

    def of(self, parameters: Mapping[str, Value]) -> bytes:
        """The key that a treatment asks for; PlanError where there is none."""
        key = self.owner if parameters.get("within") == OWNER else self.dataset
        if len(key) < _SHORTEST_KEY:
            raise PlanError("plan-key", f"The key for surrogates must have at least {_SHORTEST_KEY} bytes.")
        return key


@dataclass(frozen=True, slots=True)
class FittedPlan:
    """A plan with its limits: columns that leave no trace are not in `treatments`. `person` names the column that names
    a person, "" without one.

    It holds keys and categories of the source, so it is source-grade: seal it or let it go with the job.
    """

    treatments: tuple[tuple[str, ColumnTreatment | Spans], ...]
    identifiers: tuple[tuple[str, str], ...]
    records: tuple[Record, ...] = ()
    person: str = ""
    grouped: Grouped | None = None

    @property
    def middles(self) -> dict[str, float]:
        """How far above the lower end of its bin a middle lies, for each column in bins."""
        return {name: treatment.middle for name, treatment in self.treatments if isinstance(treatment, Binned)}

    @property
    def looks(self) -> dict[str, dict[str, str]]:
        """What an invented value of each surrogate column looks like, beside its style and form."""
        made = {name: treatment.look for name, treatment in self.treatments if isinstance(treatment, Surrogates)}
        told = {name: {"locale": look.locale, "entity": look.entity} for name, look in made.items()}
        return {name: {key: word for key, word in words.items() if word} for name, words in told.items()}

    def apply(self, table: pd.DataFrame, progress: Progress = silent) -> pd.DataFrame:
        """The minimised table, same index. Identifiers are looked up in texts of the table they stand in."""
        people = {name: known for record in self.records for name, known in record.people(table).items()}
        columns: dict[str, Column] = {}
        texts = [(name, treatment) for name, treatment in self.treatments if isinstance(treatment, Spans)]
        others = [one for one in self.treatments if not isinstance(one[1], Spans)]
        for done, (name, treatment) in enumerate(others):
            progress("minimising column", done, len(self.treatments))
            columns[name] = self._treated(table, name, treatment, people.get(name, {}))
        around, known = self._around(table, columns, texts), self._known(table) if texts else KnownValues()
        for done, (name, treatment) in enumerate(texts, start=len(others)):
            progress("minimising column", done, len(self.treatments))
            columns[name] = treatment.apply(_column(table, name), known, around, progress)
        progress("minimising column", len(self.treatments), len(self.treatments))
        made = pd.DataFrame({name: columns[name] for name, _ in self.treatments}, index=table.index)
        return self.grouped.apply(made) if self.grouped else made

    def _treated(self, table: pd.DataFrame, name: str, treatment: Any, people: dict[str, Any]) -> Column:
        column: Column = _column(table, name)
        if isinstance(treatment, Surrogates):
            made: Column = treatment.apply(column, people)
            return made
        if isinstance(treatment, Moved):
            return treatment.apply(
                column, None if treatment.alike == EACH_DATE else self._whose(table, treatment.alike)
            )
        made = treatment.apply(column)
        return made  # noqa: RET504  typed

    def _whose(self, table: pd.DataFrame, alike: str = EACH_PERSON) -> list[str]:
        """Whose each row is, by the column that names persons; a row nobody is named in is its own."""
        rows = [f"record {place}" for place in range(len(table))]
        if alike != EACH_PERSON or self.person not in table.columns:
            return rows
        named = as_text(table[self.person])
        return [row if who is None else f"person {who}" for row, who in zip(rows, named, strict=True)]

    def _around(self, table: pd.DataFrame, made: Mapping[str, Column], texts: list[tuple[str, Spans]]) -> Around:
        """What stands for the record's own values in its texts."""
        whose = self._whose(table) if texts else []
        if not any(spans.needs_names for _, spans in texts):
            return Around(whose)
        given: dict[str, str] = {}
        own: list[dict[str, str]] = [{} for _ in range(len(table))]
        for name, treatment in self.treatments:
            if isinstance(treatment, Surrogates):
                pairs = list(zip(as_text(table[name]), as_text(made[name]), strict=True))
                given |= {str(old).casefold(): str(new) for old, new in pairs if old is not None}
                if treatment.look.style in OF_PERSONS:
                    for row, (old, new) in enumerate(pairs):
                        own[row] |= _parts(old, new)
        return Around(whose, given, own)

    def _known(self, table: pd.DataFrame) -> KnownValues:
        known = KnownValues()
        for name, entity in self.identifiers:
            column = _column(table, name)
            there = column.notna().to_numpy()
            known.add(as_text(column[there]), entity, rows=np.flatnonzero(there).tolist())
        return known


def _parts(old: str | None, new: str | None) -> dict[str, str]:
    """Each word of a name with the word that stands for it, where both have as many."""
    words, made = (str(name or "").replace(",", " ").split() for name in (old, new))
    return dict(zip(map(str.casefold, words), made, strict=True)) if len(words) == len(made) else {}


def fit_plan(
    training: pd.DataFrame,
    plan: Plan,
    key: bytes | Keys,
    profile: TableProfile,
    *,
    person: str = "",
    excepted: Collection[str] = (),
) -> FittedPlan:
    """Learn the plan's limits on training records; the key (16 bytes or more) decides the surrogates.

    `person` is the column that names persons; `excepted` are those that may stay as they are. PlanError names the first
    thing that stops the plan (`why_not_apply` has them all).
    """
    reasons = why_not_apply(plan, profile, excepted=excepted)
    if reasons:
        raise PlanError("plan-refused", reasons[0])
    keys = key if isinstance(key, Keys) else Keys(key)
    keys.of({})
    fitted = []
    for column in profile.columns:
        treatment = plan.treatment_of(column.name)
        if treatment is not None and treatment.kind is not TreatmentKind.DROP:
            fitted.append((column.name, _fit(_column(training, column.name), treatment, column, keys)))
    identifiers = tuple((c.name, c.entity or KNOWN) for c in profile.columns if _identifies(c))
    made = FittedPlan(tuple(fitted), identifiers, _records(fitted, training), person)
    quasi = [c.name for c in profile.columns if c.role is ColumnRole.QUASI and c.name in dict(fitted)]
    return _grouped(made, training, quasi, plan.k) if plan.k and quasi else made


def _records(fitted: list[tuple[str, ColumnTreatment | Spans]], training: pd.DataFrame) -> tuple[Record, ...]:
    records = records_of({name: one for name, one in fitted if isinstance(one, Surrogates)})
    for record in records:
        record.fit(training)
    return records


def _grouped(plan: FittedPlan, training: pd.DataFrame, quasi: list[str], k: int) -> FittedPlan:
    """The plan whose groups are as large as asked for; texts, which are no quasi-identifiers, are not read for it."""
    only = tuple((name, treatment) for name, treatment in plan.treatments if name in quasi)
    return replace(plan, grouped=Grouped.fit(replace(plan, treatments=only).apply(training), quasi, k))


def _identifies(column: ColumnProfile) -> bool:
    return column.identifies and column.sdtype in {Sdtype.ID, Sdtype.CATEGORICAL}


def _fit(training: Column, treatment: Treatment, column: ColumnProfile, keys: Keys) -> ColumnTreatment | Spans:
    parameters = treatment.complete(column.sdtype)
    match treatment.kind:
        case TreatmentKind.GENERALISE:
            return _fit_generalise(training, column.sdtype, parameters)
        case TreatmentKind.ROUND:
            return Rounded.fit(training, step=float(parameters["to"]), k=int(parameters["k"]))
        case TreatmentKind.TOP_CODE:
            return Clamped.fit(training, lower=float(parameters["lower"]), upper=float(parameters["upper"]))
        case TreatmentKind.SUPPRESS_RARE:
            return Supported.fit(training, k=int(parameters["k"]))
        case TreatmentKind.TIDY:
            return Tidied.fit(training, k=int(parameters["k"]))
        case TreatmentKind.MASK:
            return Masked.fit(training, last=int(parameters["last"]), k=int(parameters["k"]))
        case TreatmentKind.REDACT | TreatmentKind.HASH | TreatmentKind.SURROGATE:
            return _fit_keyed(training, treatment.kind, column, parameters, keys)
        case _:
            return Kept()


def _fit_keyed(
    training: Column, kind: TreatmentKind, column: ColumnProfile, parameters: dict[str, Value], keys: Keys
) -> ColumnTreatment | Spans:
    if kind is TreatmentKind.REDACT:
        return Spans.of(label_words(column.label), parameters, keys.dataset, column.overruled, training)
    if kind is TreatmentKind.HASH:
        return Hashed(int(parameters["digits"]), keys.of(parameters))
    if column.sdtype is Sdtype.DATETIME:
        return Moved(int(parameters["days"]), keys.dataset, str(parameters["alike"]))
    return Surrogates.fit(training, SurrogateStyle(str(parameters["style"])), keys.of(parameters), column.entity)


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
