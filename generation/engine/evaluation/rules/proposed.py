"""Rules proposed from the training table: what every real record obeys should hold for every synthetic one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt

from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NamedRecord, NotAssessable
from generation.engine.evaluation.study.encoding import EncodedColumn, EncodedTable
from generation.engine.evaluation.study.intervals import wilson
from generation.engine.evaluation.study.study import Study
from generation.engine.rules.propose import goes_with_one, is_ordered
from generation.engine.schema import Sdtype

NAME = "proposed_rules"
MOST_CATEGORIES = 100
MOST_COLUMNS = 40
MOST_NAMED = 200

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Rule:
    """`kind` "order": first <= second; "implication": the first fixes the second; "range": within the real one."""

    kind: str
    first: EncodedColumn
    second: EncodedColumn

    @property
    def words(self) -> str:
        if self.kind == "order":
            return f"{self.first.label} is at most {self.second.label}"
        if self.kind == "implication":
            return f"{self.first.label} fixes {self.second.label}"
        return f"{self.first.label} stays within the real range"

    @property
    def broken_words(self) -> str:
        """What somebody reads beside a record that breaks it."""
        if self.kind == "implication":
            return f"{self.first.label} and {self.second.label} do not go together as in the rest of the table"
        return f"breaks the rule: {self.words}"


def proposed_rules(study: Study) -> Findings:
    """The share of rule checks that synthetic records pass."""
    study.need_rows()
    rules = propose(study.measured[:MOST_COLUMNS], study.training)
    if not rules:
        raise NotAssessable("The training table obeys no order, range or implication that could be checked.")
    kept = [(rule, broken(rule, study.training, study.synthetic)) for rule in rules]
    checks = len(rules) * len(study.synthetic)
    failed = sum(int(flags.sum()) for _, flags in kept)
    lower, upper = wilson(checks - failed, checks)
    sentence = f"{failed:,} of {checks:,} checks fail against {len(rules)} rules that every training record obeys."
    details = {"rules": [{"rule": rule.words, "kind": rule.kind, "broken": int(flags.sum())} for rule, flags in kept]}
    metric = Metric(
        Group.RULES,
        NAME,
        sentence,
        Direction.HIGHER,
        1 - failed / checks,
        lower,
        upper,
        n=checks,
        ceiling=1.0,
        seed=study.seed,
        details=details,
        named=_named(study, kept),
    )
    return Findings((metric,))


def _named(study: Study, kept: list[tuple[Rule, Flags]]) -> tuple[NamedRecord, ...]:
    named = [
        NamedRecord(int(study.synthetic.original[row]), rule.broken_words, 1.0)
        for rule, flags in kept
        for row in np.flatnonzero(flags)[:MOST_NAMED]
    ]
    return tuple(named[:MOST_NAMED])


def propose(columns: tuple[EncodedColumn, ...], real: EncodedTable) -> list[Rule]:
    """Ranges of numbers and dates, orders between dates, implications between categories."""
    continuous = [column for column in columns if column.is_continuous]
    dates = [column for column in continuous if column.spec.sdtype is Sdtype.DATETIME]
    few = [column for column in columns if _is_coarse(column, real)]
    ranges = [Rule("range", column, column) for column in continuous]
    orders = [Rule("order", a, b) for a, b in permutations(dates, 2) if is_ordered(real.values(a), real.values(b))]
    fixed = [Rule("implication", a, b) for a, b in permutations(few, 2) if _fixes(a, b, real)]
    return ranges + orders + fixed


def _is_coarse(column: EncodedColumn, real: EncodedTable) -> bool:
    counts = np.bincount(real.codes(column) + 1)[1:]
    return 2 <= int((counts > 0).sum()) <= MOST_CATEGORIES


def _fixes(a: EncodedColumn, b: EncodedColumn, real: EncodedTable) -> bool:
    """Each category of a goes with one of b only, and 5 records have it."""
    first = real.codes(a).astype(np.int64)
    counts = np.bincount(first[first >= 0], minlength=len(a.categories))
    one = goes_with_one(first, real.codes(b).astype(np.int64), len(a.categories))
    return bool(one[counts > 0].all() and (counts[counts > 0] >= 5).all())


def _seen(a: EncodedColumn, b: EncodedColumn, table: EncodedTable) -> Flags:
    seen = np.zeros((len(a.categories), len(b.categories) + 1), dtype=bool)
    known = table.codes(a) >= 0
    seen[table.codes(a)[known], table.codes(b)[known] + 1] = True
    return seen


def broken(rule: Rule, real: EncodedTable, synthetic: EncodedTable) -> Flags:
    """Which synthetic records break the rule; what is missing breaks none."""
    if rule.kind == "order":
        return np.asarray(synthetic.values(rule.first) > synthetic.values(rule.second))
    if rule.kind == "range":
        values = real.values(rule.first)
        found = synthetic.values(rule.first)
        return np.asarray((found < np.nanmin(values)) | (found > np.nanmax(values)))
    first, second = synthetic.codes(rule.first), synthetic.codes(rule.second)
    allowed: Flags = _seen(rule.first, rule.second, real)
    is_known = (first >= 0) & np.asarray(allowed.any(axis=1))[first]
    return np.asarray(is_known & ~allowed[first, second + 1])
