"""Log lines by template: words as they were, values that k lines share as often as they did, all others invented."""

from __future__ import annotations

import string
from bisect import bisect_right
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from generation.engine.errors import FitError
from generation.engine.llm.logs.templates import SLOT, mined
from generation.engine.progress import Progress, silent

TRIES = 50
# Shorter values are so few that an invented one meets a real one whatever is done.
TELLING_LETTERS = 5


@dataclass(frozen=True, slots=True)
class SlotModel:
    """What stands in one slot: values that k lines share, and forms for the rest ("9" a digit, "x" a letter), with
    their counts summed up."""

    choices: tuple[tuple[str, bool], ...]
    sums: tuple[int, ...]


@dataclass(frozen=True)
class LogModel:
    """Templates of at least k lines, with their slots; `known` are the source's rare values and words, which never come
    again."""

    templates: tuple[tuple[str, ...], ...]
    sums: tuple[int, ...]
    slots: tuple[tuple[SlotModel, ...], ...]
    known: frozenset[str]
    left_out: int


def fit_log(lines: Sequence[str], *, k: int = 5, progress: Progress = silent) -> LogModel:
    """Learn log lines (without their times). FitError where no template has k lines.

    `left_out` of the model counts lines of templates that fewer have.
    """
    found = mined(lines, progress)
    kept = [template for template in found if template.lines >= k]
    if not kept:
        raise FitError("no_templates", f"No template of these lines is shared by {k} of them.")
    counts = Counter(value for template in found for values in template.values for value in values.elements())
    counts.update(word for line in lines for word in set(line.split()) if any(map(str.isdigit, word)))
    rare = {value for value, count in counts.items() if count < k}
    return LogModel(
        tuple(template.words for template in kept),
        tuple(accumulate(template.lines for template in kept)),
        tuple(tuple(_slot(values, k) for values in template.values) for template in kept),
        frozenset(value for value in rare if len(value) >= TELLING_LETTERS),
        sum(template.lines for template in found) - sum(template.lines for template in kept),
    )


def write_log(model: LogModel, count: int, seed: int) -> list[str]:
    """`count` lines, templates in the shares of the source. The same arguments give the same lines."""
    rng = np.random.default_rng(seed)
    places = np.searchsorted(model.sums, rng.random(count) * model.sums[-1], side="right").tolist()
    return [_line(model, place, rng) for place in places]


def _line(model: LogModel, place: int, rng: np.random.Generator) -> str:
    """A line of one template; one whose parts make up a rare word of the source is drawn again."""
    line = ""
    for _ in range(TRIES):
        values = iter([_value(slot, model.known, rng) for slot in model.slots[place]])
        line = "".join(next(values) if word == SLOT else word for word in model.templates[place])
        if model.known.isdisjoint(line.split()):
            break
    return line


def _value(slot: SlotModel, known: frozenset[str], rng: np.random.Generator) -> str:
    text, is_form = slot.choices[bisect_right(slot.sums, rng.random() * slot.sums[-1])]
    if not is_form:
        return text
    for _ in range(TRIES):
        made = _filled(text, rng)
        if made not in known:
            return made
    # All values of this form are taken: a longer one is nobody's.
    return _filled(text + text[-1:], rng)


def _filled(form: str, rng: np.random.Generator) -> str:
    """A value of this form; no number begins with a nought that did not."""
    draws = rng.integers(0, 1 << 16, len(form)).tolist()
    made = [_letter(character, draw) for character, draw in zip(form, draws, strict=True)]
    if form[:1] == "9" and len(form) > 1 and form[1] == "9" and made[0] == "0":
        made[0] = "1"
    return "".join(made)


def _letter(character: str, draw: int) -> str:
    pools = {"9": string.digits, "x": string.ascii_lowercase, "X": string.ascii_uppercase, "h": "0123456789abcdef"}
    pool = pools.get(character)
    return pool[draw % len(pool)] if pool else character


def _slot(values: Counter[str], k: int) -> SlotModel:
    choices: Counter[tuple[str, bool]] = Counter()
    for value, count in values.items():
        choices[(value, False) if count >= k else (_form(value), True)] += count
    ordered = sorted(choices.items())
    return SlotModel(tuple(choice for choice, _ in ordered), tuple(accumulate(count for _, count in ordered)))


def _form(value: str) -> str:
    """The value's shape: a hexadecimal code stays one, signs stay as they are."""
    bare = value.replace("-", "").removeprefix("0x")
    if len(bare) >= 8 and all(character in string.hexdigits for character in bare) and not bare.isdecimal():
        return "".join("h" if character in string.hexdigits else character for character in value)
    return "".join(
        "9" if c.isdigit() else ("X" if c.isupper() else "x") if c.isalpha() else c for c in value
    )  # fmt: skip
