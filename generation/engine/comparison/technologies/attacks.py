"""What an attacker who knows quasi-identifiers finds out by a table: of the people it was made from, beside others.

The three risks of the Article 29 Working Party (Opinion 05/2014), measured alike for every technology. Success on
people of the training table is set against success on people of the holdout, who are in no table: what both share is
what the table is for (Giomi et al., "A unified framework for quantifying privacy risk in synthetic data", 2023). He
knows how the table was made, and makes what he knows as coarse as it is. The interval of each attack is wide enough
that all of them hold together (Bonferroni): the worst one can be read without a correction.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import Any
from zlib import crc32

import numpy as np
import numpy.typing as npt

from generation.engine.comparison.technologies.offer import Offer
from generation.engine.evaluation.privacy.inference import TOLERANCE, answers
from generation.engine.evaluation.privacy.nearest.gower import gower_space, votes
from generation.engine.evaluation.privacy.nearest.ties import link_chance
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable, encode, measurable
from generation.engine.evaluation.study.intervals import CONFIDENCE, residual_risk, standardised
from generation.engine.evaluation.study.keys import record_keys
from generation.engine.evaluation.study.worst import worst
from generation.engine.schema import ColumnRole

SINGLING_OUT, LINKING, INFERENCE, WHOLE = "singling_out", "linking", "inference", "whole"
# Linking looks at every record of the table for every attack; inference needs more attacks for the same interval.
LINKED, INFERRED = 2_000, 10_000
MOST_SECRETS = 3
PARTS = 10

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Risk:
    """How often an attack succeeded on the table's people and on others, and what it adds for being in the table.

    `value` is (attack - control) / (1 - control) with its interval; `n` counts the attacks on each side.
    """

    attack: float
    control: float
    value: float
    lower: float
    upper: float
    n: int

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True)
class _Scene:
    """The table and the people of both sides, what the attacker knows, and what he does not."""

    table: EncodedTable
    sides: tuple[EncodedTable, EncodedTable]
    known: tuple[EncodedColumn, ...]
    rest: tuple[EncodedColumn, ...]
    seed: int

    def some(self, most: int, attack: str) -> tuple[EncodedTable, EncodedTable]:
        """As many people of each side, at random."""
        rng, size = np.random.default_rng([self.seed, crc32(attack.encode())]), min(most, *map(len, self.sides))
        one, other = (side.take(np.sort(rng.choice(len(side), size, replace=False))) for side in self.sides)
        return one, other


def attacked(offer: Offer, *, knows_all: bool, seed: int) -> dict[str, Risk]:
    """The risks by attack. `knows_all`: nothing was declared a quasi-identifier, so every column is taken for one.

    An attack that needs a column which the table does not have is left out: what is not there cannot be told.
    """
    scene = _scene(offer, knows_all=knows_all, seed=seed)
    secrets = _secrets(scene)
    confidence = 1 - (1 - CONFIDENCE) / (2 + max(1, len(secrets)))
    found = {SINGLING_OUT: _singled_out(scene, scene.known, confidence)}
    if scene.known and scene.rest:
        found[LINKING] = _linked(scene, confidence)
    if scene.known and secrets:
        inferred = [_inferred(scene, secret, confidence) for secret in secrets]
        decides = worst(inferred, lambda risk: (risk.value, risk.lower, risk.upper))
        found[INFERENCE] = replace(decides.one, value=decides.value, lower=decides.lower, upper=decides.upper)
    return found | {WHOLE: _singled_out(scene, (*scene.known, *scene.rest), CONFIDENCE)}


def _scene(offer: Offer, *, knows_all: bool, seed: int) -> _Scene:
    table, people, others = encode([offer.table, offer.people, offer.others], offer.schema)
    columns = measurable(table.columns)
    target = offer.target
    knows = [column.spec.name != target if knows_all else column.spec.role is ColumnRole.QUASI for column in columns]
    known = tuple(column for column, is_known in zip(columns, knows, strict=True) if is_known)
    rest = tuple(column for column, is_known in zip(columns, knows, strict=True) if not is_known)
    return _Scene(table, (people, others), known, rest, seed)


def _secrets(scene: _Scene) -> list[EncodedColumn]:
    """What the attacker does not know: sensitive columns, then the target."""
    order = (ColumnRole.SENSITIVE, ColumnRole.TARGET)
    return [column for role in order for column in scene.rest if column.spec.role is role][:MOST_SECRETS]


def _singled_out(scene: _Scene, known: tuple[EncodedColumn, ...], confidence: float) -> Risk:
    """Everybody is looked for, by equal values."""
    if not known:
        return _risk((0.0, len(scene.sides[0])), (0.0, len(scene.sides[1])), confidence)
    (table, *sides), size = record_keys((scene.table, *scene.sides), known)
    is_alone = np.bincount(table, minlength=size) == 1
    one, other = ((float(is_alone[side].sum()), len(side)) for side in sides)
    return _risk(one, other, confidence)


def _linked(scene: _Scene, confidence: float) -> Risk:
    """Halves of a person are linked by the table when both are nearest to one record; ties are picked from."""
    spaces = [gower_space(columns, *scene.sides) for columns in (scene.known, scene.rest)]
    hits = []
    for people in scene.some(LINKED, LINKING):
        first, second = ((space.points(people), space.points(scene.table)) for space in spaces)
        hits.append((float(link_chance(first, second).sum()), len(people)))
    return _risk(hits[0], hits[1], confidence)


def _inferred(scene: _Scene, secret: EncodedColumn, confidence: float) -> Risk:
    """The secret is read off the nearest record; both sides as if they held its values in the same shares."""
    sides = [side.take(np.flatnonzero(side.codes(secret) >= 0)) for side in scene.sides]
    chosen = _Scene(scene.table, (sides[0], sides[1]), scene.known, scene.rest, scene.seed).some(
        INFERRED, f"{INFERENCE} {secret.spec.name}"
    )
    space, slack = gower_space(scene.known, *scene.sides), TOLERANCE if secret.is_continuous else 0.0
    found = [
        votes(
            space.points(people),
            space.points(scene.table),
            (answers(people, secret), answers(scene.table, secret), slack),
        )
        for people in chosen
    ]
    strata = _strata(secret, chosen)
    attack, control = standardised(found, strata)
    return _risk(attack, control, confidence, n=len(chosen[0]))


def _strata(secret: EncodedColumn, sides: tuple[EncodedTable, EncodedTable]) -> list[npt.NDArray[np.int64]]:
    """The secret's categories, or tenths of a number."""
    if not secret.is_continuous:
        return [side.codes(secret).astype(np.int64) for side in sides]
    cuts = np.quantile(np.concatenate([side.values(secret) for side in sides]), np.linspace(0, 1, PARTS + 1)[1:-1])
    return [np.searchsorted(cuts, side.values(secret)) for side in sides]


def _risk(attack: tuple[float, float], control: tuple[float, float], confidence: float, n: int = 0) -> Risk:
    value, lower, upper = residual_risk(attack, control, confidence)
    return Risk(
        attack[0] / attack[1], control[0] / control[1], value, lower, upper, n or int(min(attack[1], control[1]))
    )
