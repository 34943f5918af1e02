"""People by birth and death dates and measures: who bats with which hand."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.shapes.case import TARGET, Case, halves


def players(data: Path) -> Case:
    """DATA/people/baseball_players.csv.gz, without names."""
    table = pd.read_csv(data / "people" / "baseball_players.csv.gz").dropna(subset=["bats"])
    for name in ("birthDate", "deathDate"):
        table[name] = pd.to_datetime(table[name], errors="coerce")
    kept = ["country", "birthDate", "deathDate", "weight", "height", "throws"]
    return halves("players", table[kept].assign(**{TARGET: table["bats"].to_numpy()}))


def staff(seed: int, rows: int = 20_000) -> Case:
    """Made people: born, hired and perhaps gone, with a grade of five that seniority, site and birth year shape."""
    rng = np.random.default_rng(seed)
    born = pd.Timestamp("1950-01-01") + pd.to_timedelta((rng.beta(2, 1.6, rows) * 19_500).astype(int), unit="D")
    start_age = 18 * 365 + rng.gamma(2, 1500, rows).astype(int)
    hired = born + pd.to_timedelta(start_age, unit="D")
    stay = rng.exponential(3500, rows).astype(int)
    gone = (hired + pd.to_timedelta(stay, unit="D")).to_series().reset_index(drop=True)
    gone = gone.where(gone < pd.Timestamp("2024-06-30"))
    site = rng.choice(14, rows, p=rng.dirichlet(np.full(14, 1.5)))
    sport = rng.choice(list("abc"), rows, p=[0.7, 0.25, 0.05])
    year = (born.year.to_numpy() - 1980) / 12
    height = np.round(rng.normal(174 + 2 * year, 8))
    weight = np.round(0.9 * (height - 100) + rng.normal(0, 9, rows))
    seniority = np.minimum(stay, (pd.Timestamp("2024-06-30") - hired).days.to_numpy()).clip(0) / 3000
    score = 0.9 * seniority - 0.5 * year + rng.normal(0, 0.5, 14)[site] + 0.7 * (sport == "b") * year
    score += 0.2 * (weight - 66) / 10 + rng.logistic(0, 0.8, rows)
    grade = np.searchsorted(np.quantile(score, [0.35, 0.65, 0.85, 0.96]), score)
    table = {"born": born, "hired": hired, "gone": gone, "site": [f"site {number}" for number in site]}
    table |= {"sport": sport, "height": height, "weight": weight, TARGET: [f"grade {code}" for code in grade]}
    return halves("staff", pd.DataFrame(table))
