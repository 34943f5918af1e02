"""The tables that benchmarks/synthesizers.py learns: UCI Adult, tables that scikit-learn ships, and made ones."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from benchmarks.shapes.campaign import campaign
from benchmarks.shapes.case import TARGET, Case, halves
from benchmarks.shapes.credit import credit
from benchmarks.shapes.gaps import gaps
from benchmarks.shapes.many_values import many_values
from benchmarks.shapes.players import players, staff
from benchmarks.shapes.wide import wide


def cases(data: Path) -> dict[str, Callable[[], Case]]:
    """Makers by name. DATA/adult holds UCI Adult; the others need no file."""
    return {
        "adult": partial(adult, data),
        "500 rows": partial(first_500, data),
        "numbers only": partial(clusters, "numbers only", 10_000, 12, 0, 0.5),
        "wide": partial(clusters, "wide", 6_000, 60, 15, 0.5),
        "scarce class": partial(clusters, "scarce class", 20_000, 15, 4, 0.02),
        "breast cancer": partial(shipped, "breast cancer", "load_breast_cancer", True),
        "diabetes": partial(shipped, "diabetes", "load_diabetes", False),
        "friedman": friedman,
        "customers": customers,
    }


# Seeds of the tables that are made; what is developed is tried with others.
SEED = 2026


def shapes(data: Path, seed: int = SEED) -> dict[str, Callable[[], Case]]:
    """Makers by name of tables that are hard, each in its own way. DATA holds Adult and the players."""
    return {
        "wide 200": partial(wide, seed),
        "15 classes": partial(occupations, data),
        "many values": partial(many_values, seed),
        "players": partial(players, data),
        "staff": partial(staff, seed),
        "campaign": partial(campaign, seed),
        "credit": partial(credit, seed),
        "500 rows": partial(first_500, data),
        "gaps": partial(gaps, seed),
    }


def adult(data: Path) -> Case:
    """UCI Adult in the fixed split of a published benchmark: 24,421 records of 15 columns each."""
    parts = (pd.read_csv(data / "adult" / f"{part}.csv.gz") for part in ("training", "holdout"))
    return Case("adult", *(part.rename(columns={"income": TARGET}) for part in parts))


def occupations(data: Path) -> Case:
    """Adult with the occupation, of fifteen classes, as target."""
    whole = adult(data)
    names = {TARGET: "income", "occupation": TARGET}
    return Case("15 classes", whole.training.rename(columns=names), whole.holdout.rename(columns=names))


def first_500(data: Path) -> Case:
    """Adult with 500 training records."""
    whole = adult(data)
    return Case("500 rows", whole.training.sample(500, random_state=1).reset_index(drop=True), whole.holdout)


def clusters(name: str, rows: int, columns: int, categories: int, scarce: float) -> Case:
    """Clustered normals, some columns cut into six categories, with a class of the share `scarce`."""
    from sklearn.datasets import make_classification

    numbers, classes = make_classification(
        2 * rows,
        columns,
        n_informative=max(columns // 4, 8),
        n_clusters_per_class=3,
        weights=[1 - scarce],
        flip_y=0.005,
        random_state=1,
    )
    table = pd.DataFrame(numbers, columns=[f"x{place}" for place in range(columns)])
    for place in range(categories):
        table[f"x{place}"] = pd.qcut(table[f"x{place}"], 6, labels=list("abcdef")).astype(str)
    table[TARGET] = np.where(classes, "yes", "no")
    return halves(name, table)


def shipped(name: str, loader: str, is_class: bool) -> Case:
    """A table that scikit-learn ships, cut into halves."""
    from sklearn import datasets

    found: Any = getattr(datasets, loader)()
    table = pd.DataFrame(found.data, columns=[f"x{place}" for place in range(found.data.shape[1])])
    table[TARGET] = [f"class {code}" for code in found.target] if is_class else found.target
    return halves(name, table)


def friedman() -> Case:
    """A number as target: ten uniform columns, five of which shape it, bent and by a product (Friedman 1991)."""
    from sklearn.datasets import make_friedman1

    numbers, target = make_friedman1(16_000, 10, noise=1, random_state=2)
    table = pd.DataFrame(numbers, columns=[f"x{place}" for place in range(10)])
    return halves("friedman", table.assign(**{TARGET: target.round(3)}))


def customers() -> Case:
    """Dates, booleans, gaps, counts with many zeros, sums in cents and a category of sixty values."""
    rng = np.random.default_rng(0)
    rows = 20_000
    region = rng.choice(60, rows, p=rng.dirichlet(np.full(60, 0.5)))
    level = rng.normal(size=60)[region]
    age = np.clip(rng.gamma(6, 7, rows), 18, 95).round()
    is_member = rng.random(rows) < 1 / (1 + np.exp(-(age - 50) / 12))
    visits = rng.poisson(np.exp(0.5 + 0.02 * (age - 30) * is_member + level * 0.4))
    spent = np.where(visits == 0, 0, np.exp(rng.normal(3 + 0.1 * visits.clip(0, 8) + 0.5 * level, 0.8)).round(2))
    spent = np.where((rng.random(rows) < 0.15) & ~is_member, np.nan, spent)
    since = pd.Timestamp("2012-01-01") + pd.to_timedelta((rng.beta(2, 1, rows) * 4000).astype(int), unit="D")
    days = (rng.random(rows) * 600).astype(int)
    odds = -2.2 + 0.5 * level - 0.04 * (age - 40) + 0.6 * (visits < 1) + 0.9 * np.isnan(spent) + 0.002 * (days - 300)
    table = pd.DataFrame(
        {
            "region": [f"region {number}" for number in region],
            "age": age.astype(int),
            "since": since,
            "member": is_member,
            "visits": visits,
            "spent": spent,
            "last": since + pd.to_timedelta(days, unit="D"),
            TARGET: rng.random(rows) < 1 / (1 + np.exp(-odds - 1.2 * (is_member & (level > 0)))),
        }
    )
    return halves("customers", table)
