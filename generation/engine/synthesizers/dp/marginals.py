"""Differentially private marginals: a table drawn from noisy counts, with a stated epsilon and delta.

What is spent, in order, and on what (shares of rho; accounting in dp_accounting.py, noise in dp_mechanism.py):

* DOMAIN: the values of each column: categories that many records hold, cut points of numbers, each with noisy counts;
* CLASSES: each column against the target (nothing when there is no target);
* TREE: the choice of a tree of links between columns;
* LINKS: for each link of the tree, noisy counts of both columns and the target together.

Delta: one half for names (categories and forms of identifiers), the other for the step from zCDP to (epsilon, delta).
A table is then drawn column by column from the noisy counts alone. See docs/explanation/differential-privacy.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.progress import Progress
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.engine.synthesizers.columns.encoding import CategoryColumn, Column, Encoded, Encoding, NumberColumn
from generation.engine.synthesizers.dp.accounting import rho_of
from generation.engine.synthesizers.dp.domain import (
    Allowance,
    Found,
    Numbers,
    find_categories,
    find_identifiers,
    find_numbers,
)
from generation.engine.synthesizers.dp.mechanism import Floats, Mechanism
from generation.engine.synthesizers.dp.network import (
    Class,
    Drawn,
    chosen_tree,
    drawn_by,
    from_root,
    given_class,
    measured,
    onto_total,
    shrunk,
    strength,
)
from generation.engine.synthesizers.dp.numbers import Codes
from generation.engine.synthesizers.model import EncodedModel
from generation.engine.synthesizers.protocol import LeftOut

FEWEST_RECORDS = 10
DOMAIN, CLASSES, TREE, LINKS = 0.3, 0.2, 0.1, 0.4
# How much of DOMAIN a column gets: a number is looked at several times, an identifier's form needs little.
WEIGHTS = {Sdtype.NUMERICAL: 2.0, Sdtype.DATETIME: 2.0, Sdtype.CATEGORICAL: 1.0, Sdtype.BOOLEAN: 1.0, Sdtype.ID: 0.25}
TEXT = "It holds free text, which this synthesizer cannot write; replaying source text would leak it."
UNCLEAR = "No value is held by so many records that it can be told within the privacy budget."


@dataclass(frozen=True, slots=True)
class Step:
    """How one column is drawn: given its parent, if any, and the class."""

    name: str
    parent: str | None
    drawn: Drawn


class DpMarginals(EncodedModel):
    """See the module. `steps` come in order of drawing, the target first; the model is noisy counts only."""

    def __init__(self, encoding: Encoding, numbers: dict[str, Numbers], steps: list[Step], target: str | None) -> None:
        self.encoding = encoding
        self.numbers = numbers
        self.steps = steps
        self.target = target

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, Any], seed: int, progress: Progress
    ) -> Self:
        """Learn the training table; see `protocol.Synthesizer.fit`. The noise is not drawn from the seed."""
        if len(training) < FEWEST_RECORDS:
            raise FitError("too_few_records", f"A synthesizer needs at least {FEWEST_RECORDS} records to learn from.")
        epsilon, delta = float(parameters["epsilon"]), float(parameters["delta"])
        records = int(parameters["records_per_person"])
        mechanism = Mechanism(rho_of(epsilon, delta / 2), delta / 2, records)
        notes = _notes(epsilon, delta, records)
        return cls.fit_by(mechanism, training, schema, int(parameters["bins"]), progress, notes)

    @classmethod
    def fit_by(
        cls,
        mechanism: Mechanism,
        training: pd.DataFrame,
        schema: Schema,
        bins: int,
        progress: Progress,
        notes: tuple[str, ...] = (),
    ) -> Self:
        """Learn the training table by what this mechanism tells of it, and by nothing else."""
        domain = _find_domain(training, schema, bins, mechanism, progress)
        targets = (spec.name for spec in schema if spec.role is ColumnRole.TARGET and spec.name in domain.found)
        target = next(targets, None)
        steps = _find_steps(domain.found, target, mechanism, progress)
        return cls(Encoding(tuple(domain.columns), tuple(domain.left_out), notes), domain.numbers, steps, target)

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """One shard; see `protocol.Synthesizer.sample`."""
        rng = np.random.default_rng(seed)
        nothing = np.zeros(rows, dtype=np.int32)
        codes: dict[str, Codes] = {}
        for step in self.steps:
            given = codes.get(self.target or "", nothing)
            codes[step.name] = step.drawn.codes((given,) if step.parent is None else (codes[step.parent], given), rng)
        encoded = Encoded({}, {})
        for column in self.encoding.columns:
            if isinstance(column, NumberColumn):
                encoded.numbers[column.name] = self.numbers[column.name].draw(codes.get(column.name, nothing), rng)
            elif isinstance(column, CategoryColumn):
                encoded.codes[column.name] = codes.get(column.name, nothing)
        return self.encoding.decode(encoded, rows, first_row, rng)


@dataclass
class Domain:
    """What has been found of the columns; `found` has the codes of the records, and never goes into a model."""

    columns: list[Column]
    numbers: dict[str, Numbers]
    found: dict[str, Found]
    left_out: list[LeftOut]


def _find_domain(training: pd.DataFrame, schema: Schema, bins: int, mechanism: Mechanism, progress: Progress) -> Domain:
    domain = Domain([], {}, {}, [])
    total = sum(WEIGHTS.get(spec.sdtype, 0.0) for spec in schema) or 1.0
    named = sum(spec.sdtype in (Sdtype.CATEGORICAL, Sdtype.BOOLEAN, Sdtype.ID) for spec in schema) or 1
    for position, spec in enumerate(schema, start=1):
        progress("finding values", position - 1, len(schema))
        rho = mechanism.rho * DOMAIN * WEIGHTS.get(spec.sdtype, 0.0) / total
        allowed = Allowance(rho, mechanism.delta / named, bins)
        _find_column(domain, training[spec.name].reset_index(drop=True), spec, position, allowed, mechanism)
    if not domain.columns:
        reasons = " ".join(dict.fromkeys(out.reason for out in domain.left_out))
        raise FitError("nothing_to_learn", f"No column is left to learn. {reasons} Raise epsilon or add records.")
    return domain


def _find_column(
    domain: Domain,
    values: pd.Series,
    spec: ColumnSpec,
    position: int,
    allowed: Allowance,
    mechanism: Mechanism,
) -> None:
    column: Column | None = None
    if spec.sdtype is Sdtype.ID:
        column = find_identifiers(values, spec, allowed, mechanism)
    elif spec.sdtype in (Sdtype.NUMERICAL, Sdtype.DATETIME):
        if number := find_numbers(values, spec, position, allowed, mechanism):
            column, domain.numbers[spec.name], domain.found[spec.name] = number
    elif spec.sdtype is not Sdtype.TEXT and (category := find_categories(values, spec, allowed, mechanism)):
        column, domain.found[spec.name] = category
    if column is None:
        domain.left_out.append(LeftOut(spec.name, TEXT if spec.sdtype is Sdtype.TEXT else UNCLEAR))
    else:
        domain.columns.append(column)


def _find_steps(found: dict[str, Found], target: str | None, mechanism: Mechanism, progress: Progress) -> list[Step]:
    """Steps of all columns with more than one code; a column with one needs none."""
    goal, steps = _goal(found, target)
    varying = {name: each for name, each in found.items() if len(each.counts) > 1 and name != target}
    if not varying:
        return steps
    names, columns = list(varying), list(varying.values())
    share = 0.0 if target is None else CLASSES
    by_class = _by_class(columns, goal, mechanism.rho * share, mechanism)
    rho = mechanism.rho * (1 - DOMAIN - share - TREE) / max(len(names) - 1, 1)
    tree = _tree(columns, goal, by_class, mechanism.sigma(rho), mechanism, progress)
    for done, (column, parent) in enumerate(tree):
        progress("measuring links", done, len(tree))
        counts = by_class[column]
        if parent is not None:
            noisy, sigma = measured((columns[column], columns[parent]), goal, rho, mechanism)
            counts = _linked(noisy, counts, by_class[parent], sigma)
        steps.append(Step(names[column], None if parent is None else names[parent], drawn_by(counts)))
    progress("measuring links", len(tree), len(tree))
    return steps


def _tree(
    columns: list[Found],
    goal: Class,
    by_class: list[Floats],
    sigma: float,
    mechanism: Mechanism,
    progress: Progress,
) -> list[tuple[int, int | None]]:
    """Each column with its parent, parents first; links will be measured with noise of `sigma`."""

    def score(first: int, second: int) -> int:
        progress("choosing links", first, len(columns))
        pair = columns[first], columns[second]
        return strength(pair, goal, (by_class[first], by_class[second]), sigma)

    return from_root(len(columns), chosen_tree(len(columns), score, mechanism.rho * TREE, mechanism))


def _goal(found: dict[str, Found], target: str | None) -> tuple[Class, list[Step]]:
    if target is None:
        rows = len(next(iter(found.values())).codes)
        return Class(np.zeros(rows, dtype=np.int32), np.ones(1)), []
    counts = np.maximum(found[target].counts, 1e-9)
    return Class(found[target].codes, counts / counts.sum()), [Step(target, None, drawn_by(counts[:, None]))]


def _by_class(varying: list[Found], goal: Class, rho: float, mechanism: Mechanism) -> list[Floats]:
    """Each column's counts by class; without a target the counts that are known already."""
    if not rho:
        return [each.counts[:, None] for each in varying]
    found = []
    for each in varying:
        size = np.maximum(each.counts.sum() * goal.share, 1e-9)
        noisy, sigma = measured((each,), goal, rho / len(varying), mechanism)
        found.append(given_class(each, noisy, sigma, size))
    return found


def _linked(noisy: Floats, column: Floats, parent: Floats, sigma: float) -> Floats:
    """Counts of the column's codes for each code of parent and class: the noisy ones, held close to independence."""
    shares = column / np.maximum(column.sum(axis=0), 1e-9)
    expected = shares[:, None, :] * parent[None, :, :]
    return onto_total(shrunk(noisy, expected, sigma), parent)


def _notes(epsilon: float, delta: float, records: int) -> tuple[str, ...]:
    unit = "one record" if records == 1 else f"all of one person's records, {records} at most"
    return (
        f"Differentially private with epsilon {epsilon:g} and delta {delta:g} for {unit}, added or removed. Not "
        "covered: the plan, names and types of columns, the choice of target and settings, rules and conditions asked "
        "for, the number of records, and all figures of the evaluation.",
        "The noise is not drawn from the seed, so a new fit with the same seed gives other records.",
    )
