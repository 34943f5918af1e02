"""The names of the review policies that a run may ask for; what each one asks, reviews/engine/policy says."""

from __future__ import annotations

TIERS = ("quick", "standard", "strict")
