"""Which records a predicate holds for."""

from __future__ import annotations

import numpy as np

from generation.engine.predicates.predicate import CONTINUOUS, Predicate, Term, bounds_of
from generation.engine.predicates.values import Flags, Values


def holds(predicate: Predicate, values: Values) -> Flags:
    """True for each record that satisfies every term. The table must have the predicate's columns."""
    flags = np.ones(values.rows, dtype=bool)
    for term in predicate.terms:
        flags &= _holds(term, values)
    return flags


def _holds(term: Term, values: Values) -> Flags:
    if term.kind == "missing":
        return values.missing(term.column)
    if term.kind == "present":
        return ~values.missing(term.column)
    if values.sdtype(term.column) in CONTINUOUS:
        return _within(term, values)
    texts = values.texts(term.column)
    return np.isin(texts.codes, [texts.code_of(value) for value in term.values])


def _within(term: Term, values: Values) -> Flags:
    numbers, sdtype = values.numbers(term.column), values.sdtype(term.column)
    flags = np.zeros(values.rows, dtype=bool)
    for low, high in (bounds_of(value, sdtype) for value in term.values):
        match term.kind:
            case "from":
                flags |= numbers >= low
            case "over":
                flags |= numbers > high
            case "to":
                flags |= numbers <= high
            case "under":
                flags |= numbers < low
            case _:
                flags |= (numbers >= low) & (numbers <= high)
    return flags
