"""What is to train with and what is to test with stay apart: no record of one holds an item of the other.

Runs of thirteen words as in Brown et al. 2020 (GPT-3, appendix C), of a whole item where it is shorter, down to eight;
and nearly the same words, which also finds what is shorter still. Every record is looked at, so that nothing is
estimated and the share has no interval.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, NotAssessable
from generation.engine.evaluation.policy import TO_TRAIN
from generation.engine.evaluation.study.study import Study
from generation.engine.llm.matching.runs import SEED_WORDS, RunIndex
from generation.engine.llm.questions.grammar.words import words_of
from generation.engine.llm.questions.pool import Copies
from generation.engine.minimisation.messages import messages_in, words_of_cell
from generation.engine.schema import Sdtype

APART = "tests_apart"
LONGEST_RUN = 13
# What anybody says in a conversation ("Yes, that is right") is nobody's item.
FEWEST_OF_A_TURN = 6
MOST_NAMED = 200


class Items:
    """Texts that must not be met again. `count` says how many different ones there are."""

    def __init__(self, texts: Iterable[str]) -> None:
        by_run: defaultdict[int, list[list[str]]] = defaultdict(list)
        kept = [words for words in map(words_of, dict.fromkeys(texts)) if words]
        for words in kept:
            if len(words) >= SEED_WORDS:
                by_run[min(len(words), LONGEST_RUN)].append(words)
        self.count = len(kept)
        self._near = Copies(" ".join(words) for words in kept)
        self._runs = [RunIndex.of(some, run) for run, some in sorted(by_run.items())]

    def held_by(self, texts: Sequence[str]) -> list[bool]:
        """Which texts hold an item, a run of one, or nearly the words of one."""
        words = [words_of(text) for text in texts]
        found = [bool(some) and self._near.has(text) for some, text in zip(words, texts, strict=True)]
        for index in self._runs:
            found = [known or bool(run) for known, run in zip(found, index.longest(words), strict=True)]
        return found


def tests_apart(study: Study) -> Findings:
    """The share of records that overlap what is on the other side. NotAssessable where there is nothing, or no text."""
    other = f"to {'test' if study.policy.purpose in TO_TRAIN else 'train'} with"
    known = Items(study.apart)
    if not known.count:
        raise NotAssessable(f"The portal has no set {other}: there is nothing to be apart from.")
    said = list(_said(study))
    if not said:
        raise NotAssessable("There is no column of texts.")
    held = known.held_by([text for _, text in said])
    rows = sorted({row for (row, _), is_held in zip(said, held, strict=True) if is_held})
    n = len(study.synthetic_frame)
    sentence = f"Of {n:,} records {len(rows):,} overlap {known.count:,} texts of the portal's sets {other}."
    named = tuple(NamedRecord(row, f"overlaps a set {other}", 1.0) for row in rows[:MOST_NAMED])
    return Findings(
        (Metric(Group.UTILITY, APART, sentence, Direction.LOWER, len(rows) / n, n=n, seed=study.seed, named=named),)
    )


def _said(study: Study) -> Iterator[tuple[int, str]]:
    """Every text of the synthetic records with its row: of a conversation the turns that say something of their own."""
    names = [column.spec.name for column in study.columns if column.spec.sdtype is Sdtype.TEXT]
    for name in names:
        for row, cell in enumerate(study.synthetic_frame[name]):
            if not isinstance(cell, str):
                continue
            if messages_in(cell) is None:
                yield row, cell
            else:
                yield from ((row, text) for text in words_of_cell(cell) if len(words_of(text)) >= FEWEST_OF_A_TURN)
