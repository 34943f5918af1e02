"""Rules from their plain form, which is that of YAML and API. Standard library and Arrow's regular expressions only.

- {kind: order, first: start, then: end}
- {kind: range, column: age, from: 0, to: 120}
- {kind: format, column: code, pattern: "[A-Z]{2}[0-9]{4}"}
- {kind: sum, parts: [net, tax], total: gross, tolerance: 0.01}
- {kind: implication, if: {status: open}, then: {closed: {missing: true}}}
- {kind: fixed, column: city, fixes: country, values: {Bonn: DE, Lyon: FR}}
- {kind: unique, columns: [number]}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from generation.engine.predicates.predicate import CONTINUOUS, Lookup, StatementError, Term, parse_where
from generation.engine.rules.kinds import KINDS, Fixed, Format, Implication, Order, Range, Rule, Sum, Unique
from generation.engine.schema import ColumnSpec, Schema, Sdtype

MOST_RULES = 100
LONGEST_PATTERN = 200
MOST_PARTS = 20
MOST_PAIRS = 2_000
_FOREIGN = (
    "a foreign key needs a second table, and a dataset is one table. What one column says of another within the table "
    "is a fixed combination."
)


def parse_rules(plain: object, schema: Schema) -> tuple[Rule, ...]:
    """The rules of a list. Raises StatementError with every fault and the place of its rule."""
    given = plain.get("rules") if isinstance(plain, Mapping) else plain
    if given is None or given == "":
        return ()
    if not isinstance(given, list | tuple) or len(given) > MOST_RULES:
        raise StatementError(f"Rules are a list of at most {MOST_RULES}, each with its kind; the guide has an example.")
    columns, faults, rules = Lookup(schema), list[str](), list[Rule]()
    for place, one in enumerate(given, start=1):
        try:
            rules.append(parse_rule(one, columns))
        except StatementError as error:
            faults += [f"Rule {place}: {sentence}" for sentence in error.sentences]
    if faults:
        raise StatementError(*faults)
    return tuple(dict.fromkeys(rules))


def parse_rule(one: object, columns: Lookup) -> Rule:
    """One rule. Raises StatementError."""
    if not isinstance(one, Mapping):
        raise StatementError("a rule is a mapping with a kind.")
    kind = str(one.get("kind", "")).strip()
    if kind.replace(" ", "_") in ("foreign_key", "reference"):
        raise StatementError(_FOREIGN)
    if kind not in KINDS:
        raise StatementError(f"the kind is one of: {', '.join(KINDS)}.")
    words, parse = _PARSERS[kind]
    if unknown := set(one) - words - {"kind"}:
        raise StatementError(
            f"the kind {kind} has no {', '.join(sorted(map(str, unknown)))}; it has {', '.join(words)}."
        )
    return parse(one, columns)


def _order(one: Mapping[str, Any], columns: Lookup) -> Order:
    first, then = columns(one.get("first", "")), columns(one.get("then", ""))
    if first.sdtype not in CONTINUOUS or then.sdtype is not first.sdtype or first == then:
        raise StatementError("an order is between two columns of numbers, or two columns of dates.")
    return Order(first.name, then.name, _is_true(one.get("strictly", False)))


def _range(one: Mapping[str, Any], columns: Lookup) -> Range:
    spec = columns(one.get("column", ""))
    bounds = {word: one[word] for word in ("from", "to") if one.get(word) not in (None, "")}
    if spec.sdtype not in CONTINUOUS or not bounds:
        raise StatementError("a range needs a column of numbers or dates, and from, to or both.")
    terms = {term.kind: term.values[0] for term in parse_where({spec.name: bounds}, columns).terms}
    return Range(spec.name, terms.get("from"), terms.get("to"))


def _format(one: Mapping[str, Any], columns: Lookup) -> Format:
    spec = columns(one.get("column", ""))
    if spec.sdtype in (*CONTINUOUS, Sdtype.BOOLEAN):
        raise StatementError("a form is for texts, categories and identifiers.")
    return Format(spec.name, checked_pattern(str(one.get("pattern", ""))))


def checked_pattern(pattern: str) -> str:
    """The pattern, once RE2 takes it: RE2 matches in linear time, so no pattern can run away. Raises StatementError."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if not 1 <= len(pattern) <= LONGEST_PATTERN:
        raise StatementError(f"a pattern is a regular expression of 1 to {LONGEST_PATTERN} characters.")
    try:
        pc.match_substring_regex(pa.array([""]), pattern)
    except pa.ArrowInvalid:
        raise StatementError(
            "the pattern is no regular expression that can be checked in linear time (RE2: groups, classes and counts, "
            "no look-around and no back-reference)."
        ) from None
    return pattern


def _sum(one: Mapping[str, Any], columns: Lookup) -> Sum:
    parts = one.get("parts")
    if not isinstance(parts, list | tuple) or not 2 <= len(parts) <= MOST_PARTS:
        raise StatementError(f"a sum has 2 to {MOST_PARTS} parts.")
    specs = [columns(part) for part in (*parts, one.get("total", ""))]
    if any(spec.sdtype is not Sdtype.NUMERICAL for spec in specs) or len(set(specs)) < len(specs):
        raise StatementError("the parts and the total of a sum are different columns of numbers.")
    try:
        tolerance = float(str(one.get("tolerance") or 0))
    except ValueError:
        tolerance = -1.0
    if not 0 <= tolerance < float("inf"):
        raise StatementError("the tolerance is a number of at least 0.")
    return Sum(tuple(spec.name for spec in specs[:-1]), specs[-1].name, tolerance)


def _implication(one: Mapping[str, Any], columns: Lookup) -> Implication:
    given, then = parse_where(one.get("if"), columns), parse_where(one.get("then"), columns)
    if set(given.columns) & set(then.columns):
        raise StatementError("what is given and what follows are about different columns.")
    return Implication(given, then)


def _fixed(one: Mapping[str, Any], columns: Lookup) -> Fixed:
    """Without values the pairs are empty: the caller reads them from the training records."""
    column, fixes = columns(one.get("column", "")), columns(one.get("fixes", ""))
    if column == fixes or not all(_has_few_values(spec) for spec in (column, fixes)):
        raise StatementError("a fixed combination is of two columns of categories or numbers.")
    values = one.get("values") or {}
    if not isinstance(values, Mapping) or len(values) > MOST_PAIRS:
        raise StatementError(f"values is a mapping of at most {MOST_PAIRS:,} values to the values they fix.")
    pairs = [(_one(columns, column, value), _one(columns, fixes, other)) for value, other in values.items()]
    return Fixed(column.name, fixes.name, tuple((str(value), other) for value, other in pairs))


def _has_few_values(spec: ColumnSpec) -> bool:
    return spec.sdtype in (Sdtype.CATEGORICAL, Sdtype.BOOLEAN, Sdtype.NUMERICAL)


def _one(columns: Lookup, spec: ColumnSpec, value: object) -> str | None:
    (term,) = parse_where({spec.name: value}, columns).terms
    if term.kind == "missing":
        return None
    if not isinstance(term, Term) or len(term.values) != 1 or term.kind != "in":
        raise StatementError("each value goes with exactly one other.")
    text = term.values[0]
    return _number(text) if spec.sdtype is Sdtype.NUMERICAL else text


def _number(text: str) -> str:
    """As values.py writes numbers."""
    return str(int(float(text))) if float(text).is_integer() else repr(float(text))


def _unique(one: Mapping[str, Any], columns: Lookup) -> Unique:
    given = one.get("columns")
    named = given if isinstance(given, list | tuple) else [given]
    if not 1 <= len(named) <= MOST_PARTS or named == [None]:
        raise StatementError("a key has one column or several.")
    return Unique(tuple(dict.fromkeys(columns(called).name for called in named)))


def _is_true(raw: object) -> bool:
    return str(raw).lower() in ("true", "yes", "1", "on")


_PARSERS: dict[str, tuple[set[str], Callable[[Mapping[str, Any], Lookup], Rule]]] = {
    "order": ({"first", "then", "strictly"}, _order),
    "range": ({"column", "from", "to"}, _range),
    "format": ({"column", "pattern"}, _format),
    "sum": ({"parts", "total", "tolerance"}, _sum),
    "implication": ({"if", "then"}, _implication),
    "fixed": ({"column", "fixes", "values"}, _fixed),
    "unique": ({"columns"}, _unique),
}
