"""Planted leaks of every kind, on tables of three sizes and shapes: from which dose on does the suite block?

The innocent files are a fresh real sample and what the product's own synthesizers make of the training records; leaks
are written into the output of `trees`. Beside each verdict stands what the usual figure of other tools says of the same
file: the share of records closer to training than to holdout.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

from generation.engine import fit, profile_table, sample
from generation.engine.evaluation.calibration.null_run import null_run
from generation.engine.evaluation.calibration.planted_leaks import DOSES, LEAKS, SWAPS, most_isolated
from generation.engine.evaluation.calibration.words import SWAPPED
from generation.engine.evaluation.checks import of_group
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.limits.power import records_to_decide
from generation.engine.evaluation.metric import Group, Status
from generation.engine.evaluation.study.intervals import clopper_pearson
from generation.engine.evaluation.suite import EvaluationResult, evaluate_tables
from generation.engine.progress import silent
from generation.engine.schema import Schema, Sdtype
from generation.engine.tables.cut.persons import PERSON, and_person

PRIVACY = frozenset(check.name for check in of_group(Group.PRIVACY))
# What is promised of tables with so many real records; of smaller ones it is printed what they can decide. One dose
# for every leak that copies at least half of a record's cells; blurred copies and single values hold less than that.
PROMISED_ROWS = 20_000
PROMISED = dict.fromkeys(LEAKS, 0.01) | {"fuzzy copies": 0.1, "unique values": 0.1, SWAPPED: 0.7}
# Of the alarms of the null run, what is promised of which check; of the others they are printed.
MOST_ALARMS = {"inference_risk": 0.05}
MORE_DOSES = (0.3, 1.0)
SEED = 7
# Of each table in the null run: thirds of 5,000 records.
MOST_REAL = 15_000


@dataclass(frozen=True)
class Table:
    """Real records on both sides, and a column that models predict."""

    name: str
    training: pd.DataFrame
    holdout: pd.DataFrame
    fresh: pd.DataFrame
    target: str

    @property
    def rows(self) -> int:
        return len(self.training) + len(self.holdout)

    def schema(self) -> Schema:
        """As the portal proposes it; columns that the portal would have invented or redacted are left out."""
        found = profile_table(self.training.drop(columns=PERSON, errors="ignore"), target=self.target).schema
        return tuple(spec for spec in found if spec.sdtype not in (Sdtype.ID, Sdtype.TEXT))


def tables(data: Path) -> Iterator[Table]:
    """Adult and baseball players in halves, made accounts four to one."""
    adult = [pd.read_csv(data / f"adult/{name}.csv.gz") for name in ("training", "holdout")]
    yield Table("adult", adult[0][:10_000], adult[1][:10_000], adult[1][10_000:20_000], "income")
    players = _players(data)
    yield Table("players", players[:8_000], players[8_000:16_000], players[16_000:], "bats")
    accounts = made_accounts(9_000, SEED)
    yield Table("accounts", accounts[:4_800], accounts[4_800:6_000], accounts[6_000:], "closed")


def _players(data: Path) -> pd.DataFrame:
    found = pd.read_csv(data / "people/baseball_players.csv.gz")
    found = found[["country", "birthDate", "deathDate", "weight", "height", "bats", "throws"]]
    for name in ("birthDate", "deathDate"):
        found[name] = pd.to_datetime(found[name], errors="coerce")
    return found.sample(frac=1, random_state=SEED).reset_index(drop=True)


def made_accounts(rows: int, seed: int) -> pd.DataFrame:
    """Skewed, zero-inflated, capped amounts of correlated months, and categories that depend on each other."""
    rng = np.random.default_rng(seed)
    wealth, region = rng.normal(size=rows), rng.choice(list("abcdefghij"), rows, p=np.arange(10, 0, -1) / 55)
    months = {
        f"month {month}": np.where(rng.random(rows) < 0.3, 0, np.exp(6 + wealth + rng.normal(0, 0.4, rows))).round(2)
        for month in range(1, 5)
    }
    limit = np.minimum(50_000, np.exp(8 + wealth).round(-2))
    segment = np.where(wealth > 1, "gold", np.where(rng.random(rows) < 0.2, "new", "plain"))
    closed = np.where(rng.random(rows) < 1 / (1 + np.exp(1.5 + wealth - (region == "a"))), "yes", "no")
    age = np.clip(rng.normal(45, 15, rows), 18, 95).round()
    plain = {"age": age, "region": region, "segment": segment, "limit": limit}
    return pd.DataFrame(plain | months | {"closed": closed})


def made_visits(people: int, seed: int) -> pd.DataFrame:
    """About ten visits of each person, whose age, region, sex and income stay the same in all of them."""
    rng, regions = np.random.default_rng(seed), np.arange(10, 0, -1) / 55
    whose = np.repeat(np.arange(people), rng.poisson(9, people) + 1)
    income, region = np.exp(rng.normal(8, 0.7, people)).round(-1), rng.choice(list("abcdefghij"), people, p=regions)
    amount = np.exp(rng.normal(3, 1, len(whose)) + np.log(income[whose]) / 4).round(2)
    chance = 1 / (1 + np.exp(2 - (amount > 100) - (region[whose] == "a")))
    of_person = {
        "age": rng.normal(45, 15, people).clip(18, 95).round(), "sex": rng.choice(["m", "f"], people),
        "region": region, "income": income,
    }  # fmt: skip
    of_visit = {
        "shop": rng.choice(list("klmnopqrst"), len(whose), p=regions), "amount": amount,
        "returned": np.where(rng.random(len(whose)) < chance, "yes", "no"), PERSON: whose,
    }  # fmt: skip
    return pd.DataFrame({name: values[whose] for name, values in of_person.items()} | of_visit)


def null_tables(data: Path) -> Iterator[Table]:
    """Those of the plants, and one in which people come again."""
    yield from tables(data)
    visits = made_visits(1_500, SEED)
    yield Table("visits", visits, visits[:0], visits[:0], "returned")


@dataclass(frozen=True)
class Judged:
    """What a file's evaluation says: metrics that block, those undecided, and the share closer to training."""

    blocks: tuple[str, ...]
    undecided: tuple[str, ...]
    closer: float | None

    def as_json(self) -> dict[str, Any]:
        return {"blocks": list(self.blocks), "undecided": list(self.undecided), "dcr_share": self.closer}


def judged(table: Table, synthetic: pd.DataFrame, schema: Schema) -> Judged:
    result = _evaluated(table, synthetic, schema)
    names = {
        status: tuple(metric.name for metric in result.metrics if metric.status is status)
        for status in (Status.BLOCK, Status.UNDECIDED)
    }
    closer = next((metric.value for metric in result.metrics if metric.name == "dcr_share"), None)
    return Judged(names[Status.BLOCK], names[Status.UNDECIDED], closer)


def _evaluated(table: Table, synthetic: pd.DataFrame, schema: Schema) -> EvaluationResult:
    names = [spec.name for spec in schema]
    frames = [frame[names].reset_index(drop=True) for frame in (table.training, table.holdout, synthetic)]
    return evaluate_tables(
        *frames, schema, target=table.target, purpose="training", policy=default_policy("training"), seed=SEED,
        progress=silent, only=PRIVACY,
    )  # fmt: skip


def planted(data: Path, say: Callable[[str], None], only: list[str] | None = None) -> dict[str, Any]:
    """Every table: its innocent files, then every kind of leak up to the dose that blocks."""
    found: dict[str, Any] = {"tables": {}, "kinds_missed": [], "innocent_blocked": []}
    for table in tables(data):
        if only and table.name not in only:
            continue
        began = process_time()
        one = _table(table, say)
        one["cpu_seconds"] = round(process_time() - began)
        found["tables"][table.name] = one
        blocked = [name for name, file in one["innocent"].items() if file["blocks"]]
        found["innocent_blocked"] += [f"{table.name}: {name}" for name in blocked]
        if table.rows >= PROMISED_ROWS:
            found["kinds_missed"] += [f"{table.name}: {kind}" for kind in _missed(one["kinds"])]
    return found


def _missed(kinds: dict[str, Any]) -> list[str]:
    """Kinds whose smallest dose that blocks is larger than promised (of swapped cells: fewer are swapped)."""
    missed = []
    for kind, one in kinds.items():
        dose, promised = one["smallest_dose"], PROMISED[kind]
        caught = dose is not None and (dose >= promised if kind == SWAPPED else dose <= promised)
        missed += [] if caught else [kind]
    return missed


def _table(table: Table, say: Callable[[str], None]) -> dict[str, Any]:
    schema = table.schema()
    names = [spec.name for spec in schema]
    made = {
        name: sample(fit(table.training[names], schema, target=table.target, synthesizer=name), len(table.training))
        for name in ("trees", "copula")
    }
    innocent = {}
    for name, file in {"fresh real sample": table.fresh, **made}.items():
        one = judged(table, file, schema)
        say(f"{table.name}: {name}: blocks {list(one.blocks)}, undecided {list(one.undecided)}")
        innocent[name] = one.as_json()
    isolated = table.training[names].iloc[most_isolated(table.training[names], table.holdout[names], schema)]
    kinds = {}
    for kind in LEAKS:
        source = isolated if "outliers" in kind else table.training[names]
        kinds[kind] = _smallest(table, kind, source, made["trees"], schema)
        say(f"{table.name}: {kind}: {kinds[kind]}")
    sizes = {"training": len(table.training), "holdout": len(table.holdout)}
    sizes["decidable_from"] = records_to_decide(len(table.holdout) / table.rows)
    say(f"{table.name}: {table.rows:,} real records; split like this, a clean file is decided from "
        f"{sizes['decidable_from']:,} on")  # fmt: skip
    return {**sizes, "innocent": innocent, "kinds": kinds}


def _smallest(table: Table, kind: str, source: pd.DataFrame, synthetic: pd.DataFrame, schema: Schema) -> dict[str, Any]:
    """The smallest dose that blocks, what blocks there, and the share closer to training of that very file."""
    doses = SWAPS if kind == SWAPPED else (*DOSES, *MORE_DOSES)
    one = Judged((), (), None)
    for dose in doses:
        leaking = LEAKS[kind](synthetic, source, schema, dose, np.random.default_rng(SEED))
        one = judged(table, leaking, schema)
        if one.blocks:
            return {"smallest_dose": dose, **one.as_json()}
    return {"smallest_dose": None, **one.as_json()}


def false_alarms(data: Path, repeats: int, only: list[str] | None = None) -> bool:
    """Real against real on each table: prints each check's false alarms and blocks with the bounds of their rates.

    True where no table has more than one false block of all checks together in 100 splits, and no check in MOST_ALARMS
    alarms more often than it says. An alarm asks for a look; a block shuts the gate.
    """
    met = []
    for table in null_tables(data):
        if only and table.name not in only:
            continue
        schema, used = table.schema(), process_time()
        names = and_person([spec.name for spec in schema], table.training)
        real = pd.concat([table.training, table.holdout, table.fresh])[names].head(MOST_REAL)
        half = len(real) // 2
        found = null_run(
            real[:half], real[half:], schema, target=table.target, policy=default_policy("training"), seed=1,
            progress=silent, repeats=repeats,
        )  # fmt: skip
        print(f"null run on {table.name}: {repeats} splits of {len(real):,} records into thirds, "
              f"{process_time() - used:.0f} CPU s")  # fmt: skip
        for one in found:
            low, high = clopper_pearson(one.alarms, one.runs)
            counts = f"{one.alarms} alarms, {one.blocks} blocks, {one.undecided} undecided of {one.runs}"
            print(f"      {one.metric}: {counts} (alarms {low:.1%} to {high:.1%})", flush=True)
        blocks = sum(one.blocks for one in found)
        low, high = clopper_pearson(min(blocks, repeats), repeats)
        print(f"      all checks together: {blocks} blocks ({low:.1%} to {high:.1%})", flush=True)
        is_quiet = all(one.alarms <= MOST_ALARMS.get(one.metric, 1.0) * one.runs for one in found)
        met.append(blocks <= max(1, repeats // 100) and is_quiet)
    return all(met)


def say_aloud(line: str) -> None:
    print(line, file=sys.stderr, flush=True)
