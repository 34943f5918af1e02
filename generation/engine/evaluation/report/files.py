"""Tables for an evaluation from files of any format, matched by column label, whoever wrote them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from pathlib import Path
from tempfile import TemporaryFile

import pandas as pd

from generation.engine.errors import TableError
from generation.engine.profiling.table import profile_table
from generation.engine.schema import ColumnRole, ColumnSpec, Schema
from generation.engine.tables.facts import TableFacts
from generation.engine.tables.loading import load_table
from generation.engine.tables.reading import read_table


@dataclass(frozen=True)
class ReadTables:
    """Tables with columns c0..cN of the training file, and their schema."""

    training: pd.DataFrame
    holdout: pd.DataFrame | None
    synthetic: pd.DataFrame
    schema: Schema
    target: str | None


def read_tables(
    training: Path, holdout: Path | None, synthetic: Path, *, target: str | None = None, quasi: Collection[str] = ()
) -> ReadTables:
    """Reads the files. `target` and `quasi` are labels; roles are proposed by the profile where `quasi` is empty.

    Raises TableError when a file cannot be read or lacks a column of the training file.
    """
    frame, facts = _read(training)
    named, schema, goal = _described(frame, facts, target, quasi)
    # Read alike: dates that say nothing of day and month here may say it in one file of three.
    others = [_aligned(path, named, facts) if path is not None else None for path in (holdout, synthetic)]
    held, made = others
    if made is None:
        raise TableError("no_synthetic", "There is no synthetic file.")
    return ReadTables(frame, held, made, schema, goal)


def read_training(path: Path, *, target: str | None = None) -> tuple[pd.DataFrame, Schema]:
    """One file of real records, read as `read_tables` reads it. Raises TableError when it cannot be read."""
    frame, facts = _read(path)
    return frame, _described(frame, facts, target, ())[1]


def _described(
    frame: pd.DataFrame, facts: TableFacts, target: str | None, quasi: Collection[str]
) -> tuple[dict[str, str], Schema, str | None]:
    """Names by label, the schema, and the name of the target."""
    labels = _labels(facts)
    named = {label: name for name, label in labels.items()}
    if unknown := {label for label in [target, *quasi] if label is not None} - named.keys():
        raise TableError("unknown_column", f"The training file has no column named as asked ({len(unknown)} unknown).")
    goal = named[target] if target is not None else None
    specs = profile_table(frame, labels, target=goal).columns
    schema = tuple(ColumnSpec(spec.name, spec.sdtype, spec.role, labels[spec.name]) for spec in specs)
    if quasi:
        schema = tuple(_with_quasi(spec, {named[label] for label in quasi}) for spec in schema)
    return named, schema, goal


def _read(path: Path, like: TableFacts | None = None) -> tuple[pd.DataFrame, TableFacts]:
    with path.open("rb") as source, TemporaryFile() as sink:
        facts = read_table(source, sink, choices=like.choices if like else None)
        sink.seek(0)
        return load_table(sink), facts


def _labels(facts: TableFacts) -> dict[str, str]:
    return {column.name: column.label for column in facts.columns}


def _aligned(path: Path, named: dict[str, str], like: TableFacts) -> pd.DataFrame:
    frame, facts = _read(path, like)
    labels = _labels(facts)
    renamed = frame.rename(columns={name: named.get(label, f"other {label}") for name, label in labels.items()})
    lacking = set(named.values()) - set(renamed.columns)
    if lacking:
        raise TableError("columns_differ", f"A file lacks {len(lacking)} of the training file's columns.")
    return renamed[list(named.values())]


def _with_quasi(spec: ColumnSpec, quasi: Collection[str]) -> ColumnSpec:
    if spec.name in quasi:
        return replace(spec, role=ColumnRole.QUASI)
    return replace(spec, role=ColumnRole.OTHER) if spec.role is ColumnRole.QUASI else spec
