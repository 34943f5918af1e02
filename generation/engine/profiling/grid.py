"""Round widths for bins. Standard library only."""

from __future__ import annotations

import math


def round_step(width: float) -> float:
    """The smallest of 1, 2, 5, 10 times a power of ten that is at least `width` (> 0)."""
    power = 10.0 ** math.floor(math.log10(width))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= width * (1 - 1e-9))
