"""Runs as lines of a list."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from generation.models import GenerationRun
from generation.pages.evidence.verdicts import badges
from generation.repositories.standings import standings_of


def run_lines(runs: Collection[GenerationRun]) -> list[dict[str, Any]]:
    """Runs as rows of a list, in their order. Prefetch their evaluations: then no row asks the database again."""
    verdicts, standings = badges(runs), standings_of(runs)
    return [{"run": run, "standing": standings[run.pk], "verdicts": verdicts[run.pk]} for run in runs]
