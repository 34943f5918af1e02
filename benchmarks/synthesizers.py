"""Fits and samples the synthesizers on tables of different shape, SDV's bare library beside them.

    python benchmarks/synthesizers.py DATA [--shapes] [--only NAME ...] [--tables NAME ...] [--json -]
        [--epochs 10] [--seed N] [--frontier] [--million]

DATA holds adult/training.csv.gz and adult/holdout.csv.gz. For each table and synthesizer one line: processor seconds
of fit and sample, utility, fidelity, the worst privacy bounds, C2ST (area under the curve of a classifier that tells
synthetic from real; .5 is chance), the least diversity, by how much shares of the target's rarest class within groups
differ (synthetic from training records; --json has holdout from training records beside it, what chance gives), and
which checks block. The last lines set each synthesizer
of SDV beside the same one as SDV ships it: ratios tell more than seconds. Those with epochs run --epochs of them,
with both, and only on Adult.

--shapes takes the tables that are hard, each in its own way (benchmarks/shapes); those that are made are made from
--seed, and DATA holds people/baseball_players.csv.gz too. --json writes every figure, with the privacy checks and the
worst segments, to a file or to standard output (-). --frontier runs `trees` with one parameter changed at a time.
--million fits 1,000,000 records of 15 columns by `copula` and samples as many.
"""

from __future__ import annotations

import argparse
import json
import sys
import warnings
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from math import isnan
from pathlib import Path
from time import process_time
from typing import Any

import numpy as np
import pandas as pd

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from benchmarks.shapes.case import TARGET, Case
from benchmarks.shapes.tables import SEED, cases, shapes
from generation.engine.errors import FitError
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.metric import Metric
from generation.engine.evaluation.suite import evaluate_tables
from generation.engine.progress import silent
from generation.engine.schema import Schema
from generation.engine.synthesizers import catalogue
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.card import validated

EPSILONS = (1.0, 3.0, 10.0)
NETWORKS = {"tvae": "TVAESynthesizer", "ctgan": "CTGANSynthesizer"}
COLUMNS = ("seconds", "skill", "segment", "excess", "shapes", "pairs", "inference", "C2ST", "diversity", "groups")
DIVERSITY = "diversity"
WORST_SEGMENTS = 5
# A group is a value of a column that has at most so many; it counts from so many records of each table on.
MOST_VALUES, LEAST_OF_A_GROUP = 60, 100

Synthesize = Callable[[pd.DataFrame, Schema], pd.DataFrame]


@dataclass(frozen=True)
class Contender:
    """A way to make a synthetic table; `pair` are the contenders to be compared."""

    label: str
    synthesize: Synthesize
    pair: str = ""
    only_adult: bool = False


def ours(name: str, **raw: object) -> Synthesize:
    """Fit with the card's defaults but for `raw`, and sample as many records."""

    def synthesize(training: pd.DataFrame, schema: Schema) -> pd.DataFrame:
        parameters = validated(catalogue.cards()[name], raw)
        model = catalogue.load(name).fit(training, schema, parameters, 0, silent)
        return pd.concat(sample_shards(model, len(training), 1), ignore_index=True)

    return synthesize


def bare(kind: str, **settings: Any) -> Synthesize:
    """SDV's own synthesizer as its tutorial uses it."""

    def synthesize(training: pd.DataFrame, schema: Schema) -> pd.DataFrame:
        from sdv import single_table
        from sdv.metadata import Metadata

        kinds = {spec.name: {"sdtype": spec.sdtype.value} for spec in schema}
        metadata = Metadata.load_from_dict({"tables": {"t": {"columns": kinds}}})
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            synthesizer = getattr(single_table, kind)(metadata, **settings)
            synthesizer.fit({"t": training})
            sampled: pd.DataFrame = synthesizer.sample(num_rows=len(training))["t"]
            return sampled

    return synthesize


def contenders(epochs: int) -> Iterator[Contender]:
    yield Contender("trees", ours("trees"))
    yield Contender("trees, sharpness 3", ours("trees", sharpness=3.0))
    yield Contender("copula", ours("copula"))
    for epsilon in EPSILONS:
        yield Contender(f"dp_marginals {epsilon:g}", ours("dp_marginals", epsilon=epsilon))
    yield Contender("gaussian_copula", ours("gaussian_copula"), "gaussian_copula")
    yield Contender("SDV gaussian_copula", bare("GaussianCopulaSynthesizer"), "gaussian_copula")
    for name, kind in NETWORKS.items():
        yield Contender(f"{name} x{epochs}", ours(name, epochs=epochs), name, only_adult=True)
        yield Contender(f"SDV {name} x{epochs}", bare(kind, epochs=epochs, enable_gpu=False), name, only_adult=True)


def frontier() -> Iterator[Contender]:
    """Trees with one parameter changed at a time."""
    for raw in ({}, {"leaf_records": 40}, {"leaf_records": 500}, {"together": 5}, {"together": 30}, {"trees": 1}):
        label = " ".join(f"{name} {value}" for name, value in raw.items())
        yield Contender(f"trees {label}".strip(), ours("trees", **raw))


@dataclass(frozen=True)
class Line:
    """What one contender did on one table: figures by column, which checks block, and what lies behind them."""

    table: str
    label: str
    figures: dict[str, float]
    blocked: list[str]
    privacy: dict[str, float | None]
    segments: list[dict[str, Any]]

    def __str__(self) -> str:
        cells = [f"{self.figures['seconds']:7.1f}", *(f"{self.figures[name]:9.3f}" for name in COLUMNS[1:])]
        return f"{self.table:13} {self.label:22} {' '.join(cells)}  {', '.join(self.blocked) or '-'}"

    def as_json(self) -> dict[str, Any]:
        """Figures that could not be computed are null."""
        known = {name: None if isnan(value) else value for name, value in self.figures.items()}
        return {**asdict(self), "figures": known}


def measured(case: Case, contender: Contender, only: list[str] | None = None) -> Line:
    """Fit, sample and evaluate, by all checks or those named."""
    started = process_time()
    synthetic = contender.synthesize(case.training, case.schema)
    seconds = process_time() - started
    # What a synthesizer leaves out is not measured, and told in the last column.
    schema = tuple(spec for spec in case.schema if spec.name in synthetic)
    kept = [spec.name for spec in schema]
    result = evaluate_tables(
        case.training[kept],
        case.holdout[kept],
        synthetic,
        schema,
        target=TARGET if TARGET in kept else None,
        purpose="training",
        policy=default_policy("training"),
        seed=0,
        progress=silent,
        only=only,
    )
    found = {metric.name: metric for metric in result.metrics}
    blocked = [metric.name for metric in result.metrics if metric.status == "block"]
    if len(kept) < len(case.schema):
        blocked.append(f"(without {len(case.schema) - len(kept)} columns)")
    privacy = {metric.name: metric.value for metric in result.metrics if metric.group == "privacy"}
    gaps = {"groups": group_gap(case.training, synthetic), "groups by chance": group_gap(case.training, case.holdout)}
    segments = sorted(result.plots.get("segments", []), key=lambda segment: segment["upper"])[:WORST_SEGMENTS]
    return Line(case.name, contender.label, {"seconds": seconds} | _figures(found) | gaps, blocked, privacy, segments)


def group_gap(first: pd.DataFrame, second: pd.DataFrame) -> float:
    """By how much the share of the target's rarest class within a group differs between two tables: a mean over the
    values of categories, flags and small whole numbers. NaN where the target is a number or no group is large enough.
    """
    if TARGET not in second or first[TARGET].nunique() > MOST_VALUES:
        return float("nan")
    rarest = str(first[TARGET].astype(str).value_counts().index[-1])
    gaps = []
    for name in first.columns.intersection(second.columns).drop(TARGET):
        if first[name].nunique() <= MOST_VALUES:
            one, other = (
                table[TARGET].astype(str).eq(rarest).groupby(table[name].astype(str)).agg(["mean", "size"])
                for table in (first, second)
            )
            both = one.join(other, lsuffix="_one", rsuffix="_other")
            large = both[(both["size_one"] >= LEAST_OF_A_GROUP) & (both["size_other"] >= LEAST_OF_A_GROUP)]
            gaps += (large["mean_one"] - large["mean_other"]).abs().tolist()
    return float(np.mean(gaps)) if gaps else float("nan")


def _figures(found: dict[str, Metric]) -> dict[str, float]:
    values = {name: metric.value for name, metric in found.items() if metric.value is not None}
    spread = [values[metric.name] for metric in found.values() if metric.group == DIVERSITY and metric.name in values]
    inference = found["inference_risk"].upper if "inference_risk" in found else None
    wanted = {
        "skill": values.get("skill_ratio"),
        "segment": values.get("worst_segment_skill"),
        "excess": values.get("rare_combination_excess"),
        "shapes": values.get("column_shapes"),
        "pairs": values.get("pair_trends"),
        "inference": inference,
        "C2ST": values.get("classifier_two_sample"),
        "diversity": min(spread, default=None),
    }
    return {name: float("nan") if value is None else value for name, value in wanted.items()}


def ratios(lines: list[Line], pairs: dict[str, str]) -> Iterator[str]:
    """One sentence per pair: ours first, then the bare library; `pairs` names the pair of a label."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(pairs.get(line.label, ""), []).append(line)
    for mine, theirs in (pair for name, pair in found.items() if name and len(pair) == 2):
        times = mine.figures["seconds"] / theirs.figures["seconds"]
        gains = ((name, mine.figures[name] - theirs.figures[name]) for name in ("skill", "shapes", "pairs"))
        shown = ", ".join(f"{name} {gain:+.3f}" for name, gain in gains)
        yield f"  {mine.label} against {theirs.label}: {times:.2f} of its seconds; {shown}"


def compare(case: Case, chosen: list[Contender], only: list[str] | None = None) -> list[Line]:
    lines: list[Line] = []
    for contender in chosen:
        if contender.only_adult and case.name != "adult":
            continue
        try:
            lines.append(measured(case, contender, only))
        except FitError as refusal:
            print(f"{case.name:13} {contender.label:22} refused: {refusal}", file=sys.stderr, flush=True)
            continue
        print(lines[-1], file=sys.stderr, flush=True)
    for sentence in ratios(lines, {each.label: each.pair for each in chosen}):
        print(sentence, file=sys.stderr, flush=True)
    return lines


def million(case: Case) -> None:
    """Processor seconds of the copula on 1,000,000 records drawn from Adult, fit and sample."""
    chosen = np.random.default_rng(0).integers(0, len(case.training), 1_000_000)
    table = case.training.iloc[chosen].reset_index(drop=True)
    started = process_time()
    ours("copula")(table, case.schema)
    print(f"copula, 1,000,000 x {len(table.columns)}, fit and sample: {process_time() - started:.1f} s", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("data", type=Path)
    parser.add_argument("--only", nargs="+", help="labels that begin like this")
    parser.add_argument("--tables", nargs="+")
    parser.add_argument("--epochs", type=int, default=10)
    parser.add_argument("--million", action="store_true")
    parser.add_argument("--frontier", action="store_true")
    parser.add_argument("--shapes", action="store_true")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--checks", nargs="+", metavar="CHECK", help="make these alone, such as tstr")
    parser.add_argument("--json", metavar="FILE", help="a file, or - for standard output")
    asked = parser.parse_args()
    known = shapes(asked.data, asked.seed) if asked.shapes else cases(asked.data)
    every = list(frontier() if asked.frontier else contenders(asked.epochs))
    chosen = [each for each in every if not asked.only or each.label.startswith(tuple(asked.only))]
    warm = cases(asked.data)["adult"]()
    for contender in chosen:
        # Imports and compiled kernels are not what is measured.
        contender.synthesize(warm.training.head(1000), warm.schema)
    if asked.million:
        million(warm)
        return
    header = f"{'table':13} {'synthesizer':22} {COLUMNS[0]:>7} {' '.join(f'{name:>9}' for name in COLUMNS[1:])}"
    print(f"{header}  blocked", file=sys.stderr)
    lines = [line for name in asked.tables or known for line in compare(known[name](), chosen, asked.checks)]
    if asked.json:
        text = json.dumps([line.as_json() for line in lines], indent=1)
        print(text) if asked.json == "-" else Path(asked.json).write_text(text)


if __name__ == "__main__":
    main()
