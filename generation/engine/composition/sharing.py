"""Each shard's part of the records asked for: a matter of the whole plan alone, so any worker can work it out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


def share_out(kinds: Mapping[int, int], rows: Sequence[int]) -> list[dict[int, int]]:
    """For shards of `rows` records: how many of each kind, in proportion; rows and kinds are met exactly.

    `kinds` must sum to the sum of `rows`.
    """
    left, shares = dict(sorted(kinds.items())), []
    for size in rows:
        share = _largest_remainder(left, size)
        left = {kind: count - share.get(kind, 0) for kind, count in left.items()}
        shares.append({kind: count for kind, count in share.items() if count})
    return shares


def _largest_remainder(left: Mapping[int, int], size: int) -> dict[int, int]:
    """`size` records in the proportions of what is left: whole parts first, then the largest fractions."""
    total = sum(left.values())
    share = {kind: count * size // total for kind, count in left.items()}
    fractions = sorted(left, key=lambda kind: (-(left[kind] * size % total), kind))
    for kind in fractions[: size - sum(share.values())]:
        share[kind] += 1
    return share
