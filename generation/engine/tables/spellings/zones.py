"""Words behind a time of day: zones by their usual abbreviations, and words that only say that it is one."""

from __future__ import annotations

# Minutes from UTC. Source: RFC 5322, 4.3 (North America); the European ones as the tz database abbreviates them.
ZONES = {
    "UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "WEST": 60, "BST": 60, "CET": 60, "CEST": 120, "MEZ": 60, "MESZ": 120,
    "EET": 120, "EEST": 180, "MSK": 180, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300, "MST": -420, "MDT": -360,
    "PST": -480, "PDT": -420,
}  # fmt: skip
WORDS_BEHIND = (*ZONES, "Uhr", "h", "hrs")


def offset_of(literal: str) -> int | None:
    """Minutes from UTC of the zone that a literal of a layout names; None where it names none."""
    return ZONES.get(literal.strip("' "))
