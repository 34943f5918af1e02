"""The cards of the synthesizers that come with the portal. Standard library only."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from generation.engine.parameters import Parameter, Value
from generation.engine.synthesizers.card import Estimate, SynthesizerCard
from generation.engine.synthesizers.sets import SET_CARDS
from generation.engine.synthesizers.writers import WRITERS

IMPORT_SECONDS = 4.0
IMPORT_BYTES = 450_000_000
BYTES_PER_CELL = 60
# Measured on one core of a 2-core machine: a training step of 500 records of 15 columns.
CTGAN_STEP_SECONDS = 0.06
TVAE_STEP_SECONDS = 0.02
PAR_CELL_SECONDS = 4e-6

RECORDS_BEHIND = Parameter(
    "k",
    "int",
    5,
    "Records behind every value",
    "Categories held by fewer records are replaced; numbers are cut where fewer records lie beyond.",
    minimum=2,
    maximum=100,
)
EPOCHS = Parameter(
    "epochs",
    "int",
    300,
    "Epochs",
    "How often the training goes over all records. More is slower and, up to a point, more faithful.",
    minimum=1,
    maximum=5000,
)
MINUTES = Parameter(
    "minutes",
    "float",
    120.0,
    "Minutes of training",
    "Training stops after the first epoch that ends later than this, and keeps what it has learned.",
    minimum=0.1,
    maximum=2880,
)
BATCH = Parameter(
    "batch_size",
    "choice",
    "500",
    "Batch size",
    "Records per training step. Larger is faster per epoch and learns less in each.",
    choices=("100", "200", "500", "1000", "2000"),
)
DISTRIBUTION = Parameter(
    "distribution",
    "choice",
    "beta",
    "Distribution of numbers",
    "The curve fitted to each numerical column. Beta follows most shapes; normal is the fastest.",
    choices=("beta", "norm", "truncnorm", "gamma", "uniform"),
)

LEAF = Parameter(
    "leaf_records",
    "int",
    150,
    "Records in a leaf",
    "The smallest group of records that shapes a draw (a fiftieth of a small table). Larger is more private.",
    minimum=5,
    maximum=1000,
)
TOGETHER = Parameter(
    "together",
    "int",
    12,
    "Records behind a combination",
    "What fewer records of a group share is not told of the group, but mixed with its like. Larger is more private.",
    minimum=2,
    maximum=100,
)
TREES = Parameter(
    "trees",
    "int",
    6,
    "Trees per column",
    "Each draw comes from one of several trees. More trees blur more and take longer.",
    minimum=1,
    maximum=20,
)
CELLS = Parameter(
    "cells",
    "int",
    50,
    "Cells of a number",
    "Into how many groups a number is cut. More follow its links to other columns more closely.",
    minimum=4,
    maximum=100,
)
PRIOR = Parameter(
    "prior",
    "float",
    10.0,
    "Smoothing",
    "How many records of the larger group are mixed into each group. More is more private and blurs more.",
    minimum=0,
    maximum=1000,
)
SHARPNESS = Parameter(
    "sharpness",
    "float",
    3.0,
    "Sharpness of the target",
    "The largest power of its odds with which classes are drawn where records are few, so that a model learns to rank. "
    "1 draws them as foretold: for shares within groups and for chances.",
    minimum=1,
    maximum=3,
)
ORDER = Parameter(
    "order",
    "choice",
    "few values first",
    "Order of columns",
    "The order in which columns are drawn, each from those before it. The target always comes last.",
    choices=("few values first", "as in the table"),
)

EPSILON = Parameter(
    "epsilon",
    "float",
    3.0,
    "Epsilon",
    "How much one record may change what comes out. Smaller is more private and less useful; the source's budget pays.",
    minimum=0.1,
    maximum=10,
)
DELTA = Parameter(
    "delta",
    "float",
    1e-6,
    "Delta",
    "The chance that epsilon does not hold. Keep it well below one in the number of records.",
    minimum=1e-12,
    maximum=1e-3,
)
BINS = Parameter(
    "bins",
    "int",
    16,
    "Groups of a number",
    "Into about how many groups a number is cut. More follow its shape more closely, and each gets more noise.",
    minimum=2,
    maximum=64,
)
PERSON_RECORDS = Parameter(
    "records_per_person",
    "int",
    1,
    "Records per person",
    "The most records of one person. The noise grows with it; a person with more is not fully covered.",
    minimum=1,
    maximum=20,
)

TAILS = "Extremes and rare categories are shared by at least k records. No formal privacy guarantee."


def _memory(rows: int, columns: int) -> int:
    return IMPORT_BYTES + rows * columns * BYTES_PER_CELL


def _copula_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    per_column = 0.02 if parameters.get("distribution") in ("norm", "uniform") else 0.4
    return Estimate(IMPORT_SECONDS + columns * per_column + rows * columns * 4e-7, _memory(rows, columns))


def _steps(rows: int, columns: int, parameters: Mapping[str, Value]) -> float:
    """Training steps, each weighted by its size against 500 records of 15 columns."""
    batch = int(parameters.get("batch_size", 500))
    weight = (0.3 + 0.7 * batch / 500) * (0.3 + 0.7 * columns / 15)
    return int(parameters.get("epochs", 300)) * max(rows // batch, 1) * weight


def _mixture_seconds(rows: int, columns: int) -> float:
    """The mixture that SDV fits to every number before the training."""
    return rows * columns * 1.7e-5


def _training(step_seconds: float, rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    """All steps, or the minutes that are allowed if those are fewer; an epoch that has begun is ended."""
    limit = 60 * float(parameters.get("minutes", 120))
    seconds = min(step_seconds * _steps(rows, columns, parameters), limit)
    return Estimate(IMPORT_SECONDS + _mixture_seconds(rows, columns) + seconds, _memory(rows, columns * 4))


def _gan_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    return _training(CTGAN_STEP_SECONDS, rows, columns, parameters)


def _tvae_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    return _training(TVAE_STEP_SECONDS, rows, columns, parameters)


def _par_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    limit = 60 * float(parameters.get("minutes", 120))
    seconds = int(parameters.get("epochs", 60)) * rows * columns * PAR_CELL_SECONDS
    return Estimate(IMPORT_SECONDS + min(seconds, limit), IMPORT_BYTES + rows * columns * 200)


def _trees_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    fitted = min(rows, 500_000)
    trees = int(parameters.get("trees", 6))
    # Of more columns, each tree looks at so many.
    looked = min(columns, 48)
    return Estimate(2.0 + fitted * columns * (2e-6 + 6e-8 * trees * looked), 300_000_000 + rows * columns * 40)


def _own_copula_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    return Estimate(0.5 + rows * columns * 1.5e-7, 200_000_000 + rows * columns * 60)


def _dp_cost(rows: int, columns: int, parameters: Mapping[str, Value]) -> Estimate:
    return Estimate(3.0 + rows * columns * (1e-7 + 6e-9 * columns), 300_000_000 + rows * columns * 20)


_SDV = "generation.engine.synthesizers.sdv.family"

BUILT_IN = (
    SynthesizerCard(
        name="trees",
        title="Trees",
        sentence="Draws column after column from decision trees: most of what a model can learn from the source.",
        recommended_for=("training", "fine_tuning", "evaluation", "knowledge_testing"),
        guarantee="No draw rests on fewer than k records: rare categories, extremes and rare combinations within a "
        "group are replaced by those of a larger group. No formal privacy guarantee.",
        memorises="Category lists, smoothed quantiles, and tree splits with the shares of groups; no training record.",
        parameters=(RECORDS_BEHIND, TOGETHER, LEAF, TREES, PRIOR, CELLS, SHARPNESS, ORDER),
        implementation="generation.engine.synthesizers.trees.trees:Trees",
        estimate=_trees_cost,
    ),
    SynthesizerCard(
        name="copula",
        title="Gaussian copula",
        sentence="Every column in its own shape and every pair by one correlation: a million records in seconds.",
        recommended_for=("testing", "stress_test"),
        guarantee=TAILS,
        memorises="Smoothed quantiles, category lists and shares, and the correlation matrix; no training record.",
        parameters=(RECORDS_BEHIND,),
        implementation="generation.engine.synthesizers.copula:Copula",
        estimate=_own_copula_cost,
    ),
    SynthesizerCard(
        name="dp_marginals",
        title="Private marginals",
        sentence="Draws from noisy counts of columns and pairs: differential privacy, with a stated budget.",
        recommended_for=(),
        guarantee="Differential privacy: epsilon and delta as set below, for one record added or removed (or all of a "
        "person's records, if you say how many). Not covered: plan, types, target, settings, number of records. "
        "The noise cannot be repeated: the same seed gives the same records only while the fitted model is kept.",
        memorises="Noisy counts only: categories that many records hold, cut points, and links between columns.",
        parameters=(EPSILON, DELTA, BINS, PERSON_RECORDS),
        implementation="generation.engine.synthesizers.dp.marginals:DpMarginals",
        estimate=_dp_cost,
        is_private=True,
    ),
    SynthesizerCard(
        name="gaussian_copula",
        title="Gaussian copula (SDV)",
        sentence="Fits a curve to every column and one correlation between each pair: plain, and known to many.",
        recommended_for=(),
        guarantee=TAILS,
        memorises="The parameters of each column's curve, category shares, and the correlation matrix.",
        parameters=(DISTRIBUTION, RECORDS_BEHIND),
        implementation=f"{_SDV}:GaussianCopula",
        estimate=_copula_cost,
    ),
    SynthesizerCard(
        name="tvae",
        title="TVAE (SDV)",
        sentence="A variational autoencoder: close to the source for common records, and the faster of the networks.",
        recommended_for=(),
        guarantee=TAILS,
        memorises="Network weights, category lists and shares, and a mixture for each number; no training record.",
        parameters=(EPOCHS, BATCH, MINUTES, RECORDS_BEHIND),
        implementation=f"{_SDV}:Tvae",
        estimate=_tvae_cost,
    ),
    SynthesizerCard(
        name="ctgan",
        title="CTGAN (SDV)",
        sentence="A conditional adversarial network: keeps scarce categories alive, and takes long to train.",
        recommended_for=(),
        guarantee=TAILS,
        memorises="Network weights, category lists and shares, and a mixture for each number; no training record.",
        parameters=(EPOCHS, BATCH, MINUTES, RECORDS_BEHIND),
        implementation=f"{_SDV}:Ctgan",
        estimate=_gan_cost,
    ),
    SynthesizerCard(
        name="copulagan",
        title="CopulaGAN (SDV)",
        sentence="CTGAN on numbers made normal first: try it where CTGAN misses the shape of numerical columns.",
        recommended_for=(),
        guarantee=TAILS,
        memorises="Network weights, category lists and shares, and a curve and mixture for each number; no record.",
        parameters=(EPOCHS, BATCH, MINUTES, RECORDS_BEHIND),
        implementation=f"{_SDV}:CopulaGan",
        estimate=_gan_cost,
    ),
    SynthesizerCard(
        name="par",
        title="PAR for sequences (SDV)",
        sentence="For several records a person: draws persons, then record after record of each from those before it.",
        recommended_for=(),
        guarantee=f"{TAILS} Unusual orders of records of one person are not held back by construction.",
        memorises="Network weights, category lists, smoothed quantiles, correlations of what persons keep; no record.",
        parameters=(replace(EPOCHS, default=60), MINUTES, RECORDS_BEHIND),
        implementation="generation.engine.synthesizers.sequences.par:Par",
        estimate=_par_cost,
        draws_persons=True,
    ),
    *WRITERS,
    *SET_CARDS,
)
