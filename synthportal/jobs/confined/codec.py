"""Values as JSON and back, by the types that a function declares: what comes out is of those types or is refused.

For the dataclasses, tuples, mappings and plain values that cross to a limited child. An open file crosses as its place
among the descriptors that the child was lent.
"""

from __future__ import annotations

import base64
import inspect
import io
import types
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import Enum
from typing import Any, BinaryIO, Literal, Union, get_args, get_origin, get_type_hints
from uuid import UUID

Files = list[BinaryIO]
_FILE = "$file"


class WrongType(Exception):
    """What was sent is not of the type that was declared."""


def to_json(value: object, files: Files) -> Any:
    """The value in JSON's types; open files are put into `files` and named by their place there."""
    if value is None or (isinstance(value, bool | int | float | str) and not isinstance(value, Enum)):
        return value
    for kinds, said in _SAID:
        if isinstance(value, kinds):
            return said(value, files)
    if is_dataclass(value) and not isinstance(value, type):
        return {each.name: to_json(getattr(value, each.name), files) for each in fields(value)}
    raise WrongType(type(value).__name__)


def _lend(file: Any, files: Files) -> dict[str, int]:
    files.append(file)
    return {_FILE: len(files) - 1}


_SAID: tuple[tuple[Any, Callable[[Any, Files], Any]], ...] = (
    (Enum, lambda value, files: to_json(value.value, files)),
    (bytes, lambda value, _: base64.b64encode(value).decode()),
    (UUID, lambda value, _: value.hex),
    (date, lambda value, _: value.isoformat()),
    (io.IOBase, _lend),
    (Mapping, lambda value, files: {str(key): to_json(one, files) for key, one in value.items()}),
    ((list, tuple, AbstractSet), lambda value, files: [to_json(one, files) for one in value]),
)


def from_json(kind: Any, data: Any, files: Sequence[BinaryIO] = ()) -> Any:
    """The value of that type. Raises WrongType for anything else."""
    try:
        return _read(kind, data, files)
    except (TypeError, ValueError, KeyError, IndexError, RecursionError) as error:
        raise WrongType(str(kind)) from error


def _read(kind: Any, data: Any, files: Sequence[BinaryIO]) -> Any:
    if kind in (Any, object, inspect.Parameter.empty):
        return data
    origin = get_origin(kind)
    if origin in (Union, types.UnionType):
        return _one_of(get_args(kind), data, files)
    if origin is Literal:
        return _checked(data, data in get_args(kind))
    if origin is not None:
        return _collection(origin, get_args(kind), data, files)
    return _single(kind, data, files)


def _single(kind: Any, data: Any, files: Sequence[BinaryIO]) -> Any:
    if kind is BinaryIO:
        return files[_checked(data, isinstance(data, dict))[_FILE]]
    if is_dataclass(kind):
        return _dataclass(kind, _checked(data, isinstance(data, dict)), files)
    if kind is float:
        return float(_checked(data, isinstance(data, int | float) and not isinstance(data, bool)))
    if kind in _TEXTS:
        return _TEXTS[kind](_checked(data, isinstance(data, str)))
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(data)
    if kind in (type(None), None):
        return _checked(data, data is None)
    return _checked(data, type(data) is kind)


_TEXTS: dict[Any, Callable[[str], Any]] = {
    bytes: lambda text: base64.b64decode(text, validate=True),
    UUID: UUID,
    datetime: datetime.fromisoformat,
    date: date.fromisoformat,
}


def _dataclass(kind: Any, data: dict[str, Any], files: Sequence[BinaryIO]) -> Any:
    hints = get_type_hints(kind)
    _checked(data, set(data) == {each.name for each in fields(kind)})
    return kind(**{name: _read(hints[name], one, files) for name, one in data.items()})


def _collection(origin: Any, inside: tuple[Any, ...], data: Any, files: Sequence[BinaryIO]) -> Any:
    if issubclass(origin, Mapping):
        key, one = inside
        return {
            _key(key, name): _read(one, found, files) for name, found in _checked(data, isinstance(data, dict)).items()
        }
    _checked(data, isinstance(data, list))
    if origin is tuple and inside[-1] is not Ellipsis:
        _checked(data, len(data) == len(inside))
        return tuple(_read(one, found, files) for one, found in zip(inside, data, strict=True))
    read = [_read(inside[0], found, files) for found in data]
    return tuple(read) if origin is tuple else set(read) if issubclass(origin, AbstractSet) else read


def _key(kind: Any, name: str) -> Any:
    return int(name) if kind is int else _read(kind, name, ())


def _one_of(kinds: tuple[Any, ...], data: Any, files: Sequence[BinaryIO]) -> Any:
    for kind in kinds:
        try:
            return _read(kind, data, files)
        except (TypeError, ValueError, KeyError, IndexError):
            continue
    raise ValueError


def _checked(data: Any, is_right: bool) -> Any:
    if not is_right:
        raise TypeError
    return data


def hints_of(function: Callable[..., Any]) -> tuple[list[Any], Any]:
    """The types that a function declares for its parameters, in order, and for its result; what is not said is Any."""
    hints = get_type_hints(function)
    return [hints.get(name, Any) for name in inspect.signature(function).parameters], hints.get("return", Any)
