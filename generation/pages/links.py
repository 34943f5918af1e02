"""This app's links in the header."""

from __future__ import annotations

from synthportal.roles import PEOPLE, Role
from synthportal.web.navigation import Link, add_links

SEES = frozenset({Role.OWNER, Role.STEWARD, Role.AUDITOR})


def add() -> None:
    """Datasets, runs and what is sensitive, after home; the scan of a file, which anybody may need, last."""
    add_links(
        Link("Datasets", "datasets", SEES, place=2),
        Link("Runs", "runs", SEES, place=3),
        Link("What is sensitive", "sensitive", SEES, place=3),
        Link("Scan a file", "scan", frozenset(PEOPLE), place=8),
    )
