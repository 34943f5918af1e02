"""The gate's real false-accept rate: simulated lots whose leak rate is the LTPD exactly, judged by `decide`'s rules.

Claim under test: whatever the plan, a lot at its LTPD is accepted no more often than 1 - confidence, by perfect
reviewers and, with controls, by reviewers who miss leaks. What people use instead stands beside it: the plans
"299 with none, else 473 with one, else 628 with two", redrawing until it passes, and a share of the lot.

    python benchmarks/audits/gate_simulation.py [--lots 20000] [--lot-size 39073] [--seed 20261123] [--json -]

Each simulated lot is a fresh random order of leaking and clean records; each leak is seen with the reviewers'
sensitivity; controls are found with the same. A cell is a share of 20,000 lots: +- 0.3 points at 5 %.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from benchmarks.suite.figures import offer_json, write_json
from reviews.engine.acceptance.bounds import leaks_at, proportion_interval
from reviews.engine.acceptance.plans import (
    Look,
    Plan,
    accept_probability,
    fixed_plan,
    operating_characteristic,
    sequential_plan,
    three_look_plan,
)

LTPD, CONFIDENCE, PLANTED = 0.01, 0.95, 50


@dataclass(frozen=True)
class Row:
    """One line of the table: false accepts among `lots` lots at the LTPD, and the mean number of records reviewed."""

    plan: str
    sensitivity: float
    controls: int
    accepted: int
    lots: int
    mean_reviewed: float
    exact: float | None
    holds: bool | None


def leak_positions(lots: int, lot: int, leaks: int, rng: np.random.Generator) -> np.ndarray:
    """The places (0-based, sorted) of the leaking records in the random order of each lot, one row a lot."""
    return np.stack([np.sort(rng.choice(lot, leaks, replace=False, shuffle=False)) for _ in range(lots)])


def judge(plan: Plan, seen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(accepted, records reviewed) for each lot, from the places of its seen leaks (lot size or more = not seen)."""
    lots = len(seen)
    accepted, is_open = np.zeros(lots, bool), np.ones(lots, bool)
    reviewed = np.full(lots, plan.n)
    ordered = np.sort(seen, axis=1)
    for look in plan.looks:
        nth = ordered[:, look.reject - 1] if look.reject <= ordered.shape[1] else np.full(lots, np.iinfo(int).max)
        rejected = is_open & (nth < look.n)
        reviewed[rejected] = nth[rejected] + 1
        is_open &= ~rejected
        passing = is_open & ((seen < look.n).sum(axis=1) <= look.accept)
        accepted |= passing
        reviewed[passing] = look.n
        is_open &= ~passing
    return accepted, reviewed


def with_reviewers(positions: np.ndarray, sensitivity: float, rng: np.random.Generator) -> np.ndarray:
    """The same places, with the leaks that reviewers miss moved out of sight."""
    return np.where(rng.random(positions.shape) < sensitivity, positions, np.iinfo(int).max)


def simulate(name: str, plan: Plan, positions: np.ndarray, sensitivity: float, rng: np.random.Generator) -> Row:
    accepted, reviewed = judge(plan, with_reviewers(positions, sensitivity, rng))
    exact = accept_probability(plan, plan.ltpd, sensitivity)
    if plan.planted:
        missed = rng.binomial(plan.planted, 1 - sensitivity, len(positions))
        accepted &= missed <= plan.missable
        exact *= float(np.mean(missed <= plan.missable))
    return _row(name, accepted, reviewed, (sensitivity, plan.planted), exact)


def _row(
    name: str, accepted: np.ndarray, reviewed: np.ndarray, reviewers: tuple[float, int], exact: float | None
) -> Row:
    """`holds` is False when even the lower end of the 99.9 % interval is above the stated risk."""
    count = int(accepted.sum())
    lower = proportion_interval(count, len(accepted), 0.999)[0]
    return Row(name, *reviewers, count, len(accepted), float(reviewed.mean()), exact, lower <= round(1 - CONFIDENCE, 9))


def redrawn(plan: Plan, tries: int, lots: int, leaks: int, rng: np.random.Generator) -> Row:
    """Drawing another sample of the same lot until one passes: what one sample per artefact forbids."""
    found = rng.hypergeometric(leaks, (plan.lot or 0) - leaks, plan.n, (lots, tries))
    passed = (found <= plan.accept).any(axis=1)
    return _row(f"fixed, redrawn up to {tries} times", passed, np.full(lots, plan.n), (1.0, 0), None)


def table(lots: int, lot: int, rng: np.random.Generator) -> list[Row]:
    positions = leak_positions(lots, lot, leaks_at(lot, LTPD), rng)
    makers: dict[str, Callable[..., Plan]] = {
        "fixed": fixed_plan, "three looks": three_look_plan, "sequential": sequential_plan,
    }  # fmt: skip
    rows = []
    for name, make in makers.items():
        bare = make(lot, LTPD, CONFIDENCE)
        rows.append(simulate(name, bare, positions, 1.0, rng))
        rows.append(simulate(f"{name}, no controls", bare, positions, 0.8, rng))
        for missable in (0, 5, 10):
            plan = make(lot, LTPD, CONFIDENCE, planted=PLANTED, missable=missable)
            title = f"{name}, at most {missable} of {PLANTED} controls missed"
            rows += [simulate(title, plan, positions, seeing, rng) for seeing in (1.0, 0.8)]
    return rows + instead(lots, lot, positions, rng)


def instead(lots: int, lot: int, positions: np.ndarray, rng: np.random.Generator) -> list[Row]:
    """What people do without this arithmetic."""
    fixed, looks = fixed_plan(lot, LTPD, CONFIDENCE), (Look(299, 0, 3), Look(473, 1, 3), Look(628, 2, 3))
    extended = replace(three_look_plan(lot, LTPD, CONFIDENCE), looks=looks)
    aql = replace(fixed, looks=(Look(200, 5, 6),))
    leaks = leaks_at(lot, LTPD)
    return [
        simulate("INSTEAD 299/0, else 473/1, else 628/2", extended, positions, 1.0, rng),
        simulate("INSTEAD AQL 1.0: 200 with 5", aql, positions, 1.0, rng),
        *(redrawn(fixed, tries, lots, leaks, rng) for tries in (2, 3)),
    ]


def _lines(rows: list[Row]) -> list[str]:
    head = f"{'plan':<52}{'sees':>6}{'accepted':>11}{'exact':>9}{'reviewed':>10}  within 5 %"
    return [head, *(_line(row) for row in rows)]


def _line(row: Row) -> str:
    exact = "" if row.exact is None else f"{row.exact:.2%}"
    share = f"{row.accepted / row.lots:.2%}"
    verdict = "yes" if row.holds else "NO"
    return f"{row.plan:<52}{row.sensitivity:>6.0%}{share:>11}{exact:>9}{row.mean_reviewed:>10.0f}  {verdict}"


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="The gate's real false-accept rate at the LTPD.")
    parser.add_argument("--lots", type=int, default=20_000)
    parser.add_argument("--lot-size", type=int, default=39_073)
    parser.add_argument("--seed", type=int, default=20261123)
    offer_json(parser)
    return parser.parse_args()


def _producers_side(lot: int) -> list[str]:
    """P(accept) and mean records when the lot is good: what the plans cost the honest owner."""
    lines = ["", "true leak rate      fixed          three looks    sequential     (chance to pass, mean records)"]
    plans = [make(lot, LTPD, CONFIDENCE) for make in (fixed_plan, three_look_plan, sequential_plan)]
    for rate in (0.0, 0.0005, 0.001, 0.002):
        points = [operating_characteristic(plan, [rate])[0] for plan in plans]
        lines.append(f"{rate:>14.2%}" + "".join(f"{p.accept:>8.1%}{p.reviewed:>7.0f}" for p in points))
    return lines


def main() -> int:
    """Exit 1 if a plan of ours, with perfect reviewers or with controls, accepts more often than stated."""
    options, started = _parse(), time.perf_counter()
    rows = table(options.lots, options.lot_size, np.random.default_rng(options.seed))
    if options.json:
        write_json(options.json, [row.__dict__ for row in rows])
    else:
        print(f"{options.lots:,} lots of {options.lot_size:,} records, {LTPD:.0%} leaking; seed {options.seed}")
        print("\n".join([*_lines(rows), *_producers_side(options.lot_size)]))
        print(f"\n{time.perf_counter() - started:.0f} s")
    ours = [row for row in rows if row.controls or row.plan in {"fixed", "three looks", "sequential"}]
    return 0 if all(row.holds for row in ours) else 1


if __name__ == "__main__":
    sys.exit(main())
