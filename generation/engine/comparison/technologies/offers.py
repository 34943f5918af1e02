"""How each technology makes its table of the same records. What comes out lives in memory and is never handed over."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.comparison.technologies.generalising import generalise
from generation.engine.comparison.technologies.offer import Offer, Technology
from generation.engine.comparison.technologies.settings import MOST_RECORDS, PRIVATE
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, Schema, Sdtype
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.dp.contribution import at_most


def measured_columns(schema: Schema) -> Schema:
    """Columns that a model learns from or an attacker compares: no identifiers, no free text."""
    return tuple(
        spec for spec in schema if spec.sdtype not in (Sdtype.ID, Sdtype.TEXT) and spec.role is not ColumnRole.DIRECT
    )


def some_rows(rows: int, seed: int) -> npt.NDArray[np.intp]:
    """The positions of the records that are weighed, in order."""
    if rows <= MOST_RECORDS:
        return np.arange(rows)
    return np.sort(np.random.default_rng([seed, rows]).choice(rows, MOST_RECORDS, replace=False))


def minimised(training: pd.DataFrame, holdout: pd.DataFrame, schema: Schema) -> Offer:
    """The real records as the plan leaves them: all others are made of them, or stand beside them."""
    left = measured_columns(schema)
    names = [spec.name for spec in left]
    people, others = (table[names].reset_index(drop=True) for table in (training, holdout))
    return Offer(Technology.MINIMISED, "", people, people, others, left)


def with_surrogates(real: Offer, training: pd.DataFrame, holdout: pd.DataFrame, schema: Schema) -> Offer:
    """The source's own values, of the same records in the same order. An invented identifier tells nothing of anybody,
    so none is made; the target is the plan's, so that all foretell the same."""
    left = measured_columns(schema)
    names = [spec.name for spec in left]
    people, others = (
        table[names].reset_index(drop=True).assign(**{real.target: treated[real.target]})
        for table, treated in ((training, real.people), (holdout, real.others))
    )
    target = next(spec for spec in real.schema if spec.name == real.target)
    shown = tuple(target if spec.name == target.name else spec for spec in left)
    return Offer(Technology.SURROGATES, "", people, people, others, shown)


def generalised(
    real: Offer, k: int, *, persons: npt.NDArray[np.int64] | None = None, progress: Progress = silent
) -> Offer:
    """The real records with k alike at least. People who are suppressed are looked for as well: they are not there."""
    found = generalise(real.people, real.schema, k, persons=persons, progress=progress)
    people, others = found.view(real.people), found.view(real.others)
    made = found.sentences({spec.name: spec.label or spec.name for spec in real.schema})
    table = people.iloc[found.kept].reset_index(drop=True)
    return Offer(Technology.GENERALISED, f"k = {k}", table, people, others, found.schema, made)


def private(
    real: Offer, epsilon: float, seed: int, *, persons: npt.NDArray[np.int64] | None = None, progress: Progress = silent
) -> Offer:
    """As many records of `dp_marginals`, fitted once with its defaults but for epsilon. Raises FitError."""
    parameters = validated(catalogue.cards()[PRIVATE], {"epsilon": epsilon})
    table = real.people
    if persons is not None:
        table = at_most(table.assign(person=persons), "person", int(parameters["records_per_person"]))
        table = table.drop(columns="person")
    model = catalogue.load(PRIVATE).fit(table, real.schema, parameters, seed, progress)
    drawn = pd.concat(sample_shards(model, len(real.people), seed), ignore_index=True)
    return replace(_of(real, drawn, set(drawn.columns)), technology=Technology.PRIVATE, setting=f"epsilon {epsilon:g}")


def synthetic(real: Offer, table: pd.DataFrame, setting: str) -> Offer:
    """The artefact of a run, with those of the columns that it has."""
    rows = some_rows(len(table), 0)
    return replace(_of(real, table.iloc[rows], set(table.columns)), technology=Technology.SYNTHETIC, setting=setting)


def _of(real: Offer, table: pd.DataFrame, columns: Collection[str]) -> Offer:
    left = tuple(spec for spec in real.schema if spec.name in columns)
    names = [spec.name for spec in left]
    return replace(real, table=table[names], people=real.people[names], others=real.others[names], schema=left)
