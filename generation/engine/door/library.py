"""Fit, sample and evaluate on pandas DataFrames: what the portal does, in three calls, without the portal."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from tempfile import TemporaryFile

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.errors import FitError, TableError
from generation.engine.evaluation import suite
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.policy import EvaluationPolicy
from generation.engine.profiling.table import profile_table
from generation.engine.progress import silent
from generation.engine.schema import ColumnRole, ColumnSpec, Schema
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import card_of, load
from generation.engine.synthesizers.protocol import Synthesizer
from generation.engine.tables.loading import load_table


def fit(
    table: pd.DataFrame,
    schema: Schema | None = None,
    *,
    target: str | None = None,
    synthesizer: str = "trees",
    parameters: Mapping[str, object] | None = None,
    seed: int = 0,
) -> Synthesizer:
    """A model of `table`: one record a row, cells of one type a column, missing values as pandas has them.

    `schema` says what each column is, and which columns there shall be; without one the profile of the table does.
    `target` names the column that other models will predict. `synthesizer` is a name of `cards()`; `parameters` are
    those of its card, by default where left out. The same arguments give the same model, unless the card says that
    its noise cannot be repeated.

    Nothing is taken out of the table first: leave out the columns that the purpose does not need. What the model still
    holds of the table is on the card, as `memorises`.

    Raises EngineError with a sentence for people: a table that cannot be read, a column that is not there, an unknown
    synthesizer or parameter, a package that is not installed, too few records.

    Source: each synthesizer's own, on its page. The default "trees" follows Reiter (2005), Using CART to generate
    partially synthetic public use microdata.

    >>> import pandas as pd
    >>> people = range(400)
    >>> table = pd.DataFrame({"age": [20 + one % 50 for one in people], "member": [one % 3 > 0 for one in people]})
    >>> model = fit(table, target="member", synthesizer="copula", parameters={"k": 10})
    >>> model.left_out
    ()
    >>> fit(table, synthesizer="copula", parameters={"k": 1})
    Traceback (most recent call last):
        ...
    generation.engine.errors.FitError: Records behind every value must be a whole number from 2 to 100.
    """
    frame = _plain(table)
    specs = _with_target(schema or profile_table(frame).schema, target)
    _need(frame, [spec.name for spec in specs])
    checked = validated(card_of(synthesizer), parameters or {})
    try:
        return load(synthesizer).fit(frame[[spec.name for spec in specs]], specs, checked, seed, silent)
    except ModuleNotFoundError as error:
        raise FitError("not_installed", f"{synthesizer} needs the package {error.name}. Install it first.") from error


def sample(model: Synthesizer, rows: int, *, seed: int = 0) -> pd.DataFrame:
    """`rows` new records in the order of the schema, without the columns that the model has `left_out`.

    Types are those of the training table: numbers as int64 or float64, dates as datetime64[ns], texts as objects. The
    same model, rows and seed give the same records, which are those of a run of the portal. Memory holds them all.
    Raises EngineError for fewer than one record.

    >>> import pandas as pd
    >>> people = range(400)
    >>> table = pd.DataFrame({"age": [20 + one % 50 for one in people], "member": [one % 3 > 0 for one in people]})
    >>> made = sample(fit(table, synthesizer="copula"), 1000, seed=7)
    >>> made.shape
    (1000, 2)
    >>> bool(made["age"].between(20, 69).all())
    True
    """
    return pd.concat(sample_shards(model, rows, seed), ignore_index=True)


def evaluate_tables(  # noqa: PLR0913 - the contract of the suite, less what a library can take for granted
    training: pd.DataFrame,
    holdout: pd.DataFrame | None,
    synthetic: pd.DataFrame,
    schema: Schema | None = None,
    *,
    target: str | None = None,
    policy: EvaluationPolicy | None = None,
    seed: int = 0,
) -> suite.EvaluationResult:
    """Every check of the house and of installed plug-ins: privacy, fidelity, utility, diversity and rules.

    `holdout` are real records that the synthesizer never saw; without them nothing tells leakage from similarity, and
    every privacy check is "not computed". `target` names the column that models predict. `policy` holds the limits, by
    default those for training. Columns that the synthetic table leaves out are not measured; 100 records a table are
    the least that any check takes. `metrics` of the result have a value, a 95 % interval, n and a status; shares are
    fractions. The same arguments give the same result.

    Raises EngineError for a table that cannot be read or lacks a column. What a table holds never raises: a check that
    cannot be computed says why.

    Source: docs/explanation/evaluation.md, with the paper of each check.

    >>> import pandas as pd
    >>> def people(first):
    ...     those = range(first, first + 200)
    ...     return pd.DataFrame({"age": [20 + 7 * one % 50 for one in those], "member": [one % 3 > 0 for one in those]})
    >>> found = evaluate_tables(people(0), people(11), people(23), target="member")
    >>> {metric.name: str(metric.status) for metric in found.metrics}["column_shapes"]
    'pass'
    """
    real, made = _plain(training), _plain(synthetic)
    held = None if holdout is None else _plain(holdout)
    specs = _with_target(schema or profile_table(real).schema, target)
    kept = tuple(spec for spec in specs if spec.name in made.columns)
    for frame in (real, *([] if held is None else [held])):
        _need(frame, [spec.name for spec in kept])
    goal = next((spec.name for spec in kept if spec.role is ColumnRole.TARGET), None)
    limits = policy or default_policy("training", has_target=goal is not None)
    return suite.evaluate_tables(
        real, held, made, kept, target=goal, purpose=limits.purpose, policy=limits, seed=seed, progress=silent
    )


def _plain(table: pd.DataFrame) -> pd.DataFrame:
    """The table in the few types that the engine knows, as if it had been uploaded; the index is let go."""
    names = [str(name) for name in table.columns]
    if not names or len(set(names)) < len(names):
        raise TableError("bad_columns", "A table needs at least one column, each with a name of its own.")
    columns = [_arrow(table.iloc[:, at], at + 1) for at in range(len(names))]
    with TemporaryFile() as sink:
        pq.write_table(pa.table(columns, names=names), sink)
        return load_table(sink)


def _arrow(column: pd.Series, place: int) -> pa.Array:
    """One column for Arrow, whose own message would quote a value."""
    try:
        return pa.array(column, from_pandas=True)
    except (pa.ArrowException, TypeError):
        raise TableError("mixed_types", f"Column {place} does not hold values of one plain type.") from None


def _with_target(schema: Schema, target: str | None) -> Schema:
    """The schema with this column as its only target; as it is without one."""
    if target is None:
        return schema
    if target not in {spec.name for spec in schema}:
        raise TableError("unknown_column", "The target is not a column of the table.")
    return tuple(replace(spec, role=_role(spec, target)) for spec in schema)


def _role(spec: ColumnSpec, target: str) -> ColumnRole:
    if spec.name == target:
        return ColumnRole.TARGET
    return ColumnRole.OTHER if spec.role is ColumnRole.TARGET else spec.role


def _need(frame: pd.DataFrame, names: Collection[str]) -> None:
    lacking = [place for place, name in enumerate(names, start=1) if name not in frame.columns]
    if lacking:
        raise TableError("lacks_columns", f"A table lacks columns of the schema, at its places {lacking[:5]}.")
