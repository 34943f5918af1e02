"""Records by a recipe: drawn, held against rules and demands, drawn again until each shard has what it owes.

It works with every synthesizer, because it only draws. Shards are independent of each other: a shard's records follow
from the model, the run's seed and the recipe alone, so the artefact is the same whatever the number of workers. Tries
are bounded; when they run out, the reason is said in counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from generation.engine.composition.demands import Demands, kinds_of
from generation.engine.composition.recipe import Recipe
from generation.engine.composition.sharing import share_out
from generation.engine.errors import FitError
from generation.engine.predicates.values import Codes, Flags, Values, of_frame
from generation.engine.progress import Progress
from generation.engine.rules.checking import broken, can_check
from generation.engine.rules.keeping import constructed
from generation.engine.rules.keys import TakenKeys
from generation.engine.rules.kinds import CHECKED, REDRAWN, Unique, how_kept
from generation.engine.schema import Sdtype
from generation.engine.synthesizers.bytes.sampling import Shard, sample_shard

if TYPE_CHECKING:
    from generation.engine.synthesizers.protocol import Synthesizer

LEAST_BATCH = 2_048
MOST_BATCH = 131_072
# A batch is at most so many times all that was drawn before: a hopeless recipe is seen early.
GROWTH = 8
# After so many draws a rule that fewer than LEAST_SHARE of them keep is given up.
PROBE_ROWS = 10_000
LEAST_SHARE = 0.001
# A shard may take so many times the draws that the training table makes likely, and SPARE_DRAWS on top.
PATIENCE = 50
SPARE_DRAWS = 200_000
ANY = 0


class Filling:
    """One shard on its way: what it still owes by kind, the records it has, and what was seen."""

    def __init__(self, recipe: Recipe, shard: Shard, part: Mapping[int, int], shards: int) -> None:
        self.recipe, self.shard, self.owes = recipe, shard, dict(part)
        self.kept: list[pd.DataFrame] = []
        self.drawn = 0
        self.found: dict[int, int] = {}
        self.broke = {rule: 0 for rule in recipe.rules if how_kept(rule, recipe.schema) == REDRAWN}
        kept = (rule for rule in recipe.rules if how_kept(rule, recipe.schema) != CHECKED)
        self._by_record = [rule for rule in kept if not isinstance(rule, Unique)]
        self._keys = [TakenKeys(rule, shard.index, shards) for rule in self.broke if isinstance(rule, Unique)]

    @property
    def missing(self) -> int:
        """How many records the shard still owes."""
        return sum(self.owes.values())

    def take(self, batch: pd.DataFrame) -> None:
        """Keep the first good records of each kind that is still owed."""
        batch = constructed(batch, self.recipe.rules, self.recipe.schema)
        values = of_frame(batch, self.recipe.schema)
        good, kinds = self._good(values), _kinds(self.recipe.demands, values)
        self.drawn += len(batch)
        _add(self.found, kinds[good])
        chosen = good & (_rank(kinds, good) < _owed(self.owes, kinds))
        for kind, count in _counts(kinds[chosen]):
            self.owes[kind] -= count
        for keys in self._keys:
            keys.take(chosen)
        self.kept.append(batch[chosen])

    def _good(self, values: Values) -> Flags:
        """Which records keep every rule; what the rules before allowed is all that a key looks at."""
        good = np.ones(values.rows, dtype=bool)
        for rule in self._by_record:
            if can_check(rule, values):
                bad = broken(rule, values)
                self.broke[rule] = self.broke.get(rule, 0) + int(bad.sum())
                good &= ~bad
        for keys in self._keys:
            if can_check(keys.rule, values):
                bad = keys.refused(values, good)
                self.broke[keys.rule] += int(bad.sum())
                good &= ~bad
        return good

    def wanted_rows(self) -> int:
        """How many to draw next: what the rarest kind will take at the rate seen so far."""
        likely = [count * self.drawn / max(1, self.found.get(kind, 0)) for kind, count in self.owes.items() if count]
        return int(min(MOST_BATCH, GROWTH * self.drawn, max(LEAST_BATCH, 1.1 * max(likely, default=0.0))))

    def give_up_if_hopeless(self) -> None:
        """Raises FitError, in counts, when a rule holds for next to no record, or a kind is next to never drawn."""
        if self.drawn < PROBE_ROWS:
            return
        good = sum(self.found.values())
        if self.broke and good < LEAST_SHARE * self.drawn:
            raise FitError("rules_not_kept", self._worst_rule(good))
        demands = self.recipe.demands
        per_row = demands.drawn_per_row if demands else 1 / LEAST_SHARE
        if self.drawn > SPARE_DRAWS + PATIENCE * per_row * self.shard.rows:
            raise FitError("not_reached", self._worst_kind())

    def _worst_rule(self, good: int) -> str:
        worst = max(self.broke, key=lambda rule: self.broke[rule])
        place, held = self.recipe.rules.index(worst) + 1, self.drawn - self.broke[worst]
        return (
            f"Rule {place} held for only {held:,} of {self.drawn:,} drawn records, and all rules for {good:,}. Remove"
            " the rule, or choose a synthesizer that follows the source more closely."
        )

    def _worst_kind(self) -> str:
        demands = self.recipe.demands
        if demands is None:
            return f"Only {sum(self.found.values()):,} of {self.drawn:,} drawn records keep the rules; that is too few."
        owed = max(self.owes, key=lambda kind: self.owes[kind] / (self.found.get(kind, 0) + 1))
        titles = [d.title for place, d in enumerate(demands.demands) if owed >> place & 1] or ["The rest"]
        return (
            f"{' with '.join(titles)} was met by only {self.found.get(owed, 0):,} of {self.drawn:,} drawn records. "
            "Ask for fewer records or a wider group, or choose a synthesizer that follows the source more closely."
        )

    def finished(self, first: pd.DataFrame, seed: int) -> pd.DataFrame:
        """The records in an order that tells nothing of how they were found, with the shard's own identifiers."""
        ids = [spec.name for spec in self.recipe.schema if spec.sdtype is Sdtype.ID and spec.name in first.columns]
        frame = pd.concat(self.kept, ignore_index=True)
        if len(self.kept) > 1:
            order = np.random.default_rng([seed, 1]).permutation(len(frame))
            frame = frame.iloc[order].reset_index(drop=True)
        return frame.assign(**{name: first[name] for name in ids})


def draw(
    model: Synthesizer, shards: Sequence[Shard], seed: int, recipe: Recipe, plan: Sequence[Shard], progress: Progress
) -> Iterator[pd.DataFrame]:
    """Some shards of a run's plan, in order, as the recipe has them; without one as the model draws them.

    Raises FitError when the tries run out.
    """
    rows = [shard.rows for shard in plan]
    parts = share_out(recipe.demands.kinds if recipe.demands else {ANY: sum(rows)}, rows)
    for shard in shards:
        progress("sampling", shard.first_row, sum(rows))
        if recipe and not recipe.can_redraw:
            yield constructed(sample_shard(model, shard, seed), recipe.rules, recipe.schema)
        elif recipe:
            yield fill_shard(model, seed, Filling(recipe, shard, parts[shard.index], len(plan)), progress)
        else:
            yield sample_shard(model, shard, seed)


def fill_shard(model: Synthesizer, seed: int, filling: Filling, progress: Progress) -> pd.DataFrame:
    """The records of one shard; `seed` is the run's. Raises FitError when the tries run out."""
    shard = filling.shard
    first = batch = sample_shard(model, shard, seed)
    tries = 0
    while True:
        filling.take(batch)
        if not filling.missing:
            return filling.finished(first, _seed(seed, shard.index, tries))
        progress("drawing what was asked", shard.rows - filling.missing, shard.rows)
        filling.give_up_if_hopeless()
        tries += 1
        batch = model.sample(filling.wanted_rows(), _seed(seed, shard.index, tries), first_row=shard.first_row)


def _seed(seed: int, index: int, tries: int) -> int:
    """A seed for each batch of a shard; the first batch is the one it would be without a recipe."""
    return int(np.random.SeedSequence(seed, spawn_key=(index, tries)).generate_state(1, np.uint64)[0])


def _kinds(demands: Demands | None, values: Values) -> Codes:
    if demands is None:
        return np.full(values.rows, ANY, dtype=np.int64)
    return kinds_of([demand.where for demand in demands.demands], values)


def _counts(kinds: Codes) -> list[tuple[int, int]]:
    return [(int(kind), int(count)) for kind, count in zip(*np.unique(kinds, return_counts=True), strict=True)]


def _add(counts: dict[int, int], kinds: Codes) -> None:
    for kind, count in _counts(kinds):
        counts[kind] = counts.get(kind, 0) + count


def _rank(kinds: Codes, good: Flags) -> Codes:
    """The place of each good record among the good ones of its kind, from 0."""
    rank = np.zeros(len(kinds), dtype=np.int64)
    rank[good] = pd.Series(kinds[good]).groupby(kinds[good]).cumcount().to_numpy()
    return rank


def _owed(owes: Mapping[int, int], kinds: Codes) -> Codes:
    distinct, place = np.unique(kinds, return_inverse=True)
    return np.array([owes.get(int(kind), 0) for kind in distinct], dtype=np.int64)[place]
