"""The three attacks beside anonymeter's, on the same inputs: agreement within both intervals, and speed per attack.

Two tables: TVAE's output, where both should find nothing, and the same with a third of its records replaced by training
records, where both should find as much. Differences that remain: anonymeter draws other targets and predicates, scales
numbers by both tables together, counts two missing values as different, and takes the first of equally near records
where we take the expected success over all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
import venv
from math import hypot
from pathlib import Path
from typing import Any

import pandas as pd

from benchmarks.suite.cases import TARGET, read, schema_of
from benchmarks.suite.existing import Timed
from benchmarks.suite.timing import Timing, timed
from generation.engine.evaluation.limits.policy import default_policy
from generation.engine.evaluation.privacy import inference, linkability, singling_out
from generation.engine.evaluation.study.study import Study, make_study

ROWS, ATTACKS, CONDITIONS = 10_000, 2_000, 4
PINS = ("anonymeter==1.1.0", "numpy<1.27")
SIDE = Path(__file__).with_name("anonymeter_side.py")
LIMIT_SECONDS = 1800
CHECKS = {
    "singling_out_risk": singling_out.singling_out,
    "linkability_risk": linkability.linkability,
    "inference_risk": inference.attribute_inference,
}
Tables = tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]


def compare(data: Path, place: Path) -> bool:
    """Prints the comparison; True where every difference lies within both intervals together.

    Together: half the widths added in quadrature, as for a difference of two independent estimates.
    """
    python = environment(place)
    training, holdout, tvae = (read(data, f"adult/{n}").head(ROWS) for n in ("training", "holdout", "synthetic/tvae"))
    third = ROWS // 3
    leaking = pd.concat([training.head(third), tvae.iloc[third:]], ignore_index=True)
    named = {"TVAE": tvae, "TVAE with a third of real records": leaking}
    agreed = [_compared(python, name, (training, holdout, synthetic)) for name, synthetic in named.items()]
    return all(agreed)


def environment(place: Path) -> Path:
    """The interpreter of a virtual environment with anonymeter, made with pip where there is none."""
    python = place / "bin" / "python"
    if not python.exists():
        venv.create(place, with_pip=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *PINS], check=True, stderr=subprocess.DEVNULL)
    return python


def _compared(python: Path, name: str, tables: Tables) -> bool:
    print(f"\nanonymeter, {ROWS:,} x 3, {name}:")
    theirs = _theirs(python, tables)
    agreed = True
    for attack, found in theirs.items():
        ours = timed(f"our {attack}", our_attack, tables, attack)
        agreed &= _print(ours, found)
    return agreed


def _print(ours: Timing, theirs: dict[str, Any]) -> bool:
    value, lower, upper, attacks, rates = ours.value
    their_low, their_high = theirs["interval"]
    # anonymeter clips at 0, so only its upper half tells the width.
    room = hypot((upper - lower) / 2, their_high - theirs["value"])
    agrees = abs(max(0.0, value) - theirs["value"]) <= room
    speeds = [1e3 * (ours.cpu or 0) / attacks, 1e3 * theirs["cpu"] / theirs["attacks"]]
    print(
        f"{'ok ' if agrees else 'NOT'} {ours.name}: {value:.3f} ({lower:.3f} to {upper:.3f}), anonymeter "
        f"{theirs['value']:.3f} ({their_low:.3f} to {their_high:.3f}); attack and control: {rates[0]:.3f}, "
        f"{rates[1]:.3f} against {theirs['attack']:.3f}, {theirs['control']:.3f}; CPU ms an attack: {speeds[0]:.2f} "
        f"against {speeds[1]:.2f}, {speeds[1] / speeds[0]:,.0f} times",
        flush=True,
    )
    return agrees


def _theirs(python: Path, tables: Tables) -> dict[str, dict[str, Any]]:
    study = _study(tables)
    halves = linkability.halves(study, study.rng(linkability.NAME))
    question = {"halves": [[c.spec.name for c in half] for half in halves], "secret": TARGET}
    question |= {"attacks": ATTACKS, "columns": CONDITIONS}
    with tempfile.TemporaryDirectory() as folder:
        for name, table in zip(("training", "holdout", "synthetic"), tables, strict=True):
            table.to_csv(Path(folder) / f"{name}.csv", index=False)
        (Path(folder) / "question.json").write_text(json.dumps(question))
        done = subprocess.run([python, "-P", SIDE, folder], capture_output=True, text=True, timeout=LIMIT_SECONDS)
    if done.returncode:
        sys.exit(f"anonymeter failed:\n{done.stderr[-2000:]}")
    found: dict[str, dict[str, Any]] = json.loads(done.stdout)
    return found


def _study(tables: Tables) -> Study:
    return make_study(tables, schema_of(tables[0]), TARGET, default_policy("training"), 1)


def our_attack(tables: Tables, attack: str) -> Timed:
    # As many conditions as anonymeter is asked for.
    singling_out.CONDITIONS = (CONDITIONS, CONDITIONS)

    def call(frames: Tables) -> tuple[Any, ...]:
        metric = CHECKS[attack](_study(frames)).metrics[0]
        details = metric.details["secrets"][0] if "secrets" in metric.details else metric.details
        return metric.value, metric.lower, metric.upper, metric.n, (details["attack"], details["control"])

    return lambda: call(tuple(table.head(1000) for table in tables)), lambda: call(tables)
