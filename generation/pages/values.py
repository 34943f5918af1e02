"""Choices of values on forms: what the portal found in the minimised records, as options with their real shares."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from generation.engine.predicates.predicate import Lookup
from generation.models import Dataset
from generation.repositories.rules.declared import choices_in
from generation.repositories.tables import schema_from_json
from synthportal.templatetags.human import percent


class Choices:
    """The options of a dataset; none before the portal has looked."""

    def __init__(self, dataset: Dataset) -> None:
        found = choices_in(dataset)
        self.rows = max(1, found.get("rows", 0))
        self.columns: list[dict[str, Any]] = found.get("columns", [])
        self.call = Lookup(schema_from_json(dataset.schema)).word

    def __bool__(self) -> bool:
        return bool(self.columns)

    def classes(self, name: str) -> list[tuple[str, int]]:
        """The values of a column with their counts, the most frequent first."""
        return [
            (value, count) for column in self.columns if column["name"] == name for value, count in column["values"]
        ]

    def share(self, count: int) -> str:
        """A count of training records as a percentage."""
        return percent(count / self.rows)

    def groups(self, chosen: str) -> list[dict[str, Any]]:
        """Options under their column: values with their real share, ranges of numbers and dates, gaps."""
        return [
            {
                "label": self.call(column["name"]),
                "options": [(value, words, value == chosen) for value, words in self._options(column)],
            }
            for column in self.columns
        ]

    def _options(self, column: dict[str, Any]) -> list[tuple[str, str]]:
        name, label = column["name"], self.call(column["name"])
        options: list[tuple[Any, str]] = [
            (value, f"{value} ({self.share(count)})") for value, count in column["values"]
        ]
        if column["kind"] != "values":
            options.append((None, "from, to"))
        if missing := column["missing"]:
            options.append(({"missing": True}, f"missing ({self.share(missing)})"))
            options.append(({"missing": False}, f"present ({self.share(self.rows - missing)})"))
        return [(json.dumps([name, value]), f"{label}: {words}") for value, words in options]

    def term(self, name: str, place: int, data: Mapping[str, Any]) -> dict[str, Any]:
        """One choice of a form: its select, and the two bounds of a range."""
        chosen = str(data.get(f"{name}-term-{place}", ""))
        bounds = {word: f"{name}-{word}-{place}" for word in ("from", "to")}
        fields = {word: {"name": field, "value": data.get(field, "")} for word, field in bounds.items()}
        return {"name": f"{name}-term-{place}", "groups": self.groups(chosen), **fields}


def typed_where(name: str, terms: int, data: Mapping[str, Any]) -> dict[str, Any]:
    """What the choices of a form say, in the plain form; two values of one column mean one or the other."""
    where: dict[str, Any] = {}
    for place in range(terms):
        column, value = _chosen(str(data.get(f"{name}-term-{place}", "")))
        if column and isinstance(value, str):
            known = where.setdefault(column, [])
            where[column] = [*known, value] if isinstance(known, list) else value
        elif column:
            bounds = {word: str(data.get(f"{name}-{word}-{place}", "")).strip() for word in ("from", "to")}
            where[column] = value or {word: bound for word, bound in bounds.items() if bound}
    return where


def _chosen(raw: str) -> tuple[str, Any]:
    """Column and value of an option; ("", None) for none, or for what no option is."""
    try:
        column, value = json.loads(raw or '["", null]')
    except (ValueError, TypeError, RecursionError):
        return "", None
    is_value = value is None or isinstance(value, str) or value in ({"missing": True}, {"missing": False})
    return (column, value) if isinstance(column, str) and is_value else ("", None)
