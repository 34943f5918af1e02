"""A set in two parts, to train with and to test with: no cell, section or prompt is in both.

Which side a cell is on follows from its words alone, so that it stays there in every version and every suite.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from math import nextafter
from typing import Any, NamedTuple

from generation.engine.llm.suites.versions import cell_name, place_of

Record = Mapping[str, Any]
# No secret: whoever has the words of a cell can tell its side.
_KEY = b"parts of a released set"


class Parts(NamedTuple):
    """Rows, from 0 and in order; a record that is in neither belongs to both sides."""

    train: list[int]
    test: list[int]


def split_rows(records: Sequence[Record], share: float, names_in: Callable[[Record], Sequence[str]]) -> Parts:
    """The rows of each part. `names_in` says what of a record may be on one side alone, at least one name.

    About `share` (0 to 1) of all names are to test with. No part is empty where two records have no name in common;
    where all belong together, all are to train with.
    """
    places = [sorted(place_of(name, _KEY) for name in names_in(record)) for record in records]
    ends = [(own[0], own[-1]) for own in places]
    border = _border(ends, share)
    train = [row for row, (first, _) in enumerate(ends) if first >= border]
    test = [row for row, (_, last) in enumerate(ends) if last < border]
    return Parts(train, test) if train and test else Parts(list(range(len(records))), [])


def _border(ends: Sequence[tuple[float, float]], share: float) -> float:
    """Where the parts meet: at the share, or as near to it as leaves a record on either side."""
    least = nextafter(min((last for _, last in ends), default=0.0), 1.0)
    most = max((first for first, _ in ends), default=1.0)
    return min(max(share, least), most)


def by_cell(record: Record) -> list[str]:
    """The cell of a task."""
    return [cell_name(json.loads(record["cell"]))]


def by_section(record: Record) -> list[str]:
    """The sections of documents that a question shows, those that distract from its answer too."""
    contexts = json.loads(record["contexts"] or "[]")
    return sorted({f"{one['document']}\x1f{one['doc_id']}" for one in contexts}) or [str(record["question"])]


def by_prompt(record: Record) -> list[str]:
    """What both answers of a pair are to."""
    return [str(record["prompt"])]


TEST, DEV = 0.15, 0.15  # of the questions


def parts_by_document(documents: Sequence[Collection[str]]) -> list[str]:
    """For each question "train", "dev" or "test": no document that one of them needs stands in two parts.

    `documents` are those that each question needs; those that one question needs together stay together. "test" for
    all where they do not come apart into three.
    """
    leader: dict[str, str] = {}

    def first_of(name: str) -> str:
        while leader.setdefault(name, name) != name:
            name = leader[name]
        return name

    for some in documents:
        names = sorted(map(first_of, some))
        leader.update(dict.fromkeys(names, names[0]))
    groups = [first_of(min(some)) for some in documents]
    counts = Counter(groups)
    if len(counts) < len(("train", "dev", "test")):
        return ["test"] * len(documents)
    part_of = _part_of(sorted(counts, key=lambda name: (counts[name], place_of(name, _KEY))), counts)
    return [part_of[group] for group in groups]


def _part_of(groups: Sequence[str], counts: Mapping[str, int]) -> dict[str, str]:
    """The parts of groups of documents, the smallest groups first: at least one for each part."""
    total, found, left = sum(counts.values()), {}, list(groups)
    for part, share in (("test", TEST), ("dev", DEV)):
        taken = 0
        while not taken or (taken + counts[left[0]] <= share * total and len(left) > 1 + (part == "test")):
            taken += counts[left[0]]
            found[left.pop(0)] = part
    return found | dict.fromkeys(left, "train")
