"""What the records of one run must be. Needs numpy, no pandas."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.composition.demands import Demands
from generation.engine.rules.kinds import CHECKED, REDRAWN, Rule, how_kept
from generation.engine.schema import Schema


@dataclass(frozen=True, slots=True)
class Recipe:
    """Demands in exact counts, rules that every record keeps, or either; `schema` is that of the minimised table.

    Without `can_redraw` (records come in whole persons) there are no demands, and only what can be written is kept.
    """

    schema: Schema = ()
    demands: Demands | None = None
    rules: tuple[Rule, ...] = ()
    can_redraw: bool = True

    def __bool__(self) -> bool:
        return bool(self.demands or self.rules)

    def how(self, rule: Rule) -> str:
        """How sampling keeps the rule."""
        kept = how_kept(rule, self.schema)
        return CHECKED if kept == REDRAWN and not self.can_redraw else kept


NOTHING = Recipe()
