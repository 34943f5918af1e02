"""A small recurrent network of the source as a ranker: it hears whole sentences where trigrams hear three words.

It is trained on one thread from one seed, so that the same source gives the same weights. Its weights are as sensitive
as the source, and it only ranks what the grammar drew: no word comes from it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from generation.engine.llm.texts.corpus import Corpus
from generation.engine.llm.texts.support import holders_of_runs
from generation.engine.llm.texts.words import Words
from generation.engine.progress import Progress

EPOCHS = 6
BATCH = 64
WIDTH = 160
LONGEST = 48
FEWEST_HOLDERS = 2
# Batches are cut from so many at a time, sorted by length.
ALIKE = 16
PAD, EDGE, UNKNOWN = 0, 1, 2
_LEARNING_RATE = 4e-3

Floats = npt.NDArray[np.float64]
Numbers = npt.NDArray[np.int64]


class _Network(nn.Module):  # type: ignore[misc]
    def __init__(self, words: int) -> None:
        super().__init__()
        self.embedding = nn.Embedding(words, WIDTH, padding_idx=PAD)
        self.recurrent = nn.GRU(WIDTH, WIDTH, batch_first=True)
        self.output = nn.Linear(WIDTH, words)
        self.output.weight = self.embedding.weight

    def losses(self, rows: torch.Tensor) -> torch.Tensor:
        """Nats of every word after the first, 0 for padding: rows x (words - 1)."""
        hidden, _ = self.recurrent(self.embedding(rows[:, :-1]))
        found = self.output(hidden).transpose(1, 2)
        losses: torch.Tensor = nn.functional.cross_entropy(found, rows[:, 1:], ignore_index=PAD, reduction="none")
        return losses


@dataclass(frozen=True)
class GruRanker:
    """A trained network and the numbers of its words."""

    network: _Network
    numbers: dict[str, int]

    @classmethod
    def fit(cls, corpus: Corpus, seed: int, progress: Progress) -> GruRanker:
        """Learn a corpus; words of a single holder are unknown to it. About 18 seconds for 5,000 short texts."""
        known = sorted(run[0] for run, who in holders_of_runs(corpus, [1]).items() if who >= FEWEST_HOLDERS)
        numbers = {word: place for place, word in enumerate(known, start=UNKNOWN + 1)}
        with _one_thread():
            torch.manual_seed(seed)
            network = _Network(len(numbers) + UNKNOWN + 1)
            _train(network, _rows(corpus.words, numbers), seed, progress)
        return cls(network.eval(), numbers)

    def scores(self, texts: Sequence[Words]) -> Floats:
        """See `ranking.Ranker.scores`."""
        rows, scores = _rows(texts, self.numbers), np.zeros(len(texts))
        with _one_thread(), torch.no_grad():
            for places, batch in _batches(rows, np.arange(len(rows))):
                lengths = (batch[:, 1:] != PAD).sum(dim=1)
                scores[places] = (-self.network.losses(batch).sum(dim=1) / lengths / np.log(2)).numpy()
        return scores


def _train(network: _Network, rows: torch.Tensor, seed: int, progress: Progress) -> None:
    rng = np.random.default_rng([seed, 2])
    optimizer = torch.optim.Adam(network.parameters(), lr=_LEARNING_RATE)
    schedule = torch.optim.lr_scheduler.CosineAnnealingLR(optimizer, EPOCHS)
    for epoch in range(EPOCHS):
        progress("training the ranker", epoch, EPOCHS)
        for _, batch in _batches(rows, rng.permutation(len(rows))):
            losses = network.losses(batch)
            loss = losses.sum() / (batch[:, 1:] != PAD).sum()
            optimizer.zero_grad()
            loss.backward()
            nn.utils.clip_grad_norm_(network.parameters(), 1.0)
            optimizer.step()
        schedule.step()


def _batches(rows: torch.Tensor, order: Numbers) -> Iterator[tuple[Numbers, torch.Tensor]]:
    """(places, rows) in about this order, texts of about one length together, so that little is padding."""
    lengths = (rows != PAD).sum(dim=1).numpy()
    for start in range(0, len(order), ALIKE * BATCH):
        some = order[start : start + ALIKE * BATCH]
        some = some[np.argsort(lengths[some], kind="stable")]
        for places in np.array_split(some, np.arange(BATCH, len(some), BATCH)):
            yield places, rows[torch.from_numpy(places), : int(lengths[places].max())]


def _rows(texts: Sequence[Words], numbers: dict[str, int]) -> torch.Tensor:
    """Texts as rows of numbers between two edges, padded to the longest, which is cut."""
    rows = [[EDGE, *(numbers.get(word, UNKNOWN) for word in words[:LONGEST]), EDGE] for words in texts]
    width = max(map(len, rows), default=2)
    return torch.tensor([row + [PAD] * (width - len(row)) for row in rows], dtype=torch.long).reshape(-1, width)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Sums that are split over threads end in other digits."""
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
