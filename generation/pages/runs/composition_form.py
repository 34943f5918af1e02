"""Conditions, balance and shifts as rows of a form that works without JavaScript, and as YAML for what rows lack."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from generation.engine.composition.composition import Composition
from generation.engine.composition.faults import BALANCE, CLASS, LineFault
from generation.engine.predicates.predicate import StatementError
from generation.engine.rules.yaml_text import read_yaml, write_yaml
from generation.engine.schema import ColumnRole
from generation.models import Dataset, GenerationRun
from generation.pages.values import Choices, typed_where
from generation.repositories.compositions import composition_of, read_composition
from synthportal.errors import Conflict

TERMS, MOST_SHOWN = 3, 12
# Prefix of the fields of a row, and the name of its list in the plain form.
LISTS = {"condition": "conditions", "shift": "shifts"}


class CompositionFields:
    """What was typed (or the run that the form begins with), and the rows to show for it."""

    def __init__(self, dataset: Dataset, data: Mapping[str, Any] | None, like: GenerationRun | None = None) -> None:
        self.data: Mapping[str, Any] = {} if data is None else data
        self.is_bound, self._like = data is not None, like
        self._refused: tuple[str, ...] = ()
        self._dataset, self.choices = dataset, Choices(dataset)
        targets = (column["name"] for column in dataset.schema if column["role"] == ColumnRole.TARGET)
        self._target = next(targets, "")

    # ---- What was typed -------------------------------------------------------------------------------------------

    @property
    def value(self) -> Composition:
        """What was typed; empty while it has faults."""
        return self._read[0]

    @property
    def faults(self) -> tuple[str, ...]:
        """Why what was typed cannot be read, as sentences; whether it can be reached, the verb says."""
        return self._read[1]

    def refuse(self, reasons: Sequence[str]) -> None:
        """Keep why the verb refused, to show what is about a line beside that line."""
        self._refused = tuple(reasons)

    @property
    def elsewhere(self) -> list[str]:
        """The reasons that are not about one line of the form."""
        return [str(reason) for reason in (*self.faults, *self._refused) if self._field_of(reason) is None]

    @property
    def is_refused(self) -> bool:
        """Whether a reason stands beside a line."""
        return any(self._field_of(reason) is not None for reason in (*self.faults, *self._refused))

    def _beside(self, field: str) -> list[str]:
        """What is wrong with one line, without its title: the line stands beside it."""
        reasons = (*self.faults, *self._refused)
        return [one.bare for one in reasons if isinstance(one, LineFault) and self._field_of(one) == field]

    def _errors(self, field: str) -> dict[str, Any]:
        """What is wrong with one line, and whether anything is, as ARIA says it."""
        errors = self._beside(field)
        return {"errors": errors, "invalid": "true" if errors else "false"}

    def _field_of(self, reason: str) -> str | None:
        """The line of the form that a reason is about: lines of the YAML come after the rows."""
        if not isinstance(reason, LineFault):
            return None
        if reason.kind == BALANCE:
            return "balance" if self._shares() else "yaml"
        filled = self._filled(reason.kind)
        return filled[reason.place - 1] if reason.place <= len(filled) else "yaml"

    def _filled(self, kind: str) -> list[str]:
        """The names of the lines of one kind that are filled, in their order."""
        if kind == CLASS:
            return [each["name"] for each in self._classes() if each["value"]]
        return [f"{kind}-{place}" for place in range(MOST_SHOWN) if self._typed(kind, place)]

    @cached_property
    def _read(self) -> tuple[Composition, tuple[str, ...]]:
        try:
            return read_composition(self._dataset, self._plain()), ()
        except StatementError as error:
            return Composition(), error.sentences
        except Conflict as error:
            return Composition(), tuple(error.reasons)

    def _plain(self) -> dict[str, Any]:
        """Rows and YAML together, in the plain form. Raises StatementError for YAML that cannot be read."""
        typed = read_yaml(self.yaml) or {}
        if not isinstance(typed, Mapping):
            raise StatementError("The YAML of what is asked for begins with conditions:, balance: or shifts:.")
        found = dict(typed)
        for prefix, name in LISTS.items():
            rows = [row for place in range(MOST_SHOWN) if (row := self._typed(prefix, place))]
            given = found.get(name) or []
            if rows:
                found[name] = [*rows, *given] if isinstance(given, list) else given
        if shares := self._shares():
            if found.get("balance"):
                raise StatementError("Give the balance in the fields or in the YAML, not in both.")
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
            return {"where": where, "share": _per_cent(amount)}
        return {"where": where, "factor": amount}

    def _shares(self) -> dict[str, str]:
        return {each["label"]: _per_cent(each["value"]) for each in self._classes() if each["value"]}

    def _classes(self) -> list[dict[str, str]]:
        return [
            {"name": f"balance-{place}", "value": self._text(f"balance-{place}"), "label": value,
             "real": self.choices.share(count)}
            for place, (value, count) in enumerate(self.choices.classes(self._target))
        ]  # fmt: skip

    def _text(self, name: str) -> str:
        return str(self.data.get(name, "")).strip()

    # ---- What to show ---------------------------------------------------------------------------------------------

    @property
    def yaml(self) -> str:
        """What stands in the YAML field."""
        if self.is_bound:
            return str(self.data.get("asked", ""))
        return write_yaml(composition_of(self._like)) if self._like and self._like.asked else ""

    @property
    def is_open(self) -> bool:
        """Whether anything of it is filled, so that it must be seen."""
        filled = (self._typed(prefix, place) for prefix in LISTS for place in range(MOST_SHOWN))
        return bool(self.yaml or self.is_refused or "more" in self.data or self._shares() or any(filled))

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
        return [each | self._errors(each["name"]) for each in self._classes()]

    @property
    def balance_errors(self) -> list[str]:
        """What is wrong with the shares together."""
        return self._beside("balance")

    @property
    def yaml_errors(self) -> list[str]:
        """What is wrong with lines of the YAML; which line is said, since they stand in one field."""
        return [str(one) for one in (*self.faults, *self._refused) if self._field_of(one) == "yaml"]

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
        terms = [self.choices.term(name, place, self.data) for place in range(TERMS)]
        return {"terms": terms, "name": name, **self._errors(name), **fields}


def _per_cent(typed: str) -> str:
    """The fields are in per cent, with or without the sign; an empty one stays empty."""
    return f"{typed.removesuffix('%').strip()} %" if typed else ""
