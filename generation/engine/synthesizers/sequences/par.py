"""SDV's PAR for sequences: the next record of a person from those before it and from what stays the same.

Zhang, Patki and Veeramachaneni 2022, Sequential Models in the Synthetic Data Vault. The network is SDV's (deepecho,
BUSL-1.1); what it learns and how it is trained and sampled is ours. What stays the same for a person, the first date
and the number of records come from our Gaussian copula over persons. All other columns are cut into cells, which k
records share (cells.py), and the network gives the chances of each cell; so numbers keep their shape and no value of
few records is in the model. The columns of one record are drawn at once: they are linked through the records before
them and the person, as in the paper, not among themselves. Persons are trained and sampled many at once; the library
takes them one by one.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from time import monotonic
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pandas as pd
import torch
from deepecho.models.par import PARNet

from generation.engine.progress import Progress
from generation.engine.schema import Schema
from generation.engine.synthesizers.columns.cells import Cells, Codes, cut, uncut
from generation.engine.synthesizers.columns.encoding import Encoding, encode
from generation.engine.synthesizers.columns.identifiers import Identifiers, of_persons
from generation.engine.synthesizers.copula import CELLS, Copula
from generation.engine.synthesizers.model import EncodedModel
from generation.engine.synthesizers.protocol import LeftOut
from generation.engine.synthesizers.sdv import models as sdv_models
from generation.engine.synthesizers.sequences.sequences import LENGTH, START, STEP, Clock, sequences_of

HIDDEN = 64
LEARNING_RATE = 3e-3
BATCH_PERSONS = 128
SAMPLED_PERSONS = 1024
SECONDS_A_MINUTE = 60


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns in schema order, the one that names persons, the clock, and the cells of both kinds of columns."""

    names: tuple[str, ...]
    identifiers: Identifiers
    clock: Clock | None
    person_cells: tuple[Cells, ...]
    record_cells: tuple[Cells, ...]

    @property
    def widths(self) -> list[int]:
        """Cells of each column of a record."""
        return [cells.count for cells in self.record_cells]


class Par(EncodedModel):
    """See the module. `rows` asked of `sample` are records: the last person of a shard is cut short."""

    def __init__(
        self, encoding: Encoding, layout: Layout, persons: Copula, net: PARNet, notes: tuple[str, ...]
    ) -> None:
        self.encoding = encoding
        self.layout = layout
        self.persons = persons
        self.net = net
        self.said = notes

    @property
    def left_out(self) -> tuple[LeftOut, ...]:
        """Columns that the synthetic table does not have, each with a sentence why."""
        return (*self.persons.left_out, *self.encoding.left_out)

    @property
    def notes(self) -> tuple[str, ...]:
        """Those of the persons and of their records, and whether the time ended the training."""
        return self.said

    @classmethod
    def fit(
        cls, training: pd.DataFrame, schema: Schema, parameters: Mapping[str, Any], seed: int, progress: Progress
    ) -> Self:
        """Learn the sequences; see `protocol.Synthesizer.fit`. FitError without a column that names persons."""
        progress("encoding", 0, 1)
        k = int(parameters["k"])
        found = sequences_of(training, schema)
        person_encoding, person_encoded = encode(found.persons, found.persons_schema, k, seed)
        persons = Copula.fit(found.persons, found.persons_schema, {"k": k}, seed, lambda *_: None)
        contexts = cut(person_encoding, person_encoded, CELLS, k)
        encoding, encoded = encode(found.records, found.records_schema, k, seed)
        columns = cut(encoding, encoded, CELLS // 2, k)
        layout = Layout(
            tuple(spec.name for spec in schema),
            of_persons(training[found.person_column], seed),
            found.clock,
            tuple(cells for cells, _ in contexts),
            tuple(cells for cells, _ in columns),
        )
        codes = np.column_stack([codes for _, codes in columns]) if columns else np.empty((len(found.person), 0), int)
        context = _one_hot([codes for _, codes in contexts], layout.person_cells, len(found.persons))
        with sdv_models.seeded(seed):
            net, done = _trained(context, _by_person(codes, found.person), layout.widths, parameters, progress)
        notes = [*persons.notes, *encoding.notes]
        if done < int(parameters["epochs"]):
            notes.append(f"The time for training ended after {done:,} of {int(parameters['epochs']):,} epochs.")
        return cls(encoding, layout, persons, net, tuple(notes))

    def sample(self, rows: int, seed: int, *, first_row: int = 0) -> pd.DataFrame:
        """One shard; see `protocol.Synthesizer.sample`. No person is in two shards."""
        rng = np.random.default_rng(seed)
        shares: list[pd.DataFrame] = []
        held = 0
        with sdv_models.seeded(seed):
            while held < rows:
                # Every person has a record at least: no more persons are needed than records are missing.
                shares.append(self._some_persons(min(SAMPLED_PERSONS, rows - held), first_row + held, rng))
                held += len(shares[-1])
        table = pd.concat(shares, ignore_index=True).iloc[:rows]
        return table[[name for name in self.layout.names if name in table]].reset_index(drop=True)

    def _some_persons(self, count: int, first: int, rng: np.random.Generator) -> pd.DataFrame:
        """All records of `count` persons; identifiers count from `first` on."""
        drawn = self.persons.draw(count, rng)
        person = self.persons.encoding.decode(uncut(self.persons.cells, drawn), count, first, rng)
        lengths = np.maximum(np.rint(person[LENGTH].to_numpy(np.float64)), 1).astype(np.int64)
        who = np.repeat(np.arange(count), lengths)
        place = np.arange(len(who)) - np.repeat(np.cumsum(lengths) - lengths, lengths)
        cells = self.layout.person_cells
        context = _one_hot([drawn[each.name][0] for each in cells], cells, count)
        codes = _drawn(self.net, context, int(lengths.max()), self.layout.widths, rng)[who, place]
        named = {each.name: (codes[:, at], rng.random(len(who))) for at, each in enumerate(self.layout.record_cells)}
        record = self.encoding.decode(uncut(list(self.layout.record_cells), named), len(who), first, rng)
        table = pd.concat([person.iloc[who].reset_index(drop=True), record], axis=1)
        numbers = self.layout.identifiers.values(count, first)
        table[self.layout.identifiers.name] = numbers.iloc[who].reset_index(drop=True)
        return self._with_dates(table, who, place)

    def _with_dates(
        self, table: pd.DataFrame, who: npt.NDArray[np.int64], place: npt.NDArray[np.int64]
    ) -> pd.DataFrame:
        """The first date and the steps since, added up."""
        clock = self.layout.clock
        if clock is None:
            return table
        steps = np.where(place == 0, 0.0, table[STEP].to_numpy(np.float64))
        since = pd.Series(steps).groupby(who).cumsum().to_numpy()
        return table.assign(**{clock.name: clock.form.to_values(table[START].to_numpy(np.float64) + since)})


def _one_hot(codes: list[Codes], cells: tuple[Cells, ...], rows: int) -> torch.Tensor:
    """Rows x (all cells of all columns)."""
    table = torch.zeros(rows, sum(each.count for each in cells))
    start = 0
    for own, each in zip(codes, cells, strict=True):
        table[torch.arange(rows), torch.from_numpy(own.astype(np.int64)) + start] = 1.0
        start += each.count
    return table


def _by_person(codes: npt.NDArray[Any], person: npt.NDArray[np.int64]) -> list[torch.Tensor]:
    """The codes of each person's records, in order."""
    ends = np.cumsum(np.bincount(person))[:-1]
    return [torch.from_numpy(part.astype(np.int64)) for part in np.split(codes, ends)]


def _trained(
    context: torch.Tensor,
    sequences: list[torch.Tensor],
    widths: list[int],
    parameters: Mapping[str, Any],
    progress: Progress,
) -> tuple[PARNet, int]:
    """The network, and how many epochs its minutes allowed."""
    net = PARNet(sum(widths) + 1, context.shape[1], HIDDEN)
    optimizer = torch.optim.Adam(net.parameters(), lr=LEARNING_RATE)
    epochs, ends = int(parameters["epochs"]), monotonic() + SECONDS_A_MINUTE * float(parameters["minutes"])
    done = 0
    while done < epochs and widths and (not done or monotonic() < ends):
        progress("training epoch", done, epochs)
        for chosen in torch.randperm(len(sequences)).split(BATCH_PERSONS):
            optimizer.zero_grad()
            loss = _loss(net, context[chosen], [sequences[int(each)] for each in chosen], widths)
            loss.backward()
            optimizer.step()
        done += 1
    progress("training epoch", epochs, epochs)
    return net, done if widths else epochs


def _loss(net: PARNet, context: torch.Tensor, chosen: list[torch.Tensor], widths: list[int]) -> torch.Tensor:
    """Mean cross entropy of each column's cell given the records before; padded places do not count (-100)."""
    goals = torch.nn.utils.rnn.pad_sequence(chosen, padding_value=-100)
    before = torch.cat([_start(len(chosen), sum(widths))[None], _records(goals[:-1].clamp(min=0), widths)])
    chances = net(before, context)
    losses = [
        torch.nn.functional.cross_entropy(part.flatten(0, 1), goals[:, :, column].flatten())
        for column, part in enumerate(chances[:, :, : sum(widths)].split(widths, dim=2))
    ]
    return torch.stack(losses).mean()


def _start(persons: int, width: int) -> torch.Tensor:
    """What stands before the first record: the last input alone is 1."""
    first = torch.zeros(persons, width + 1)
    first[:, -1] = 1.0
    return first


def _records(codes: torch.Tensor, widths: list[int]) -> torch.Tensor:
    """Codes (... x columns) as the network reads them: one input per cell, and a last one that is 0."""
    parts = [torch.nn.functional.one_hot(codes[..., column], width) for column, width in enumerate(widths)]
    return torch.cat([*parts, torch.zeros_like(codes[..., :1])], dim=-1).float()


def _drawn(
    net: PARNet, context: torch.Tensor, steps: int, widths: list[int], rng: np.random.Generator
) -> npt.NDArray[np.int32]:
    """Codes of `steps` records for each person of the context: persons x steps x columns."""
    drawn = np.zeros((len(context), steps, len(widths)), dtype=np.int32)
    for step, codes in enumerate(_walk(net, context, widths, steps, rng) if widths else ()):
        drawn[:, step] = codes
    return drawn


def _walk(
    net: PARNet, context: torch.Tensor, widths: list[int], steps: int, rng: np.random.Generator
) -> Iterator[npt.NDArray[np.int64]]:
    """Record after record; the state of the network is carried on, so that each step costs the same."""
    given, state = _start(len(context), sum(widths)), None
    for _ in range(steps):
        with torch.no_grad():
            hidden, state = net.rnn(net.down(torch.cat([given, context], dim=1))[None], state)
            parts = net.up(hidden)[0, :, : sum(widths)].split(widths, dim=1)
            cumulative = [torch.softmax(part, dim=1).cumsum(dim=1).numpy()[:, :-1] for part in parts]
        codes = np.column_stack([(rng.random((len(context), 1)) > each).sum(axis=1) for each in cumulative])
        given = _records(torch.from_numpy(codes), widths)
        yield codes
