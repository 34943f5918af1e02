"""Log lines by template: words as they were, values that k share as often as they did, all others invented.

Who shares a line is the person it is of, where that is known; else each line counts.
"""

from __future__ import annotations

import string
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import numpy as np

from generation.engine.errors import FitError
from generation.engine.llm.logs.templates import SLOT, Template, mined
from generation.engine.progress import Progress, silent

TRIES = 50
# Shorter values are so few that an invented one meets a real one whatever is done.
TELLING_LETTERS = 5


@dataclass(frozen=True, slots=True)
class SlotModel:
    """What stands in one slot: values that k share, and forms for the rest ("9" a digit, "x" a letter), with
    their counts summed up."""

    choices: tuple[tuple[str, bool], ...]
    sums: tuple[int, ...]


@dataclass(frozen=True)
class LogModel:
    """Templates that k share, with their levels and slots; `known` are the source's rare values and words, which never
    come again."""

    templates: tuple[tuple[str, ...], ...]
    levels: tuple[str, ...]
    sums: tuple[int, ...]
    slots: tuple[tuple[SlotModel, ...], ...]
    known: frozenset[str]
    left_out: int


def fit_log(
    lines: Sequence[str],
    *,
    levels: Sequence[str] | None = None,
    holders: Sequence[str] | None = None,
    k: int = 5,
    progress: Progress = silent,
) -> LogModel:
    """Learn log lines (without their times), each of a level and of a holder, by default itself. FitError where k share
    no template.

    `left_out` of the model counts lines of templates that fewer have.
    """
    whose = holders or [f"#{place}" for place in range(len(lines))]
    found = mined(lines, levels, progress)
    kept = [template for template in found if len({whose[place] for place in template.places}) >= k]
    if not kept:
        raise FitError("no_templates", f"No template of these lines is shared by {k} of them.")
    return LogModel(
        tuple(template.words for template in kept),
        tuple(template.level for template in kept),
        tuple(accumulate(template.lines for template in kept)),
        tuple(
            tuple(_slot(values, [whose[place] for place in template.places], k) for values in template.values)
            for template in kept
        ),
        _rare(lines, found, whose, k),
        sum(template.lines for template in found) - sum(template.lines for template in kept),
    )


def _rare(lines: Sequence[str], found: Sequence[Template], whose: Sequence[str], k: int) -> frozenset[str]:
    """Values of slots, and words with a digit, that fewer than k have and that are long enough to tell."""
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for template in found:
        for values in template.values:
            for value, place in zip(values, template.places, strict=True):
                holders[value].add(whose[place])
    for line, holder in zip(lines, whose, strict=True):
        for word in line.split():
            if any(map(str.isdigit, word)):
                holders[word].add(holder)
    return frozenset(value for value, who in holders.items() if len(who) < k and len(value) >= TELLING_LETTERS)


def write_log(model: LogModel, count: int, seed: int) -> list[str]:
    """`count` lines, templates in the shares of the source. The same arguments give the same lines."""
    return [line for _, line in write_entries(model, count, seed)]


def write_entries(model: LogModel, count: int, seed: int) -> list[tuple[str, str]]:
    """The same with the level of each."""
    rng = np.random.default_rng(seed)
    places = np.searchsorted(model.sums, rng.random(count) * model.sums[-1], side="right").tolist()
    return [(model.levels[place], _line(model, place, rng)) for place in places]


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


def _slot(values: Sequence[str], whose: Sequence[str], k: int) -> SlotModel:
    holders: defaultdict[str, set[str]] = defaultdict(set)
    for value, holder in zip(values, whose, strict=True):
        holders[value].add(holder)
    choices: Counter[tuple[str, bool]] = Counter()
    for value, count in Counter(values).items():
        choices[(value, False) if len(holders[value]) >= k else (_form(value), True)] += count
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
