"""C2ST, the classifier two-sample test (Lopez-Paz and Oquab 2017): which columns give the synthetic table away.

For finding what to mend; it never decides: on enough rows any synthesizer is told apart. At most 10,000 records of
either table are used, stratified by the target's class and by whether a rare value is held.
"""

from __future__ import annotations

import lightgbm
import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import percentile_interval
from generation.engine.evaluation.study.sampling import by_class, equalised, sample_facts, sample_words
from generation.engine.evaluation.study.study import Study
from generation.engine.evaluation.utility.skill import weighted_auc

NAME = "classifier_two_sample"
MOST_ROWS = 10_000
ROUNDS = 50
BOOTSTRAPS = 100

Floats = npt.NDArray[np.float64]


def classifier_two_sample(study: Study) -> Findings:
    """AUC of telling synthetic from training records, on the half that was not used for fitting."""
    study.need_rows()
    study.need_columns(study.measured)
    rng = study.rng(NAME)
    real, synthetic = equalised(study, (study.training, study.synthetic), rng, by_class, MOST_ROWS)
    features = np.concatenate([_matrix(table, study.measured) for table in (real, synthetic)])
    is_synthetic = np.repeat([False, True], [len(real), len(synthetic)])
    fitted = rng.random(len(features)) < 0.5
    model = _fit(study, features[fitted], is_synthetic[fitted])
    scores = np.asarray(model.predict(features[~fitted], num_threads=1), dtype=np.float64)
    weights = rng.poisson(1.0, (len(scores), BOOTSTRAPS + 1)).astype(np.float64)
    weights[:, 0] = 1
    areas = weighted_auc(scores, is_synthetic[~fitted], weights)
    return Findings((_metric(study, areas, _tells(study, model), (len(scores), len(synthetic))),))


def _tells(study: Study, model: lightgbm.Booster) -> list[str]:
    """The labels of the columns that the classifier gained most from."""
    gains = model.feature_importance("gain")
    return [study.measured[place].label for place in np.argsort(-gains, kind="stable")[:5] if gains[place] > 0]


def _metric(study: Study, areas: Floats, tells: list[str], sizes: tuple[int, int]) -> Metric:
    lower, upper = percentile_interval(areas[1:])
    total = len(study.synthetic)
    sentence = f"A classifier tells synthetic from real records with an AUC of {areas[0]:.3f} (.5: not at all)."
    return Metric(
        Group.FIDELITY,
        NAME,
        sentence + sample_words(sizes[1], total, "synthetic records"),
        Direction.INFORMATIONAL,
        float(areas[0]),
        lower,
        upper,
        n=sizes[0],
        baseline=0.5,
        seed=study.seed,
        details={"columns": tells, **sample_facts(sizes[1], total)},
    )


def _matrix(table: EncodedTable, columns: tuple[EncodedColumn, ...]) -> Floats:
    """Rows x columns; missing categories are a category."""
    parts = [table.values(c) if c.is_continuous else table.codes(c) + 1.0 for c in columns]
    return np.column_stack(parts).astype(np.float64)


def _fit(study: Study, features: Floats, answers: npt.NDArray[np.bool_]) -> lightgbm.Booster:
    options = {"objective": "binary", "deterministic": True, "force_row_wise": True, "num_threads": 1, "verbosity": -1}
    options |= {"seed": study.seed % (2**31)}
    categorical = [place for place, column in enumerate(study.measured) if not column.is_continuous]
    data = lightgbm.Dataset(features, answers, categorical_feature=categorical, params=options)
    return lightgbm.train(options, data, ROUNDS)
