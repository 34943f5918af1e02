"""Places on an app's pages that another app may fill: what is not installed leaves them empty.

An app declares its own slots (generation/pages/slots.py) and calls them like functions; who knows it fills them when it
is installed (reviews/apps.py). So imports and addresses go one way, and each app's pages work without the next one.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, ParamSpec, TypeVar

P = ParamSpec("P")
T = TypeVar("T")


class Slot(Generic[P, T]):
    """A place with a default. `Slot(empty)` answers as `empty` does until somebody fills it."""

    def __init__(self, empty: Callable[P, T]) -> None:
        self.empty = self._filler = empty

    def fill(self, filler: Callable[P, T]) -> None:
        """Answer as `filler` does from now on. Filling it with the same again changes nothing."""
        self._filler = filler

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> T:
        return self._filler(*args, **kwargs)
