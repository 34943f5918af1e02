"""The examples in docstrings, as tests."""

from __future__ import annotations

import doctest
import inspect
from types import ModuleType
from typing import Any


def examples_of(door: ModuleType) -> list[Any]:
    """The examples of every name of a door and of its methods, each to be run in the module that it is from."""
    named = {name: inspect.unwrap(getattr(door, name)) for name in door.__all__}
    documented = {name: thing for name, thing in named.items() if inspect.isfunction(thing) or inspect.isclass(thing)}
    finder = doctest.DocTestFinder(exclude_empty=True)
    return [found for name, thing in documented.items() for found in finder.find(thing, name) if found.examples]


def failures_of(example: Any) -> str:
    """What went wrong with an example; "" where it shows what it does."""
    told: list[str] = []
    doctest.DocTestRunner(optionflags=doctest.ELLIPSIS).run(example, out=told.append)
    return "".join(told)
