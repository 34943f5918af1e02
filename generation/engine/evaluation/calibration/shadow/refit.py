"""One fit of the audit, and what the attacker counts in the records it gives."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from generation.engine.evaluation.calibration.shadow.plan import AuditPlan
from generation.engine.evaluation.study.encoding import CONTINUOUS, as_numbers, as_texts
from generation.engine.progress import silent
from generation.engine.schema import ColumnSpec, Schema
from generation.engine.synthesizers.bytes.sampling import sample_shards
from generation.engine.synthesizers.catalogue import load

# A number agrees when it is no farther away than so many of the real records, nor than so much of the range.
NEAREST = 0.05
TOLERANCE = 0.05
_FIT, _DRAW = 3, 4

# A table of training records and two seeds give as many synthetic ones.
Synthesize = Callable[[pd.DataFrame, int, int], pd.DataFrame]
Counts = npt.NDArray[np.uint32]
Floats = npt.NDArray[np.float64]
Bits = npt.NDArray[np.uint8]


@dataclass(frozen=True)
class ByCard:
    """What the synthesizer of that name makes with these (checked) parameters. FitError where there is none."""

    name: str
    schema: Schema
    parameters: Mapping[str, object]

    def __call__(self, training: pd.DataFrame, seed: int, draw: int) -> pd.DataFrame:
        model = load(self.name).fit(training, self.schema, self.parameters, seed, silent)
        return pd.concat(sample_shards(model, len(training), draw), ignore_index=True)


def refit(plan: AuditPlan, synthesize: Synthesize, fit: int) -> Counts:
    """Fit number `fit` (from 0): how many of its records agree with each target on each query (targets x queries)."""
    seed, draw = (int(np.random.SeedSequence([plan.seed, each, fit]).generate_state(1)[0]) for each in (_FIT, _DRAW))
    return agreements(plan, synthesize(plan.training(fit), seed, draw))


def timed_refit(plan: AuditPlan, synthesize: Synthesize, fit: int) -> tuple[Counts, float]:
    """`refit`, and the processor seconds it took."""
    started = time.process_time()
    return refit(plan, synthesize, fit), time.process_time() - started


def agreements(plan: AuditPlan, synthetic: pd.DataFrame) -> Counts:
    """How many synthetic records agree with each target on all columns of each query (targets x queries).

    On a column that the synthetic table does not have, all agree.
    """
    agree = np.stack([_agreeing(plan, spec, synthetic) for spec in plan.compared])
    everywhere = np.packbits(np.ones((1, len(synthetic)), dtype=bool), axis=-1)
    longest = max(map(len, plan.queries))
    padded = np.array([[*query, *[len(agree)] * (longest - len(query))] for query in plan.queries])
    counts = np.empty((len(plan.targets), len(plan.queries)), dtype=np.uint32)
    for target in range(len(plan.targets)):
        bits: Bits = np.concatenate([np.packbits(agree[:, target], axis=-1), everywhere])
        together = np.bitwise_and.reduce(bits[padded], axis=1)
        counts[target] = np.bitwise_count(together).sum(axis=-1, dtype=np.uint32)
    return counts


def _agreeing(plan: AuditPlan, spec: ColumnSpec, synthetic: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Targets x synthetic records: whether they have the same in this column; missing agrees with missing."""
    if spec.name not in synthetic:
        return np.ones((len(plan.targets), len(synthetic)), dtype=bool)
    real, made = plan.table[spec.name], synthetic[spec.name]
    if spec.sdtype not in CONTINUOUS:
        texts, others = (as_texts(one, spec.sdtype).to_numpy() for one in (real, made))
        codes, _ = pd.factorize(np.concatenate([texts[plan.targets], others]))
        same: npt.NDArray[np.bool_] = codes[: len(plan.targets), None] == codes[None, len(plan.targets) :]
        return same
    numbers, drawn = as_numbers(real, spec.sdtype), as_numbers(made, spec.sdtype)
    wanted = numbers[plan.targets]
    within = np.abs(wanted[:, None] - drawn[None, :]) <= _room(numbers, wanted)[:, None]
    missing: npt.NDArray[np.bool_] = np.isnan(wanted)[:, None] & np.isnan(drawn)[None, :]
    return within | missing


def _room(numbers: Floats, wanted: Floats) -> Floats:
    """How far away a number still agrees with each wanted one; NaN with a missing one."""
    known = np.sort(numbers[~np.isnan(numbers)])
    if not len(known):
        return np.zeros(len(wanted))
    place = min(len(known) - 1, int(NEAREST * len(known)))
    apart = np.abs(wanted[:, None] - known[None, :])
    nearest: Floats = np.partition(apart, place, axis=1)[:, place]
    return np.minimum(nearest, TOLERANCE * float(np.ptp(known)))
