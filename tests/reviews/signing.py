"""What a steward sends who has read the whole gate: the dossier, and each condition that needs eyes."""

from __future__ import annotations

from typing import Any

from generation.models import GenerationRun
from reviews.repositories.dossier import collect


def all_seen(run: GenerationRun) -> dict[str, Any]:
    """The words of `release_run` for this run as it stands now."""
    dossier = collect(run)
    return {"dossier_hash": dossier.hash, "seen": dossier.needing_eyes}
