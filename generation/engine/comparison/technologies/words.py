"""Technologies, attacks and what was done, in words. Standard library only: pages read this."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

TITLES = {
    "surrogates": "Surrogates",
    "minimised": "Minimised records",
    "generalised": "Generalised",
    "private": "Differentially private",
    "synthetic": "Synthetic",
}
TEXTS = {
    "surrogates": "Identifiers are replaced by invented ones; all other values are real. Pseudonymised, no more.",
    "minimised": "The real records as the confirmed plan leaves them.",
    "generalised": "Real records made coarse until at least k of them share each combination of quasi-identifiers.",
    "private": "Records drawn from noised counts; epsilon bounds what one record can change.",
    "synthetic": "The artefact of a run.",
}
ATTACKS = {
    "singling_out": (
        "Singled out",
        "Whoever knows a person's quasi-identifiers finds exactly one record that has them.",
    ),
    "linking": (
        "Linked",
        "Whoever knows a person's quasi-identifiers picks the record nearest to them, and the rest of it is nearest to "
        "the rest of the person.",
    ),
    "inference": (
        "Inferred",
        "Whoever knows a person's quasi-identifiers reads the secret off the record nearest to them.",
    ),
}
WHOLE = (
    "Found by the whole record",
    "Whoever knows every column of a person finds exactly one record that has them: more than most attackers know.",
)
REAL = frozenset({"surrogates", "minimised", "generalised"})


def name_of(row: Mapping[str, Any]) -> str:
    """Generalised, k = 5; run 3 (Trees)."""
    title = TITLES[row["technology"]]
    if row["technology"] == "synthetic":
        return str(row["setting"])
    return f"{title}, {row['setting']}" if row["setting"] else title
