"""Conditions, balance and shifts as rows of a form that works without JavaScript, and as YAML for what rows lack."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from generation.asked import asked_of
from generation.choices import Choices, typed_where
from generation.engine.conditions.predicate import AskedError
from generation.engine.rules.yaml_text import read_yaml, write_yaml
from generation.engine.schema import ColumnRole
from generation.models import Dataset, GenerationRun

TERMS, MOST_SHOWN = 3, 12
# Prefix of the fields of a row, and the name of its list in the plain form.
LISTS = {"condition": "conditions", "shift": "shifts"}


class AskedFields:
    """What was typed (or the run that the form begins with), and the rows to show for it."""

    def __init__(self, dataset: Dataset, data: Mapping[str, Any] | None, like: GenerationRun | None = None) -> None:
        self.data: Mapping[str, Any] = {} if data is None else data
        self.is_bound, self._like = data is not None, like
        self.choices = Choices(dataset)
        targets = (column["name"] for column in dataset.schema if column["role"] == ColumnRole.TARGET)
        self._target = next(targets, "")

    # ---- What was typed, in the plain form ------------------------------------------------------------------------

    def plain(self) -> dict[str, Any]:
        """Rows and YAML together, in the plain form. Raises AskedError for YAML that cannot be read."""
        typed = read_yaml(self.yaml) or {}
        if not isinstance(typed, Mapping):
            raise AskedError("The YAML of what is asked for begins with conditions:, balance: or shifts:.")
        found = dict(typed)
        for prefix, name in LISTS.items():
            rows = [row for place in range(MOST_SHOWN) if (row := self._typed(prefix, place))]
            given = found.get(name) or []
            if rows:
                found[name] = [*rows, *given] if isinstance(given, list) else given
        if shares := self._shares():
            if found.get("balance"):
                raise AskedError("Give the balance in the fields or in the YAML, not in both.")
            found["balance"] = {"column": self._target, "shares": shares}
        return found

    def _typed(self, prefix: str, place: int) -> dict[str, Any] | None:
        name = f"{prefix}-{place}"
        where, amount = typed_where(name, TERMS, self.data), self._text(f"{name}-amount")
        if not where and not amount:
            return None
        if prefix == "condition":
            return {"where": where, "rows": amount} | ({"at_least": True} if self._text(f"{name}-least") else {})
        if self._text(f"{name}-by") == "share":
            return {"where": where, "share": _share(amount)}
        return {"where": where, "factor": amount}

    def _shares(self) -> dict[str, float | str]:
        classes = self.choices.classes(self._target)
        typed = {value: self._text(f"balance-{place}") for place, (value, _) in enumerate(classes)}
        return {value: _share(share) for value, share in typed.items() if share}

    def _text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    # ---- What to show ---------------------------------------------------------------------------------------------

    @property
    def yaml(self) -> str:
        """What stands in the YAML field."""
        if self.is_bound:
            return str(self.data.get("asked", ""))
        return write_yaml(asked_of(self._like)) if self._like and self._like.asked else ""

    @property
    def is_open(self) -> bool:
        """Whether anything of it is filled, so that it must be seen."""
        filled = (self._typed(prefix, place) for prefix in LISTS for place in range(MOST_SHOWN))
        return bool(self.yaml or "more" in self.data or self._shares() or any(filled))

    @property
    def conditions(self) -> list[dict[str, Any]]:
        """Rows of conditions: those that are filled, at least one."""
        return self._rows("condition")

    @property
    def shifts(self) -> list[dict[str, Any]]:
        """Rows of shifts: those that are filled, at least one."""
        return self._rows("shift")

    @property
    def balance(self) -> list[dict[str, Any]]:
        """A field for each class of the target, beside its real share."""
        return [
            {"name": f"balance-{place}", "value": self._text(f"balance-{place}"), "label": value,
             "real": self.choices.share(count)}
            for place, (value, count) in enumerate(self.choices.classes(self._target))
        ]  # fmt: skip

    @property
    def target(self) -> str:
        """The label of the column that is balanced."""
        return self.choices.call(self._target)

    def _rows(self, prefix: str) -> list[dict[str, Any]]:
        filled = [place for place in range(MOST_SHOWN) if self._typed(prefix, place)]
        shown = max([*filled, -1]) + 1
        if self._text("more") == prefix:
            shown = max(shown, 1) + 1
        return [self._row(f"{prefix}-{place}") for place in range(min(MOST_SHOWN, max(1, shown)))]

    def _row(self, name: str) -> dict[str, Any]:
        fields = {part: {"name": f"{name}-{part}", "value": self._text(f"{name}-{part}")}
                  for part in ("amount", "least", "by")}  # fmt: skip
        return {"terms": [self.choices.term(name, place, self.data) for place in range(TERMS)], **fields}


def _share(percentage: str) -> float | str:
    """A share of 1 from a percentage; what is no number stays as it is, for the parser to refuse."""
    try:
        return float(percentage.replace("%", "")) / 100
    except ValueError:
        return percentage
