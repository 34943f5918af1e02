"""What every export has: JSON Lines, a schema for each file, and a note that says what it is and what it is not."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any

import yaml

Bundle = dict[str, bytes]
JsonSchema = Mapping[str, Any]

TEXT: JsonSchema = {"type": "string"}
TEXTS: JsonSchema = {"type": "array", "items": {"type": "string"}}
ANY: JsonSchema = {}


def record(properties: Mapping[str, JsonSchema], *, optional: Iterable[str] = ()) -> dict[str, Any]:
    """The JSON Schema of an object with these properties and no others."""
    left_out = set(optional)
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "type": "object",
        "properties": dict(properties),
        "required": [name for name in properties if name not in left_out],
        "additionalProperties": False,
    }


def lines(records: Iterable[Mapping[str, Any]]) -> bytes:
    """JSON Lines."""
    return "".join(json.dumps(one, ensure_ascii=False) + "\n" for one in records).encode()


def as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=2) + "\n").encode()


def as_yaml(value: Any) -> bytes:
    return str(yaml.safe_dump(value, allow_unicode=True, sort_keys=False, width=110)).encode()


def schema_files(schemas: Mapping[str, JsonSchema]) -> Bundle:
    """A schema per kind of record, in a folder of their own."""
    return {f"schemas/{name}.schema.json": as_json(dict(schema)) for name, schema in schemas.items()}


def note(title: str, says: Iterable[str], canary: str) -> Bundle:
    """The README of an export."""
    body = "\n".join(f"- {one}" for one in says)
    return {"README.md": f"# {title}\n\n{body}\n\n{canary}\n".encode()}
