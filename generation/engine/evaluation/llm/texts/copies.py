"""Leakage: how many synthetic texts come from the source, beside how many real ones do that nobody copied.

Customers say the same things: among real messages some equal or nearly equal others. So each share is set beside that
of the holdout against the same source, and only the excess counts. A proven excess blocks: its interval holds with 99 %
confidence, so that five clean files in a thousand are stopped.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.llm.texts.sides import Side, Sides, sides_of
from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord
from generation.engine.evaluation.study.intervals import area_interval, difference_of_shares
from generation.engine.evaluation.study.study import Study
from generation.engine.llm.matching.ratios import NEAR, nearest
from generation.engine.llm.matching.runs import SEED_WORDS, RunIndex
from generation.engine.llm.texts.support import holders_of_runs, runs_of, supported

VERBATIM, NEARLY, RUNS, MEMBERSHIP = "text_copies", "text_near_copies", "text_runs", "text_membership_auc"
PROOF = 0.99
LONG_RUN = 12
NEAR_QUANTILE = 0.99
SHORT_WORDS = 20
MOST_NEAR = 20_000
MOST_ATTACKED = 1_500
MOST_NAMED = 300

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Contrast:
    """Which synthetic texts a rule finds in the source, and which of the holdout; `form` says by which rule."""

    form: str
    made: Flags
    holdout: Flags

    @property
    def shares(self) -> tuple[float, float]:
        return float(self.made.mean()), float(self.holdout.mean())

    @property
    def excess(self) -> float:
        return self.shares[0] - self.shares[1]

    @property
    def interval(self) -> tuple[float, float]:
        """Of the excess; (-1, 1) where one side has no text that the rule applies to."""
        if not len(self.made) or not len(self.holdout):
            return -1.0, 1.0
        sides = [(float(side.sum()), float(len(side))) for side in (self.made, self.holdout)]
        return difference_of_shares(sides[0], sides[1], PROOF)


def text_copies(study: Study) -> Findings:
    """Texts that equal one of the source: letter by letter, and without case and punctuation."""
    sides = sides_of(study)
    raw = in_source(
        "letter by letter", *([list(side.corpus.texts) for side in (sides.source, sides.holdout, sides.made)])
    )
    bare = in_source("but for case and punctuation", sides.source.plain, sides.holdout.plain, sides.made.plain)
    return Findings((contrasted(study, sides, VERBATIM, "texts equal a text of the source", [raw, bare]),))


def in_source(form: str, source: Sequence[str], holdout: Sequence[str], made: Sequence[str]) -> Contrast:
    known = set(source)
    return Contrast(form, *(np.array([text in known for text in side], dtype=bool) for side in (made, holdout)))


def text_near_copies(study: Study) -> Findings:
    """Short texts that are nearly one of the source, by two bars: a ratio of .9, and the holdout's 99th percentile."""
    sides, rng = sides_of(study), study.rng(NEARLY)
    source = list(dict.fromkeys(sides.source.plain))
    made, holdout = (side.sample(MOST_NEAR, rng) for side in (sides.made, sides.holdout))
    ratios = [nearest(_short(side), source).ratios for side in (made, holdout)]
    bars = [NEAR]
    if len(ratios[1]):
        bars.append(max(NEAR, float(np.quantile(ratios[1], NEAR_QUANTILE))))
    found = [Contrast(f"ratio of at least {bar:.2f}", ratios[0] >= bar, ratios[1] > bar - 1e-9) for bar in bars]
    short = Sides(sides.source, holdout, _shorts(made))
    return Findings((contrasted(study, short, NEARLY, "texts are nearly a text of the source", found),))


def _short(side: Side) -> list[str]:
    return [text for text, words in zip(side.plain, side.spoken, strict=True) if len(words) < SHORT_WORDS]


def _shorts(side: Side) -> Side:
    places = [place for place, words in enumerate(side.spoken) if len(words) < SHORT_WORDS]
    return Side(side.corpus.take(places), side.rows[places])


def text_runs(study: Study) -> Findings:
    """Texts that share a run of 8, or of 12, words with the source; what k people wrote tells of nobody."""
    return runs_found(study, sides_of(study), RUNS, "texts")


def runs_found(study: Study, sides: Sides, name: str, what: str) -> Findings:
    """The runs that texts of any kind share with the source's; `what` is what a text is, in the plural."""
    k = study.policy.minimum_cell
    common = supported(holders_of_runs(sides.source.corpus, [SEED_WORDS]), k)
    index = RunIndex.of(_telling(sides.source, common))
    made, holdout = (index.longest(side.spoken) for side in (sides.made, sides.holdout))
    found = [
        Contrast(f"{least} words or more in a row", made >= least, holdout >= least) for least in (SEED_WORDS, LONG_RUN)
    ]
    return Findings((contrasted(study, sides, name, f"{what} share a run of words with the source", found),))


def _telling(side: Side, common: frozenset[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """The stretches of each text that hold no run which many people wrote."""
    stretches: list[tuple[str, ...]] = []
    for words in side.spoken:
        start = 0
        for place, run in enumerate(runs_of(words, SEED_WORDS)):
            if run in common:
                stretches.append(words[start : place + SEED_WORDS - 1])
                start = place + 1
        stretches.append(words[start:])
    return stretches


def text_membership(study: Study) -> Findings:
    """An attacker who has the synthetic texts says of each real one how like it the nearest is."""
    return told_apart(study, sides_of(study), MEMBERSHIP, "text", MOST_ATTACKED)


def told_apart(study: Study, sides: Sides, name: str, what: str, most: int) -> Findings:
    """How well the likeness of the nearest synthetic one tells members from others, `most` of each side attacked."""
    rng = study.rng(name)
    made = sides.made.sample(MOST_NEAR // 10, rng).plain
    scores = [nearest(side.sample(most, rng).plain, made, 0).ratios for side in (sides.source, sides.holdout)]
    value, lower, upper = area_interval(scores[0], scores[1])
    sentence = (
        f"By the likeness of the nearest synthetic {what}, members are told from others with an AUC of {value:.3f}."
    )
    return Findings(
        (
            Metric(Group.PRIVACY, name, sentence, Direction.LOWER, value, lower, upper,
                   n=sum(map(len, scores)), baseline=0.5, seed=study.seed),
        )
    )  # fmt: skip


def contrasted(study: Study, sides: Sides, name: str, words: str, found: Sequence[Contrast]) -> Metric:
    """The form in which the excess is surest decides; the shares of every form are told, and what any of them found is
    named, the deciding one's first.
    """
    worst = max(found, key=lambda contrast: (contrast.interval[0], contrast.excess))
    lower, upper = worst.interval
    others = [contrast for contrast in found if contrast is not worst]
    flags = [worst.made, *(other.made for other in others if len(other.made) == len(worst.made))]
    places = list(dict.fromkeys(int(place) for some in flags for place in np.flatnonzero(some)))
    named = tuple(NamedRecord(int(row), "matches a source record", 1.0) for row in sides.made.rows[places[:MOST_NAMED]])
    shown = "; ".join([_told(worst, f" of the synthetic {words}", " of the holdout's"), *map(_told, others)])
    return Metric(
        Group.PRIVACY,
        name,
        f"{shown}.",
        Direction.LOWER,
        worst.excess,
        lower,
        upper,
        n=len(worst.made),
        baseline=0.0,
        seed=study.seed,
        details={contrast.form: list(contrast.shares) for contrast in found},
        named=named,
    )


def _told(contrast: Contrast, of_made: str = "", of_holdout: str = "") -> str:
    share, beside = contrast.shares
    return f"{share:.2%}{of_made} ({contrast.form}), beside {beside:.2%}{of_holdout}"
