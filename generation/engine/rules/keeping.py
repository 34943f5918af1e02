"""Rules kept by construction: what a record must hold is written into it, where that is what the source says anyway.

A fixed combination: the value that the first column fixes replaces the one drawn. A sum: the total is added up anew. An
implication of one value: the value follows. Drawing again instead would thin out the records that the rule is about,
until hardly any is left. All other rules are kept by drawing again (conditions/filling.py).
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd

from generation.engine.predicates.holding import holds
from generation.engine.predicates.values import Texts, Values, of_frame
from generation.engine.rules.checking import UNTOUCHED, added, can_check, fixed_codes
from generation.engine.rules.kinds import CONSTRUCTED, Fixed, Implication, Rule, Sum, how_kept
from generation.engine.schema import Schema

# Added-up totals are rounded to so many decimals: enough for cents, and 0.1 + 0.2 is 0.3.
DECIMALS = 6


def constructed(frame: pd.DataFrame, rules: Sequence[Rule], schema: Schema) -> pd.DataFrame:
    """The table with every fixed combination, sum and implied value written into it, in the order of the rules."""
    for rule in rules:
        if isinstance(rule, Fixed | Sum | Implication) and how_kept(rule, schema) == CONSTRUCTED:
            values = of_frame(frame, schema)
            frame = _written(frame, rule, values) if can_check(rule, values) else frame
    return frame


def _written(frame: pd.DataFrame, rule: Fixed | Sum | Implication, values: Values) -> pd.DataFrame:
    match rule:
        case Fixed():
            return _fixed(frame, rule, values)
        case Sum():
            return _added(frame, rule, values)
        case Implication():
            return _implied(frame, rule, values)


def _implied(frame: pd.DataFrame, rule: Implication, values: Values) -> pd.DataFrame:
    (term,) = rule.then.terms
    wrong, text = holds(rule.given, values) & ~holds(rule.then, values), next(iter(term.values), None)
    column = frame[term.column].copy()
    if wrong.any() and (text is not None or _can_be_missing(column)):
        column[wrong] = _value(text, frame[term.column], values.texts(term.column))
    return frame.assign(**{term.column: column})


def _added(frame: pd.DataFrame, rule: Sum, values: Values) -> pd.DataFrame:
    total = np.round(added(rule, values), DECIMALS)
    known = ~np.isnan(total) & ~values.missing(rule.total)
    if np.array_equal(total[known], values.numbers(rule.total)[known]):
        return frame
    drawn = frame[rule.total]
    if drawn.dtype.kind in "iu" and np.mod(total[known], 1).any():
        drawn = drawn.astype("float64")  # whole totals of broken parts: the total tells the truth
    column = drawn.copy()
    column[known] = pd.Series(total[known], index=drawn.index[known]).astype(drawn.dtype)
    return frame.assign(**{rule.total: column})


def _fixed(frame: pd.DataFrame, rule: Fixed, values: Values) -> pd.DataFrame:
    wanted, drawn = fixed_codes(rule, values), values.texts(rule.fixes)
    wrong = (wanted != UNTOUCHED) & (wanted != drawn.codes)
    if not wrong.any():
        return frame
    first, pairs = values.texts(rule.column), dict(rule.pairs)
    column = frame[rule.fixes].copy()
    for code in np.unique(first.codes[wrong]):
        text = pairs[first.categories[code]]
        if text is not None or _can_be_missing(column):
            column[wrong & (first.codes == code)] = _value(text, frame[rule.fixes], drawn)
    return frame.assign(**{rule.fixes: column})


def _can_be_missing(column: pd.Series) -> bool:
    return not (isinstance(column.dtype, np.dtype) and column.dtype.kind in "iub")


def _value(text: str | None, drawn: pd.Series, texts: Texts) -> object:
    """The value that the text stands for in this column: the one drawn where there is one, else read from the text."""
    if text is None:
        return None
    code = texts.code_of(text)
    if code >= 0:
        return drawn.iloc[int(np.flatnonzero(texts.codes == code)[0])]
    if getattr(drawn.dtype, "kind", "O") in "iuf":
        return float(text) if "." in text or drawn.dtype.kind == "f" else int(text)
    return text == "True" if getattr(drawn.dtype, "kind", "O") == "b" else text
