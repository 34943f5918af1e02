"""The doors as docs/reference/engine.md has them, from their docstrings."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import is_dataclass
from enum import Enum
from importlib import import_module
from types import ModuleType

# By name: the engine cannot import what is built on it.
DOORS = ("generation.engine", "reviews.engine")
LINE = 110


def blocks(doors: Sequence[str] = DOORS) -> Iterator[str]:
    """Headings, paragraphs and examples, Markdown, with an empty line between them."""
    for at, block in enumerate(block for door in doors for block in _door(import_module(door))):
        yield f"\n{block}" if at else block


def _door(door: ModuleType) -> Iterator[str]:
    """A door's own words, then what can be called, then the types; in the order of the alphabet."""
    named = {name: inspect.unwrap(getattr(door, name)) for name in door.__all__}
    yield f"## `{door.__name__}`"
    yield from _blocks(door)
    for name, thing in sorted(named.items(), key=lambda pair: (not inspect.isfunction(pair[1]), pair[0])):
        yield f"### `{name}`"
        yield from _thing(name, thing)


def _thing(name: str, thing: object) -> Iterator[str]:
    if inspect.isclass(thing):
        yield from _class(name, thing)
    elif inspect.isfunction(thing):
        yield _signature(name, thing)
        yield from _blocks(thing)
    else:
        yield f"Another name for `{_bare(str(thing))}`."


def _class(name: str, thing: type) -> Iterator[str]:
    """How one is made, what it is, and its members or methods."""
    if is_dataclass(thing):
        yield _signature(name, thing)
    yield from _blocks(thing)
    if issubclass(thing, Enum):
        yield "\n".join(f"- `{name}.{member.name}`" for member in thing)
        return
    for part, found in vars(thing).items():
        method = getattr(found, "__func__", found)
        if inspect.isfunction(method) and not part.startswith("_"):
            yield _signature(f"{name}.{part}", method)
            yield from _blocks(method)


def _signature(name: str, thing: Callable[..., object]) -> str:
    """One line where it fits, else a line for each parameter."""
    signature, told = inspect.signature(thing), []
    for each in signature.parameters.values():
        if each.kind is each.KEYWORD_ONLY and "*" not in told:
            told.append("*")
        told += [] if each.name in {"self", "cls"} else [_parameter(each)]
    end = "" if inspect.isclass(thing) else f" -> {_bare(str(signature.return_annotation))}"
    line = f"{name}({', '.join(told)}){end}"
    if len(line) > LINE:
        line = f"{name}(\n    " + ",\n    ".join(told) + f",\n){end}"
    return f"```python\n{line}\n```"


def _parameter(parameter: inspect.Parameter) -> str:
    told = f"{parameter.name}: {_bare(str(parameter.annotation))}"
    return told if parameter.default is parameter.empty else f"{told} = {_default(parameter.default)}"


def _default(value: object) -> str:
    """A default as it would be typed, a set in the order of the alphabet; "..." for one that is made anew each time."""
    if isinstance(value, Enum):
        return f"{type(value).__name__}.{value.name}"
    if isinstance(value, frozenset):
        return f"frozenset({{{', '.join(sorted(map(_default, value)))}}})" if value else "frozenset()"
    told = getattr(value, "__name__", repr(value))
    return "..." if told.startswith("<") else told


def _bare(annotation: str) -> str:
    """An annotation without the modules before its names."""
    return re.sub(r"\b(?:\w+\.)+(?=[A-Z])", "", annotation)


def _blocks(thing: object) -> Iterator[str]:
    """A docstring's paragraphs; its examples as code."""
    for block in (inspect.getdoc(thing) or "").split("\n\n"):
        yield f"```python\n{block}\n```" if block.startswith(">>>") else block
