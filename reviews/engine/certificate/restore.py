"""Facts out of the JSON that `as_json` made of them: what was kept of a release is what later documents speak of."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import StrEnum
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

Kept = TypeVar("Kept")


def restored(kind: type[Kept], data: Mapping[str, Any]) -> Kept:
    """The dataclass that was kept. A field that it did not have yet takes its default, one that is gone is left out.

    Decimal strings become floats where the field is one. KeyError where a field without a default is missing.
    """
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind) if field.init}  # type: ignore[arg-type]
    return kind(**{name: _value(hints[name], data[name]) for name in known & data.keys()})


def _value(kind: Any, value: Any) -> Any:
    origin, parts = get_origin(kind), get_args(kind)
    if origin in (Union, UnionType):
        (kind,) = (part for part in parts if part is not NoneType)
        return None if value is None else _value(kind, value)
    if origin in (tuple, frozenset, Sequence):
        each = [_value(parts[0], item) for item in value]
        return frozenset(each) if origin is frozenset else tuple(each)
    if isinstance(kind, type) and is_dataclass(kind):
        return restored(kind, value)
    if kind is float or (isinstance(kind, type) and issubclass(kind, StrEnum)):
        return kind(value)
    return value
