"""Which records break a rule. What is missing breaks none, unless the rule is about missing values."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from generation.engine.predicates.holding import holds
from generation.engine.predicates.predicate import bounds_of
from generation.engine.predicates.values import Codes, Flags, Values
from generation.engine.rules.kinds import Fixed, Format, Implication, Order, Range, Rule, Sum, Unique

# Sums of float64 are off by a few units in the last place.
ROUNDING = 1e-9


def can_check(rule: Rule, values: Values) -> bool:
    """Whether the table has all the rule's columns."""
    return values.names.issuperset(rule.columns)


def broken(rule: Rule, values: Values) -> Flags:
    """True for each record that breaks the rule; of records with the same key, all but the first."""
    match rule:
        case Order():
            first, then = values.numbers(rule.first), values.numbers(rule.then)
            return np.asarray(first >= then if rule.strictly else first > then)
        case Range():
            return _outside(rule, values)
        case Format():
            return _of_other_form(rule, values)
        case Sum():
            total = values.numbers(rule.total)
            gap = np.abs(added(rule, values) - total)
            return np.asarray(gap > rule.tolerance + ROUNDING * np.maximum(np.abs(total), 1.0))
        case Implication():
            return holds(rule.given, values) & ~holds(rule.then, values)
        case Fixed():
            wanted = fixed_codes(rule, values)
            return np.asarray((wanted != UNTOUCHED) & (values.texts(rule.fixes).codes != wanted))
        case Unique():
            return repeated(keys_of(rule.columns, values))


def applies(rule: Rule, values: Values) -> int:
    """How many records the rule says anything about: those where nothing it compares is missing."""
    if isinstance(rule, Implication):
        return int(holds(rule.given, values).sum())
    if isinstance(rule, Fixed):
        return int((fixed_codes(rule, values) != UNTOUCHED).sum())
    present = ~np.logical_or.reduce([values.missing(column) for column in rule.columns])
    return int(present.sum())


def added(rule: Sum, values: Values) -> np.ndarray:
    """The sum of the parts; NaN where one is missing."""
    return np.asarray(np.sum([values.numbers(part) for part in rule.parts], axis=0))


UNTOUCHED, ABSENT = -3, -2


def fixed_codes(rule: Fixed, values: Values) -> Codes:
    """The code that `fixes` must have; UNTOUCHED where the rule says nothing, ABSENT when no record has the value."""
    first, second = values.texts(rule.column), values.texts(rule.fixes)
    place = {text: code for code, text in enumerate(second.categories)}
    wanted = {value: -1 if other is None else place.get(other, ABSENT) for value, other in rule.pairs}
    table = np.array([*(wanted.get(text, UNTOUCHED) for text in first.categories), UNTOUCHED], dtype=np.int64)
    return np.asarray(table[first.codes])


def keys_of(columns: Sequence[str], values: Values) -> Codes:
    """One number for each distinct combination; -1 where a value is missing."""
    keys = np.zeros(values.rows, dtype=np.int64)
    missing = np.zeros(values.rows, dtype=bool)
    for column in columns:
        codes = values.texts(column).codes
        missing |= codes < 0
        _, keys = np.unique(keys * (int(codes.max(initial=0)) + 1) + np.maximum(codes, 0), return_inverse=True)
    return np.where(missing, -1, keys)


def repeated(keys: Codes) -> Flags:
    """True for all but the first record of each key; -1 is no key."""
    _, first = np.unique(keys, return_index=True)
    flags = np.ones(len(keys), dtype=bool)
    flags[first] = False
    return flags & (keys >= 0)


def _outside(rule: Range, values: Values) -> Flags:
    numbers, sdtype = values.numbers(rule.column), values.sdtype(rule.column)
    flags = np.zeros(values.rows, dtype=bool)
    if rule.low is not None:
        flags |= numbers < bounds_of(rule.low, sdtype)[0]
    if rule.high is not None:
        flags |= numbers > bounds_of(rule.high, sdtype)[1]
    return flags


def _of_other_form(rule: Format, values: Values) -> Flags:
    texts = values.texts(rule.column)
    fits = pc.match_substring_regex(pa.array(texts.categories, pa.string()), rf"\A(?:{rule.pattern})\z")
    return np.asarray(~np.array([*fits.to_pylist(), True], dtype=bool)[texts.codes])
