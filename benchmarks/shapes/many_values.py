"""Categories of thousands of values: a postcode and an employer, both of which tell of the target."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.shapes.case import TARGET, Case, halves


def many_values(seed: int, rows: int = 40_000, postcodes: int = 3_000, employers: int = 2_000) -> Case:
    """Postcodes lie in regions that have a level of their own; employers belong to trades and hire near by."""
    rng = np.random.default_rng(seed)
    region_of = rng.integers(0, 25, postcodes)
    level = rng.normal(0, 0.8, 25)[region_of] + rng.normal(0, 0.5, postcodes)
    postcode = rng.choice(postcodes, rows, p=rng.dirichlet(np.full(postcodes, 2.0)))
    home = rng.integers(0, 25, employers)
    trade = rng.integers(0, 12, employers)
    pay = rng.normal(0, 0.5, 12)[trade] + rng.normal(0, 0.4, employers)
    size = rng.pareto(1.3, employers) + 0.3
    employer = np.empty(rows, dtype=np.int64)
    for region in range(25):
        mine = region_of[postcode] == region
        odds = size * np.where(home == region, 12, 1)
        employer[mine] = rng.choice(employers, int(mine.sum()), p=odds / odds.sum())
    age = np.clip(rng.normal(43, 12, rows), 18, 70).round()
    years = np.minimum(rng.gamma(2, 4, rows), age - 17).round(1)
    income = np.exp(7.4 + 0.3 * pay[employer] + 0.2 * level[postcode] + 0.012 * years + rng.normal(0, 0.35, rows))
    contract = np.array(["permanent", "fixed", "agency"])[rng.choice(3, rows, p=[0.75, 0.15, 0.1])]
    odds = -0.6 + level[postcode] - 0.9 * pay[employer] - 0.02 * (age - 43)
    odds += 0.7 * (contract == "agency") * (years < 3) - 0.5 * (np.log(income) - 7.5)
    table = {
        "postcode": [f"{10_000 + 7 * number}" for number in postcode],
        "employer": [f"employer {number}" for number in employer],
        "trade": [f"trade {number}" for number in trade[employer]],
        "age": age.astype(int),
        "years": years,
        "income": income.round(-1).astype(int),
        "contract": contract,
        TARGET: np.where(rng.random(rows) < 1 / (1 + np.exp(-odds)), "moved", "stayed"),
    }
    return halves("many values", pd.DataFrame(table))
