"""SDV's four single-table synthesizers behind our protocol (SDV 2.0, BUSL-1.1).

Every trap of SDV 2.0 is closed here or in the files it uses: training rows in the saved GANs, values in the metadata,
one seed for every load, two torch threads, slow text dates, Faker columns, beta fits of uniform columns.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

import numpy as np
import pandas as pd

from generation.engine.errors import FitError
from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.columns.encoding import Encoded, Encoding, encode
from generation.engine.synthesizers.model import EncodedModel
from generation.engine.synthesizers.sdv import models as sdv_models
from generation.engine.synthesizers.sdv import plain_table
from generation.engine.synthesizers.sdv.plain_table import Layout

# Beyond this a Gaussian copula's marginals and correlations move by less than their own sampling error (about .7 %).
COPULA_ROWS = 20_000
SECONDS_A_MINUTE = 60
# What SDV and its libraries raise when a fit fails numerically; their texts can quote cells, so none is passed on.
_FIT_ERRORS = (ValueError, ArithmeticError, KeyError, IndexError, TypeError, RuntimeError, np.linalg.LinAlgError)


class SdvSynthesizer(EncodedModel):
    """What the four share. `model` is None when every column has a single value, so that nothing varies."""

    title: ClassVar[str]

    def __init__(self, encoding: Encoding, layout: Layout, model: Any) -> None:
        self.encoding = encoding
        self.layout = layout
        self.model = model

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, Any], seed: int, progress: Progress
    ) -> Self:
        """Learn the training table; see `protocol.Synthesizer.fit`."""
        progress("encoding", 0, 1)
        encoding, encoded = encode(training, schema, int(parameters["k"]), seed)
        rng = np.random.default_rng([seed, 1])
        layout, frame = plain_table.lay_out(encoding, encoded, rng)
        if not len(frame.columns):
            return cls(encoding, layout, None)
        model = cls._unfitted(frame, layout, parameters)
        model.progress = progress
        table = cls._learned(frame, layout, rng)
        with sdv_models.seeded(seed):
            _fitted(model, table, cls.title)
        model.__dict__.pop("progress")
        return cls(encoding, layout, model)

    @classmethod
    def _unfitted(cls, frame: pd.DataFrame, layout: Layout, parameters: Mapping[str, Any]) -> Any:
        raise NotImplementedError

    @classmethod
    def _learned(cls, frame: pd.DataFrame, layout: Layout, rng: np.random.Generator) -> pd.DataFrame:
        """The table as this model learns it."""
        return frame

    def _codes(self, sampled: pd.DataFrame) -> pd.DataFrame:
        """What the model drew, with codes as whole numbers."""
        return sampled

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """One shard; see `protocol.Synthesizer.sample`."""
        encoded = Encoded({}, {})
        if self.model is not None:
            with sdv_models.seeded(seed):
                self.model._set_random_state(self._random_state(seed))
                sampled = self.model.sample(num_rows=rows)[sdv_models.TABLE]
            encoded = self.layout.encoded(self._codes(sampled))
        return self.encoding.decode(encoded, rows, first_row, np.random.default_rng([seed, 2]))

    def _random_state(self, seed: int) -> Any:
        return sdv_models.shard_states(seed)


def _fitted(model: Any, table: pd.DataFrame, title: str) -> None:
    try:
        model.fit({sdv_models.TABLE: table})
    except _FIT_ERRORS as error:
        kind = type(error).__name__
        raise FitError("fit_failed", f"{title} could not learn this table ({kind}); try another synthesizer.") from None


class GaussianCopula(SdvSynthesizer):
    """SDV's Gaussian copula: parametric marginals and one correlation matrix, on at most 20,000 records."""

    title = "Gaussian copula (SDV)"

    @classmethod
    def _unfitted(cls, frame: pd.DataFrame, layout: Layout, parameters: Mapping[str, Any]) -> Any:
        # Codes are uniform by construction: fitting a beta to them is most of SDV's own time.
        chosen = dict.fromkeys(layout.numbers, str(parameters["distribution"]))
        return sdv_models.PlainGaussianCopula(
            sdv_models.metadata_of(frame, set()),
            enforce_min_max_values=False,
            enforce_rounding=False,
            numerical_distributions=chosen | dict.fromkeys(layout.discrete, "uniform"),
        )

    @classmethod
    def _learned(cls, frame: pd.DataFrame, layout: Layout, rng: np.random.Generator) -> pd.DataFrame:
        if len(frame) > COPULA_ROWS:
            frame = frame.iloc[np.sort(rng.choice(len(frame), COPULA_ROWS, replace=False))].reset_index(drop=True)
        return plain_table.as_uniform(frame, layout, rng)

    def _codes(self, sampled: pd.DataFrame) -> pd.DataFrame:
        return plain_table.from_uniform(sampled, self.layout)

    def _random_state(self, seed: int) -> Any:
        return sdv_models.shard_states(seed)[0]


class _Network(SdvSynthesizer):
    """The three that train a neural network in epochs."""

    kind: ClassVar[type]

    @classmethod
    def _unfitted(cls, frame: pd.DataFrame, layout: Layout, parameters: Mapping[str, Any]) -> Any:
        model = cls.kind(
            sdv_models.metadata_of(frame, layout.discrete),
            enforce_min_max_values=False,
            enforce_rounding=False,
            epochs=int(parameters["epochs"]),
            batch_size=int(parameters["batch_size"]),
            enable_gpu=False,
        )
        model.seconds = SECONDS_A_MINUTE * float(parameters["minutes"])
        return model

    @property
    def notes(self) -> tuple[str, ...]:
        """What protection changed, and whether the time ended the training."""
        if self.model is None:
            return super().notes
        done, asked = self.model._model.epochs_done, self.model._model_kwargs["epochs"]
        if done >= asked:
            return super().notes
        stopped = f"The time for training ended after {done:,} of {asked:,} epochs. Ask for {done:,} to get this again."
        return (*super().notes, stopped)


class Ctgan(_Network):
    """SDV's CTGAN (Xu et al. 2019, Modeling Tabular Data using Conditional GAN)."""

    title = "CTGAN (SDV)"
    kind = sdv_models.PlainCTGAN


class Tvae(_Network):
    """SDV's TVAE (Xu et al. 2019)."""

    title = "TVAE (SDV)"
    kind = sdv_models.PlainTVAE


class CopulaGan(_Network):
    """SDV's CopulaGAN: CTGAN on numbers made normal by their fitted distribution."""

    title = "CopulaGAN (SDV)"
    kind = sdv_models.PlainCopulaGAN
