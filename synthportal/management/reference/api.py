"""Every request of the API, and the shape of what it takes and gives, from the schema that the portal serves."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from typing import Any

from drf_spectacular.generators import SchemaGenerator

from synthportal.management.reference.page import head, row

Schema = Mapping[str, Any]
ROOT, SHAPES = "/api/v1", "#/components/schemas/"
SELF = f"{ROOT}/schema/"
REFUSED = "4"  # what begins so is the same of every request, and told once in the words above
# As a handler's docstring ends: "... May: stewards."
WHO = re.compile(r"\s*May:\s*(?P<who>.+?)\.?\s*$", re.DOTALL)

BOUNDS = {
    "minimum": "at least {:,}",
    "maximum": "at most {:,}",
    "maxLength": "at most {:,} characters",
    "maxItems": "at most {:,}",
}


def lines() -> Iterator[str]:
    """The requests, by the first word of their path; then the shapes that they name."""
    generator: Any = SchemaGenerator
    schema = generator().get_schema(request=None, public=True)
    shapes = schema["components"]["schemas"]
    yield "## Requests\n"
    described = [(path, at) for path, at in sorted(schema["paths"].items()) if path != SELF]
    for word, paths in groupby(described, key=_first_word):
        yield f"### Under /{word}/\n\n" + head("request", "what it does", "who may", "takes", "answers")
        yield from (_request(path, method, one, shapes) for path, at in paths for method, one in at.items())
        yield ""
    yield "## Shapes\n\nA field with * is always there: sent, or answered.\n"
    for name, shape in sorted(shapes.items()):
        if "properties" in shape:
            yield from _shape(name, shape, shapes)


def _first_word(item: tuple[str, Any]) -> str:
    return item[0].removeprefix(ROOT).split("/")[1]


def who_may(operation: Schema) -> tuple[str, str]:
    """What a request does, and who may make it ("" when its docstring does not say)."""
    said = operation.get("description", "")
    found = WHO.search(said)
    return (said[: found.start()], found["who"]) if found else (said, "")


def _request(path: str, method: str, operation: Schema, shapes: Schema) -> str:
    what, who = who_may(operation)
    call = f"{method.upper()} `{path.removeprefix(ROOT)}`"
    answers = ", ".join(
        _answer(code, said, shapes) for code, said in sorted(operation["responses"].items()) if code < REFUSED
    )
    return row(call, what, who, _takes(operation, shapes), answers)


def _takes(operation: Schema, shapes: Schema) -> str:
    content = operation.get("requestBody", {}).get("content", {})
    body = [_kind(next(iter(content.values()))["schema"], shapes)] if content else []
    asked = [one for one in operation.get("parameters", ()) if one["in"] == "query"]
    return ", ".join([*body, *(f"`?{one['name']}=` {_kind(one['schema'], shapes)}" for one in asked)])


def _answer(code: str, said: Schema, shapes: Schema) -> str:
    content = said.get("content", {})
    if "*/*" in content:
        return f"{code} the file"
    return f"{code} {_kind(next(iter(content.values()))['schema'], shapes)}" if content else code


def _shape(name: str, shape: Schema, shapes: Schema) -> Iterator[str]:
    yield f"### {name}\n"
    if said := " ".join(shape.get("description", "").split()):
        yield said + "\n"
    yield head("field", "kind")
    needed = shape.get("required", ())
    for field, kind in shape["properties"].items():
        yield row(f"`{field}`" + (" *" if field in needed else ""), _kind(kind, shapes) + _bounds(kind))
    yield ""


def _kind(schema: Schema, shapes: Schema) -> str:
    """What a value is, in words: a shape's name is a link, choices are written out."""
    kind = _plain_kind(schema, shapes)
    return f"{kind} or null" if schema.get("nullable") else kind


def _plain_kind(schema: Schema, shapes: Schema) -> str:
    if "$ref" in schema:
        return _named(schema["$ref"].removeprefix(SHAPES), shapes)
    if "enum" in schema:
        return ", ".join(f"`{one}`" if one else "empty" for one in schema["enum"])
    for several in ("oneOf", "allOf"):
        if several in schema:
            return ", ".join(_kind(one, shapes) for one in schema[several])
    if schema.get("type") == "array":
        return f"list of {_kind(schema['items'], shapes)}"
    if isinstance(values := schema.get("additionalProperties"), Mapping) and values:
        return f"object of {_kind(values, shapes)}"
    if schema.get("type") == "integer":
        return "integer"
    return str(schema.get("format") or schema.get("type") or "any JSON")


def _named(name: str, shapes: Schema) -> str:
    return f"[{name}](#{name.lower()})" if "properties" in shapes[name] else _kind(shapes[name], shapes)


def _bounds(schema: Schema) -> str:
    """The least and the most that a value may be, and the longest that a text may be."""
    if schema.get("format") == "int64":
        return ""  # The database's own bounds say nothing to who calls.
    found = [words.format(schema[name]) for name, words in BOUNDS.items() if name in schema]
    return f" ({', '.join(found)})" if found else ""
