"""One way of writing JSON, so that a digest of it means something (RFC 8785, with whole numbers only).

Keys sorted by UTF-16 code units, no white space, UTF-8. A number that is not whole is a decimal string: every JSON
library then writes the same bytes, `json.dumps(..., sort_keys=True, separators=(",", ":"), ensure_ascii=False)` too.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite

_LARGEST_EXACT = 2**53 - 1

Json = None | bool | int | str | list["Json"] | dict[str, "Json"]


def canonical_json(value: object) -> bytes:
    """The bytes of a JSON value, see `as_json`; ValueError for a float or anything else that has no single form."""
    if value != (plain := as_json(value)):
        raise ValueError("Numbers that are not whole must be written as decimal strings first.")
    return _write(plain).encode("utf-8")


def digest(value: object) -> str:
    """The lower-case hex SHA-256 of the canonical JSON of `as_json(value)`."""
    return hashlib.sha256(canonical_json(as_json(value))).hexdigest()


def as_json(value: object) -> Json:
    """The value with tuples as lists, floats as decimal strings and enum members as plain strings.

    ValueError for NaN, infinity, integers beyond 2^53 and anything that is not JSON.
    """
    if isinstance(value, Mapping):
        return {_key(key): as_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [as_json(item) for item in value]
    if isinstance(value, float):
        return _decimal_string(value)
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, int) and abs(value) <= _LARGEST_EXACT:
        return int(value)
    if isinstance(value, str):
        return str(value)
    raise ValueError(f"A {type(value).__name__} of this size or kind has no canonical form.")


def _key(key: object) -> str:
    if not isinstance(key, str):
        raise ValueError("The keys of a JSON object are strings.")
    return str(key)


def _decimal_string(number: float) -> str:
    if not isfinite(number):
        raise ValueError("NaN and infinity have no canonical form.")
    text = format(Decimal(repr(float(number))), "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _write(value: Json) -> str:
    if isinstance(value, dict):
        keys = sorted(value, key=lambda key: key.encode("utf-16-be"))
        return "{" + ",".join(f"{_write(key)}:{_write(value[key])}" for key in keys) + "}"
    if isinstance(value, list):
        return "[" + ",".join(_write(item) for item in value) + "]"
    return json.dumps(value, ensure_ascii=False)
