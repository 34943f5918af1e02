"""A synthetic database: rows by the table engine, invented people, keys and references that agree."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np

from generation.engine.errors import SuiteError
from generation.engine.llm.agents.domain import Column, Domain, TableSpec
from generation.engine.minimisation.invented.surrogates import Look, invented
from generation.engine.minimisation.treatments import SurrogateStyle
from generation.engine.progress import silent
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.card import validated
from generation.engine.synthesizers.catalogue import card_of, load

if TYPE_CHECKING:
    import pandas as pd

# {table: {key: row}}; values are texts, numbers and truth values, as JSON has them.
Database = dict[str, dict[str, dict[str, Any]]]
_TEMPLATE = "Xxxx Xxxx"


def make_database(
    domain: Domain, tables: Mapping[str, pd.DataFrame], *, seed: int, synthesizer: str = "copula"
) -> Database:
    """A database of the domain. `tables` are governed ones from which the table engine learns the `learned` columns.

    No row of theirs goes in: people are invented, keys are new, learned columns are sampled. The same tables and seed
    give the same database. SuiteError when a learned column is in none of the tables; FitError of the table engine.
    """
    rng = np.random.default_rng(seed)
    database: Database = {}
    for spec in domain.tables.values():
        count, owners = _sizes(spec, database, rng)
        learned = _learned(spec, tables, count, seed, synthesizer)
        database[spec.name] = _rows(spec, database, learned, owners, rng, seed)
        if not database[spec.name]:
            raise SuiteError("no_rows", f"No row of {spec.name} was made: raise how many there are for each other row.")
    return database


def state_hash(database: Database) -> str:
    """The digest of all rows, in whatever order they were written or read."""
    return hashlib.sha256(json.dumps(database, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def copied(database: Database) -> Database:
    """Another database with the same rows; values are never changed in place."""
    return {table: {key: dict(row) for key, row in rows.items()} for table, rows in database.items()}


def _sizes(spec: TableSpec, database: Database, rng: np.random.Generator) -> tuple[int, list[str]]:
    """How many rows, and for a table with rows per row of another, whose each one is."""
    if spec.each is None:
        return spec.rows, []
    table, low, high = spec.each
    owners = [key for key in database[table] for _ in range(int(rng.integers(low, high + 1)))]
    return len(owners), owners


def _learned(
    spec: TableSpec, tables: Mapping[str, pd.DataFrame], count: int, seed: int, synthesizer: str
) -> dict[str, list[Any]]:
    names = [column.name for column in spec.columns if column.how == "learned"]
    if not names or not count:
        return {}
    frame = tables.get(spec.name)
    if frame is None or not set(names) <= set(frame.columns):
        missing = sorted(set(names) - set(frame.columns if frame is not None else ()))
        raise SuiteError("not_governed", f"{spec.name}.{missing[0]} is to be learned, and no table given has it.")
    made = _sampled(frame[names], count, synthesizer, seed)
    lacking = [name for name in names if name not in made.columns]
    if lacking:
        raise SuiteError("not_learned", f"The table engine leaves {spec.name}.{lacking[0]} out: invent it, or drop it.")
    return {name: [_plain(value) for value in made[name]] for name in names}


def _sampled(table: pd.DataFrame, count: int, synthesizer: str, seed: int) -> pd.DataFrame:
    import pandas as pd

    from generation.engine.profiling.table import profile_table

    parameters = validated(card_of(synthesizer), {})
    model = load(synthesizer).fit(table, profile_table(table).schema, parameters, seed, silent)
    return pd.concat(sample_shards(model, count, seed), ignore_index=True)


def _plain(value: Any) -> Any:
    """A cell as JSON has it."""
    if hasattr(value, "isoformat"):
        return value.isoformat()
    plain = value.item() if hasattr(value, "item") else value
    return round(plain, 2) if isinstance(plain, float) else plain


def _rows(
    spec: TableSpec,
    database: Database,
    learned: Mapping[str, list[Any]],
    owners: list[str],
    rng: np.random.Generator,
    seed: int,
) -> dict[str, dict[str, Any]]:
    count = len(owners) or spec.rows
    key = seed.to_bytes(8, "big", signed=True) + spec.name.encode()
    people = {
        column.name: invented(_TEMPLATE, Look(SurrogateStyle(column.what)), key, range(count))
        for column in spec.columns
        if column.how == "invent"
    }
    rows: dict[str, dict[str, Any]] = {}
    for place in range(count):
        name = _new_key(spec.form, rows, rng)
        row: dict[str, Any] = {spec.key: name}
        for column in spec.columns:
            if column.how in ("learned", "invent"):
                row[column.name] = (learned if column.how == "learned" else people)[column.name][place]
            else:
                row[column.name] = _other(column, spec, row, database, owners[place] if owners else "", rng)
        rows[name] = row
    return rows


def _new_key(form: str, taken: Mapping[str, Any], rng: np.random.Generator) -> str:
    for _ in range(100):
        name = filled_form(form, rng)
        if name not in taken:
            return name
    raise SuiteError("few_keys", f"The form {form} has too few different keys: give it more digits.")


def filled_form(form: str, rng: np.random.Generator) -> str:
    """The form with a digit for every #."""
    return re.sub("#", lambda _: str(int(rng.integers(10))), form)


def _other(
    column: Column, spec: TableSpec, row: Mapping[str, Any], database: Database, owner: str, rng: np.random.Generator
) -> Any:
    if column.how == "form":
        return filled_form(column.what, rng)
    if column.how == "copied":
        name, _, wanted = column.what.partition(".")
        source = next(one for one in spec.columns if one.how == "refers" and one.name == name)
        return database[source.what][row[name]][wanted]
    if spec.each is not None and column.what == spec.each[0] and not column.same:
        return owner
    rows = database[column.what]
    fitting = [key for key, one in rows.items() if not column.same or one[column.same] == row[column.same]]
    if not fitting:
        raise SuiteError("no_reference", f"No row of {column.what} fits {spec.name}.{column.name}.")
    return fitting[int(rng.integers(len(fitting)))]
