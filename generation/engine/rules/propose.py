"""Rules that every training record keeps, proposed with their evidence.

No proposal shows a value that fewer than k records hold: bounds are rounded outwards from values that k records reach,
and dropped when a record lies beyond them; values named in fixed combinations and implications have k records each.
An implication that few records are about is an accident of a small group: it is not proposed.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from itertools import combinations, islice, permutations, product
from typing import TypeVar

import numpy as np

from generation.engine.predicates.predicate import CONTINUOUS, Predicate, Term
from generation.engine.predicates.values import Codes, Flags, Floats, Texts, Values
from generation.engine.rules.checking import applies, broken
from generation.engine.rules.kinds import Fixed, Format, Implication, Order, Range, Rule, Sum, Unique
from generation.engine.rules.strength import LEAST_SHARE, Evidence, is_accident
from generation.engine.schema import Sdtype

T = TypeVar("T")

LEAST_RECORDS = 100
MOST_CATEGORIES = 100
MOST_COLUMNS = 40
MOST_SUMMANDS = 12
# An order that random pairs keep as often only says that one column is larger: no rule.
TRIVIAL_ORDER = 0.95
# A value that follows where it is this common anyway says little.
TRIVIAL_SHARE = 0.9
MOST_IMPLICATIONS = 20
PROBE = 1_000


def evidence_of(rule: Rule, values: Values) -> Evidence:
    """How the training records keep the rule."""
    of = applies(rule, values)
    surprises = _surprises(rule, values) if isinstance(rule, Fixed) else None
    return Evidence(of - int(broken(rule, values).sum()), of, values.rows, surprises)


def _surprises(rule: Fixed, values: Values) -> float:
    """How many records of categories seen before would have another value, drawn at random from the second column."""
    first, second = values.texts(rule.column).codes, values.texts(rule.fixes).codes
    shares = np.bincount(second + 1) / max(1, len(second))
    repeated = int((first >= 0).sum()) - len(np.unique(first[first >= 0]))
    return float(repeated * (1 - (shares**2).sum()))


def propose_rules(values: Values, k: int) -> list[tuple[Rule, Evidence]]:
    """Ranges, orders, sums, fixed combinations, implications, forms and keys that every training record keeps."""
    found: list[tuple[Rule, Evidence]] = []
    for rule in _candidates(values, k):
        evidence = evidence_of(rule, values)
        enough = k if isinstance(rule, Implication) else LEAST_RECORDS
        if evidence.held == evidence.of >= enough and not is_accident(rule, evidence):
            found.append((rule, evidence))
    return found


def _candidates(values: Values, k: int) -> Iterator[Rule]:
    of_kind = {kind: _names(values, kind) for kind in Sdtype}
    numbers, dates = of_kind[Sdtype.NUMERICAL], of_kind[Sdtype.DATETIME]
    classes = [*of_kind[Sdtype.CATEGORICAL], *of_kind[Sdtype.BOOLEAN]]
    coarse = [name for name in (*classes, *numbers) if _is_coarse(name, values)]
    yield from _known(_range(name, values, k) for name in (*numbers, *dates))
    for names in (numbers, dates):
        yield from (Order(a, b) for a, b in permutations(names, 2) if is_ordered(values.numbers(a), values.numbers(b)))
    yield from _sums(numbers[:MOST_SUMMANDS], values)
    fixed = list(_known(_fixed(a, b, values, k) for a, b in permutations(coarse, 2)))
    yield from fixed
    following = [name for name in classes if name in coarse]
    gaps = [name for name in (*numbers, *dates) if values.missing(name).sum() >= k]
    pairs = [(a, b) for a, b in product(following, [*following, *gaps]) if a != b]
    known = {rule.columns for rule in fixed}
    yield from _implications([pair for pair in pairs if pair not in known], values, k)
    yield from _known(_form(name, values, k) for name in of_kind[Sdtype.CATEGORICAL])
    yield from (Unique((name,)) for name in of_kind[Sdtype.ID] if not values.missing(name).any())


def _known(rules: Iterable[T | None]) -> Iterator[T]:
    return (rule for rule in rules if rule is not None)


def _names(values: Values, kind: Sdtype) -> list[str]:
    return [spec.name for spec in values.schema[:MOST_COLUMNS] if spec.sdtype is kind]


def _is_coarse(name: str, values: Values) -> bool:
    return 2 <= len(values.texts(name).categories) <= MOST_CATEGORIES


def is_ordered(a: Floats, b: Floats) -> bool:
    """Whether a <= b wherever both are known, somewhere a < b, and not just because all of a lies below b."""
    known = ~(np.isnan(a) | np.isnan(b))
    first, then = a[known], b[known]
    if len(first) < LEAST_RECORDS or (first > then).any() or not (first < then).any():
        return False
    shuffled = np.random.default_rng(0).permutation(then)
    return bool((first <= shuffled).mean() < TRIVIAL_ORDER)


def goes_with_one(first: Codes, second: Codes, categories: int) -> Flags:
    """For each category of the first column: whether all its records have one value of the second (-1 is a value)."""
    lowest = np.full(categories, np.iinfo(np.int64).max)
    highest = np.full(categories, -2, dtype=np.int64)
    known = first >= 0
    np.minimum.at(lowest, first[known], second[known])
    np.maximum.at(highest, first[known], second[known])
    return np.asarray(lowest == highest)


def _range(name: str, values: Values, k: int) -> Range | None:
    """Bounds rounded outwards from what k records reach; one that a record lies beyond is left open."""
    numbers = np.sort(values.numbers(name)[~values.missing(name)])
    if len(numbers) < max(LEAST_RECORDS, 2 * k) or numbers[k - 1] == numbers[-k]:
        return None
    if values.sdtype(name) is Sdtype.DATETIME:
        return _years(name, numbers, k)
    low, high = outwards(float(numbers[k - 1]), float(numbers[-k]))
    low = 0.0 if low > numbers[0] >= 0 else low
    bounds = _plain(low) if low <= numbers[0] else None, _plain(high) if high >= numbers[-1] else None
    return Range(name, *bounds) if any(bound is not None for bound in bounds) else None


def _years(name: str, seconds: Floats, k: int) -> Range | None:
    first, last = (_year(moment) for moment in (seconds[k - 1], seconds[-k]))
    if (_year(seconds[0]), _year(seconds[-1])) != (first, last):
        return None
    return Range(name, f"{first}-01-01", f"{last}-12-31")


def _year(seconds: float) -> int:
    return int(np.datetime64(int(seconds), "s").astype("datetime64[Y]").astype(int)) + 1970


def outwards(low: float, high: float) -> tuple[float, float]:
    """Both bounds moved outwards to a multiple of the power of ten below their distance; never across zero."""
    step = 10.0 ** math.floor(math.log10(high - low))
    down, up = math.floor(low / step) * step, math.ceil(high / step) * step
    return (down if low < 0 else max(down, 0.0)), (up if high > 0 else min(up, 0.0))


def _plain(number: float) -> str:
    return str(int(number)) if number.is_integer() else repr(round(number, 9))


def _sums(names: list[str], values: Values) -> Iterator[Sum]:
    """a + b = c, where neither part is mostly zero."""
    probe = {name: values.numbers(name)[:PROBE] for name in names}
    for a, b in combinations(names, 2):
        if min((probe[a] != 0).mean(), (probe[b] != 0).mean()) < 0.1:
            continue
        for total in names:
            if total not in (a, b) and _adds_up(probe[a] + probe[b], probe[total]):
                yield Sum((a, b), total, _tolerance(values.numbers(total)))


def _adds_up(added: Floats, total: Floats) -> bool:
    gap = np.abs(added - total)
    gap = gap[~np.isnan(gap)]
    return bool(len(gap) >= LEAST_RECORDS and (gap <= 0.011).all())


def _tolerance(total: Floats) -> float:
    known = total[~np.isnan(total)]
    return 0.0 if (known == np.round(known)).all() else 0.01


def _fixed(a: str, b: str, values: Values, k: int) -> Fixed | None:
    """Each category of a goes with one of b, and there are k records of each."""
    first, second = values.texts(a), values.texts(b)
    counts = np.bincount(first.codes[first.codes >= 0], minlength=len(first.categories))
    if counts.min(initial=k) < k or not goes_with_one(first.codes, second.codes, len(counts)).all():
        return None
    pairs = {text: _text_of(second, first.codes, code) for code, text in enumerate(first.categories)}
    return Fixed(a, b, tuple(pairs.items())) if len(set(pairs.values())) > 1 else None


def fixed_pairs(rule: Fixed, values: Values, k: int) -> Fixed | None:
    """A fixed combination whose values were not given, with those of the training records; None when a value of the
    first column that k records have goes with several of the second."""
    first, second = values.texts(rule.column), values.texts(rule.fixes)
    counts = np.bincount(first.codes[first.codes >= 0], minlength=len(first.categories))
    one = goes_with_one(first.codes, second.codes, len(counts))
    if not one[counts >= k].all() or not (counts >= k).any():
        return None
    kept = [code for code in range(len(counts)) if counts[code] >= k]
    return Fixed(
        rule.column, rule.fixes, tuple((first.categories[code], _text_of(second, first.codes, code)) for code in kept)
    )


def _text_of(second: Texts, first: Codes, code: int) -> str | None:
    """What the first record of this code has in the second column."""
    found = int(second.codes[int(np.argmax(first == code))])
    return second.categories[found] if found >= 0 else None


def _implications(pairs: list[tuple[str, str]], values: Values, k: int) -> Iterator[Implication]:
    """If a is x then b is y, or b is missing: where that is not so of most records anyway."""
    return islice((rule for a, b in pairs for rule in _of_pair(a, b, values, k)), MOST_IMPLICATIONS)


def _of_pair(a: str, b: str, values: Values, k: int) -> Iterator[Implication]:
    first, second = values.texts(a), _following(b, values)
    counts = np.bincount(first.codes[first.codes >= 0], minlength=len(first.categories))
    one = goes_with_one(first.codes, second.codes, len(counts)) & (counts >= max(LEAST_SHARE * values.rows, k))
    for code in np.flatnonzero(one):
        text = _text_of(second, first.codes, int(code))
        share = float((second.codes == (-1 if text is None else second.code_of(text))).mean())
        if text != PRESENT and share < TRIVIAL_SHARE and share * values.rows >= k:
            yield Implication(_is(a, first.categories[code]), _is(b, text))


PRESENT = "\0present"


def _following(name: str, values: Values) -> Texts:
    """The categories of the column; of numbers and dates, only whether they are missing."""
    if values.sdtype(name) not in CONTINUOUS:
        return values.texts(name)
    return Texts(np.where(values.missing(name), -1, 0), (PRESENT,))


def _is(name: str, text: str | None) -> Predicate:
    return Predicate((Term(name, "missing") if text is None else Term(name, "in", (text,)),))


def _form(name: str, values: Values, k: int) -> Format | None:
    """The one shape that all of many values have, such as two letters and four digits; it must hold a digit."""
    texts = values.texts(name)
    shapes = {_shape(text) for text in texts.categories[:PROBE]}
    if len(texts.categories) < max(20, k) or len(shapes) != 1 or r"\d" not in (pattern := shapes.pop()):
        return None
    return Format(name, pattern)


def _shape(text: str) -> str:
    pieces = []
    for run in re.finditer(r"[0-9]+|[A-Z]+|[a-z]+|.", text, re.DOTALL):
        piece = run.group()
        kind = r"\d" if piece[0].isdigit() else "[A-Z]" if piece[0].isupper() else "[a-z]" if piece[0].islower() else ""
        pieces.append(f"{kind}{{{len(piece)}}}" if kind else re.escape(piece))
    return "".join(pieces)
