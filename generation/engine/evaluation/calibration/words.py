"""The planted leaks and their doses in words. Standard library only: the web process imports this file."""

from __future__ import annotations

from collections.abc import Iterator

# The table as it came, before anything is planted.
NOTHING = "nothing"
SWAPPED = "cells swapped"
# By name: a title, and what is planted.
LEAK_WORDS = {
    "random copies": ("Copies", "Training records picked at random, written into the table word for word."),
    "copies of outliers": ("Copies of unusual people", "The most isolated training records, word for word."),
    "near copies of outliers": (
        "Near copies of unusual people",
        "The most isolated training records, every number and date moved by a hundredth of its standard deviation.",
    ),
    "parts of records": (
        "Parts of records",
        "Half of the columns of a training record, others for each, written into a synthetic record.",
    ),
    "spliced records": ("Two people spliced", "Half of the columns of one training record, the rest of another one."),
    "fuzzy copies": (
        "Fuzzy copies",
        "Training records, every number and date moved by 2.5 to 5 % of its range, two categories in five drawn anew.",
    ),
    "identifiers redrawn": (
        "Quasi-identifiers redrawn",
        "Training records whose quasi-identifiers (up to half of the columns) are other people's, all else their own.",
    ),
    SWAPPED: (
        "Records with swapped cells",
        "Every training record, with a share of its cells taken from other records: the fewer are swapped, the more "
        "it leaks.",
    ),
    "unique values": ("Unique values", "Values that one training record has, written into the column that has most."),
}
NOT_CAUGHT = "not caught"
ALARMS_ANYWAY = "alarms without a leak"


def table() -> Iterator[str]:
    """Every leak that is planted, as docs/reference/metrics.md lists them."""
    yield "\n## Planted leaks\n\n| leak | what is written into a copy of the table |\n|---|---|"
    yield from (f"| {title} | {what} |" for title, what in LEAK_WORDS.values())


def leak_title(leak: str) -> str:
    """The title of a leak; one of a plug-in has its own name."""
    return LEAK_WORDS.get(leak, (leak.capitalize(), ""))[0]


def dose_words(leak: str, dose: float | None) -> str:
    """From 0.3 % on; where less is more, up to 50 % swapped; or that it is missed."""
    if dose is None:
        return NOT_CAUGHT
    return f"up to {dose * 100:g} % swapped" if leak == SWAPPED else f"from {dose * 100:g} % on"
