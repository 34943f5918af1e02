"""How fast a record can be read at all: a verdict that comes sooner was not made by reading."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

LEAST_SECONDS = 0.4  # to see that a record is there and to press a key
MOST_SECONDS = 10.0  # a long text is judged by what stands out in it
SEVERAL = 4  # verdicts whose pace is looked at together: the answers to some come late over a slow line


def least_seconds(content: Sequence[tuple[str, Any]], speed: int) -> float:
    """Seconds that the values of a record take at least, at `speed` characters a second; 0 where there is no floor."""
    if speed <= 0:
        return 0.0
    characters = sum(len(str(value)) for _, value in content if value is not None)
    return min(MOST_SECONDS, LEAST_SECONDS + characters / speed)


def is_too_quick(seconds: float, least: float, since: Sequence[float]) -> bool:
    """Whether a verdict after `seconds` is implausible. `since`: seconds since the person's last verdicts, the newest
    first. One that comes late after others came early is no sign: then the pace over several counts.
    """
    if seconds >= least:
        return False
    return all(passed < number * least for number, passed in enumerate(since[:SEVERAL], start=1))
