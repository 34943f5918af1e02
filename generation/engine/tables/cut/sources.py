"""Whether two files hold the same source, from sketches of both. Standard library only."""

from __future__ import annotations

from dataclasses import dataclass

SKETCH_SIZE = 256
# Share of the smaller source's distinct records that the other has, from which on both count as one source.
SAME_SOURCE = 0.5
# So few distinct records say little: two short tables may share them by chance, and need equal labels too.
FEW_RECORDS = 1_000


@dataclass(frozen=True, slots=True)
class Sketch:
    """The smallest keyed numbers of a source's distinct records (bottom-k), how many there are, and of its labels."""

    smallest: tuple[int, ...]
    distinct: int
    labels: str

    def as_json(self) -> dict[str, object]:
        return {"smallest": list(self.smallest), "distinct": self.distinct, "labels": self.labels}

    @classmethod
    def from_json(cls, kept: dict[str, list[int] | int | str]) -> Sketch:
        smallest, distinct, labels = kept["smallest"], kept["distinct"], kept["labels"]
        return cls(tuple(smallest), int(distinct), str(labels))  # type: ignore[arg-type]


def shared(one: Sketch, other: Sketch) -> float:
    """The share of the smaller source's distinct records that the other has."""
    return in_both(one, other) / (min(one.distinct, other.distinct) or 1)


def in_both(one: Sketch, other: Sketch) -> float:
    """How many distinct records both sources have, estimated from their sketches.

    The smallest SKETCH_SIZE of both together are a random sample of the union; those that are in both give Jaccard's
    index, and with the sizes the number (Broder 1997). Exact where both have at most SKETCH_SIZE records.
    """
    if not one.distinct or not other.distinct:
        return 0.0
    mine, theirs = set(one.smallest), set(other.smallest)
    union = sorted(mine | theirs)[:SKETCH_SIZE]
    index = sum(number in mine and number in theirs for number in union) / len(union)
    return min(index * (one.distinct + other.distinct) / (1 + index), one.distinct, other.distinct)


def is_same_source(one: Sketch, other: Sketch) -> bool:
    """Whether two files count as one source: half of the smaller one's records, and equal labels where they are few."""
    if min(one.distinct, other.distinct) < FEW_RECORDS and one.labels != other.labels:
        return False
    return shared(one, other) >= SAME_SOURCE
