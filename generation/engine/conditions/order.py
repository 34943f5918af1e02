"""What the records of one run must be. Needs numpy, no pandas."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.conditions.demands import Demands
from generation.engine.rules.kinds import Rule
from generation.engine.schema import Schema


@dataclass(frozen=True, slots=True)
class Order:
    """Demands in exact counts, rules that every record keeps, or either; `schema` is that of the minimised table."""

    schema: Schema = ()
    demands: Demands | None = None
    rules: tuple[Rule, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.demands or self.rules)


NOTHING = Order()
