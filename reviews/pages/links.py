"""This app's links in the header."""

from __future__ import annotations

from synthportal.roles import Role
from synthportal.web.navigation import Link, add_links

REVIEWS = frozenset({Role.ANNOTATOR, Role.STEWARD, Role.OWNER, Role.AUDITOR})
CATALOGUE = frozenset({Role.ENGINEER, Role.STEWARD, Role.OWNER, Role.AUDITOR})
OVERSIGHT = frozenset({Role.STEWARD, Role.AUDITOR})


def add() -> None:
    """Home first; reviews, releases, policies and the trail after datasets and runs."""
    add_links(
        Link("Home", "home", frozenset(Role), place=1),
        Link("Reviews", "reviews", REVIEWS, place=4),
        Link("Catalogue", "releases", CATALOGUE, place=5),
        Link("Policies", "policies", OVERSIGHT, place=6),
        Link("Trail", "audit", OVERSIGHT, place=7),
    )
