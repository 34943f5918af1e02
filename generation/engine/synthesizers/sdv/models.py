"""SDV's synthesizers with what SDV 2.0 lacks: progress inside the fit, and a saved model without training rows.

All are fed a table of our own encoding: numbers n0, n1, ... and codes k0, k1, ... So SDV sees no category, no date
and no text, and its metadata holds no value.
"""

from __future__ import annotations

import contextlib
import warnings
from collections.abc import Iterator
from time import monotonic
from typing import Any

import numpy as np
import pandas as pd
import torch
from copulas.multivariate import GaussianMultivariate
from ctgan import CTGAN, TVAE
from ctgan.data_sampler import DataSampler
from ctgan.data_transformer import DataTransformer
from numpy.random import MT19937, RandomState, SeedSequence
from sdv.metadata import Metadata
from sdv.single_table import CopulaGANSynthesizer, CTGANSynthesizer, GaussianCopulaSynthesizer, TVAESynthesizer
from sdv.single_table.utils import detect_discrete_columns

from generation.engine.progress import Progress, silent

TABLE = "t"
# The mixture of at most ten normals fitted to each number: 10,000 values place it as well as all, in a tenth the time.
MIXTURE_ROWS = 10_000


def metadata_of(frame: pd.DataFrame, categorical: set[str]) -> Metadata:
    """Names and sdtypes only; SDV's own detection would store ranges."""
    columns = {name: {"sdtype": "categorical" if name in categorical else "numerical"} for name in frame.columns}
    return Metadata.load_from_dict({"tables": {TABLE: {"columns": columns}}})


@contextlib.contextmanager
def seeded(seed: int) -> Iterator[None]:
    """numpy's and torch's global generators seeded inside and put back after; one torch thread; SDV kept quiet.

    One thread, because two take up to five times the CPU for CTGAN. The warnings are SDV's advice on metadata and
    transformers, and numerical ones of the distribution fits, whose failure falls back to a normal distribution.
    """
    numpy_state, torch_state, threads = np.random.get_state(), torch.get_rng_state(), torch.get_num_threads()
    np.random.seed(np.random.default_rng(seed).integers(2**32, dtype=np.uint32))
    torch.manual_seed(seed % 2**63)
    torch.set_num_threads(1)
    try:
        with warnings.catch_warnings():
            for module in ("sdv", "rdt", "copulas", "ctgan", "scipy", "sklearn", "numpy", "pandas"):
                warnings.filterwarnings("ignore", module=rf"{module}\b.*")
            yield
    finally:
        np.random.set_state(numpy_state)
        torch.set_rng_state(torch_state)
        torch.set_num_threads(threads)


def shard_states(seed: int) -> tuple[RandomState, torch.Generator]:
    """The random states of one shard, from all 64 bits of its seed."""
    return RandomState(MT19937(SeedSequence(seed))), torch.Generator().manual_seed(seed % 2**63)


class BudgetSpent(Exception):
    """Raised between two epochs to end a training whose time is up; what was learned so far stays."""


class _Watched:
    """A ctgan model that tells its progress: the library sets `loss_values` once at the start and once per epoch.

    The setter is the one place where the library hands over between epochs, so the time budget is kept there too.
    """

    progress: Progress = staticmethod(silent)
    epochs_done = -1
    epochs_total = 0
    seconds = float("inf")
    started = 0.0

    @property
    def loss_values(self) -> pd.DataFrame | None:
        return self._loss_values

    @loss_values.setter
    def loss_values(self, losses: pd.DataFrame | None) -> None:
        self._loss_values = losses
        if losses is not None and len(losses):
            self.epochs_done = int(losses["Epoch"].iloc[-1]) + 1
        if self.epochs_total and losses is not None:
            self.progress("training epoch", max(self.epochs_done, 0), self.epochs_total)
            self._keep_to_the_budget()

    def _keep_to_the_budget(self) -> None:
        if 0 < self.epochs_done < self.epochs_total and monotonic() - self.started >= self.seconds:
            raise BudgetSpent

    def watch(self, progress: Progress, epochs: int, seconds: float) -> None:
        """Tell `progress` from now on, and stop after the first epoch that ends `seconds` from now or later."""
        self.progress, self.epochs_total = progress, epochs
        self.seconds, self.started = seconds, monotonic()

    def forget_training(self) -> None:
        """Drop what only the training needed, first of all the training rows."""
        self.__dict__.pop("progress", None)
        self.epochs_total = 0
        self._loss_values = None


class _GroupedSampler(DataSampler):  # type: ignore[misc]
    """Draws a training row for each condition in one step of numpy; the library does it in a Python loop."""

    _rid_by_cat_cols: list[list[np.ndarray]] | None
    _rows: np.ndarray | None
    _starts: np.ndarray
    _sizes: np.ndarray

    def group_rows(self) -> None:
        """Row numbers of every category, end to end, instead of in nested lists."""
        groups = [rows for column in self._rid_by_cat_cols or () for rows in column]
        self._sizes = np.array([len(rows) for rows in groups], dtype=np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._sizes)[:-1]]) if groups else self._sizes
        self._rows = np.concatenate(groups) if groups else np.empty(0, dtype=np.int64)
        self._rid_by_cat_cols = None

    def sample_data(self, data: np.ndarray, n: int, col: np.ndarray | None, opt: np.ndarray | None) -> np.ndarray:
        if col is None or self._rows is None:
            return data[np.random.randint(len(data), size=n)]
        group = self._discrete_column_cond_st[col] + opt
        offset = (np.random.random(len(group)) * self._sizes[group]).astype(np.int64)
        rows: np.ndarray = data[self._rows[self._starts[group] + offset]]
        return rows

    def forget_training(self) -> None:
        """The row numbers of every category rebuild every categorical cell of the training table: drop them."""
        self._rid_by_cat_cols = self._rows = None
        self._starts = self._sizes = np.empty(0, dtype=np.int64)


class _SampledTransformer(DataTransformer):  # type: ignore[misc]
    """Fits the mixture of each number on an even sample of the rows."""

    def _fit_continuous(self, data: pd.DataFrame) -> Any:
        sample = data if len(data) <= MIXTURE_ROWS else data.sample(MIXTURE_ROWS, random_state=0)
        return super()._fit_continuous(sample)


class WatchedCTGAN(_Watched, CTGAN):  # type: ignore[misc]
    """CTGAN with progress, a fast row sampler, and no rows after the fit."""

    @property
    def _transformer(self) -> DataTransformer | None:
        return self._sampled_transformer

    @_transformer.setter
    def _transformer(self, transformer: DataTransformer | None) -> None:
        self._sampled_transformer = None if transformer is None else _SampledTransformer()

    @property
    def _data_sampler(self) -> _GroupedSampler | None:
        return self._grouped_sampler

    @_data_sampler.setter
    def _data_sampler(self, sampler: DataSampler | None) -> None:
        self._grouped_sampler = None
        if sampler is not None:
            self._grouped_sampler = _GroupedSampler.__new__(_GroupedSampler)
            self._grouped_sampler.__dict__.update(sampler.__dict__)
            self._grouped_sampler.group_rows()

    def forget_training(self) -> None:
        super().forget_training()
        if self._grouped_sampler is not None:
            self._grouped_sampler.forget_training()


class WatchedTVAE(_Watched, TVAE):  # type: ignore[misc]
    """TVAE with progress."""

    @property
    def transformer(self) -> DataTransformer:
        return self._sampled_transformer

    @transformer.setter
    def transformer(self, transformer: DataTransformer) -> None:
        self._sampled_transformer = _SampledTransformer()


class _Network:
    """The part of an SDV synthesizer that builds and fits its network."""

    network: type[WatchedCTGAN] | type[WatchedTVAE]
    progress: Progress = staticmethod(silent)
    seconds = float("inf")
    metadata: Any
    _data_processor: Any
    _model_kwargs: dict[str, Any]

    def _fit(self, processed_data: pd.DataFrame) -> None:
        transformers = self._data_processor._hyper_transformer.field_transformers
        discrete = detect_discrete_columns(self.metadata, processed_data, transformers)
        self._model = self.network(**self._model_kwargs)
        self._model.watch(self.progress, int(self._model_kwargs["epochs"]), self.seconds)
        with contextlib.suppress(BudgetSpent):
            self._model.fit(processed_data, discrete_columns=discrete)
        self._model.forget_training()

    def _print_warning(self, data: pd.DataFrame) -> None:
        """SDV prints here; the card's estimate of time says the same."""


class PlainCTGAN(_Network, CTGANSynthesizer):  # type: ignore[misc]
    """SDV's CTGANSynthesizer around WatchedCTGAN."""

    network = WatchedCTGAN


class PlainTVAE(_Network, TVAESynthesizer):  # type: ignore[misc]
    """SDV's TVAESynthesizer around WatchedTVAE."""

    network = WatchedTVAE


class PlainCopulaGAN(CopulaGANSynthesizer, PlainCTGAN):  # type: ignore[misc]
    """SDV's CopulaGANSynthesizer around WatchedCTGAN: its `_fit` runs first, then _Network's."""


class _WatchedCopula(GaussianMultivariate):  # type: ignore[misc]
    """GaussianMultivariate that tells each column it fits."""

    progress: Progress = staticmethod(silent)
    columns_total = 0
    columns_done = 0

    def _fit_column(self, column: pd.Series, distribution: object, column_name: str) -> object:
        fitted = super()._fit_column(column, distribution, column_name)
        self.columns_done += 1
        self.progress("fitting column", self.columns_done, self.columns_total)
        return fitted


class PlainGaussianCopula(GaussianCopulaSynthesizer):  # type: ignore[misc]
    """SDV's GaussianCopulaSynthesizer with progress by column."""

    progress: Progress = staticmethod(silent)
    _model: Any

    def _fit_model(self, processed_data: pd.DataFrame) -> None:
        self._model = _WatchedCopula(distribution=self._model.distribution)
        self._model.progress, self._model.columns_total = self.progress, len(processed_data.columns)
        super()._fit_model(processed_data)
        self._model.__dict__.pop("progress")
