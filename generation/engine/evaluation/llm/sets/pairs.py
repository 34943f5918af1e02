"""The evidence on preference pairs: two answers that differ, no repeats, nobody reached, nothing copied."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from generation.engine.evaluation.llm.sets.every import personal, repeats
from generation.engine.evaluation.llm.sets.judging import Told, share
from generation.engine.evaluation.llm.sets.overlap import OtherSets
from generation.engine.evaluation.metric import Metric
from generation.engine.llm.counts import counted

Pair = Mapping[str, str]
_ANSWERS = ("chosen", "rejected")


def pair_evidence(pairs: Sequence[Pair], *, real: Collection[str], tests: Sequence[str]) -> tuple[Metric, ...]:
    """The metrics of preference pairs. `real` are texts of the source whose records were edited, as `plain_text` says
    them; `tests` are texts of the portal's sets for evaluation."""
    n, known = len(pairs), OtherSets(tests)
    unusable = {at: "has no two answers" for at, pair in enumerate(pairs) if not _is_usable(pair)}
    copied = {
        at: "says what a record of the source says"
        for at, pair in enumerate(pairs)
        if any(plain_text(pair[name]) in real for name in _ANSWERS)
    }
    tested = {
        at: "overlaps a set for evaluation"
        for at, pair in enumerate(pairs)
        if any(known.holds(pair[name]) for name in _ANSWERS)
    }
    whole = ["\n".join(pair.values()) for pair in pairs]
    others, own = counted(known.texts, "text"), counted(len(real), "text")
    overlap = Told("pair", f"overlaps {others} for evaluation", f"overlap {others} for evaluation")
    source = Told("pair", f"repeats one of {own} of the source", f"repeat one of {own} of the source")
    usable = Told("pair", "has no two answers", "have no two answers")
    return (
        share("pairs_usable", unusable, n, usable, is_good=True),
        repeats("repeated_pairs", whole, exact=True),
        share("copied_pairs", copied, n, source, is_good=False),
        share("test_overlap", tested, n, overlap, is_good=False),
        personal("personal_in_pairs", whole),
    )


def plain_text(text: str) -> str:
    """A text as it is compared: whatever its case and its spaces."""
    return " ".join(text.split()).casefold()


def _is_usable(pair: Pair) -> bool:
    chosen, rejected = (plain_text(pair[name]) for name in _ANSWERS)
    return bool(chosen and rejected and pair["prompt"].strip()) and pair["chosen"].strip() != pair["rejected"].strip()
