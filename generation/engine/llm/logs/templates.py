"""Which lines are one sentence with other values in it: templates, mined in the way of Drain.

He, Zhu, Zheng and Lyu, "Drain: an online log parsing approach with fixed depth tree" (ICWS 2017): lines are parted by
their number of words and their first word, and join the template of their part that most of their words agree with.
What has the form of a value is a slot from the beginning, so that the first line of a template does not decide.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import repeat

from generation.engine.progress import Progress, silent

SIMILAR = 0.6
SLOT = "<*>"
# A placeholder of what was redacted and a long code stay whole; else digits are apart from what stands around them, and
# a name from its value.
_PIECE = re.compile(
    r"<[A-Z_]+>"
    r"|(?=[0-9a-fA-F-]*\d)(?=[0-9a-fA-F-]*[a-fA-F])\b[0-9a-fA-F][0-9a-fA-F-]{7,}\b"
    r"|\d+|\s+|[A-Za-z_.-]+[=:](?=\S)|[^\W\d_]+(?:['_-][^\W\d_]+)*|[^\w\s]+|_+"
)
_VALUE = re.compile(r"[\da-fA-F-]*\d[\da-fA-F-]*")


@dataclass(frozen=True, slots=True)
class Template:
    """Words of a line, `SLOT` where they vary, and the level at which it is written; `places` are those of the lines it
    is of, `values` what stands in each slot of each of them."""

    words: tuple[str, ...]
    level: str
    places: tuple[int, ...]
    values: tuple[tuple[str, ...], ...]

    @property
    def lines(self) -> int:
        return len(self.places)


@dataclass(slots=True)
class _Growing:
    words: list[str]
    level: str
    lines: list[tuple[str, ...]] = field(default_factory=list)
    places: list[int] = field(default_factory=list)

    def likeness(self, words: Sequence[str]) -> float:
        """Share of words that agree; a slot agrees with another slot alone."""
        return sum(one == other for one, other in zip(self.words, words, strict=True)) / max(1, len(words))

    def take(self, words: Sequence[str], line: tuple[str, ...], place: int) -> None:
        self.places.append(place)
        self.words = [one if one == other else SLOT for one, other in zip(self.words, words, strict=True)]
        self.lines.append(line)


def mined(
    lines: Iterable[str], levels: Iterable[str] | None = None, progress: Progress = silent
) -> list[Template]:  # fmt: skip
    """The templates of lines, the commonest first; lines of two `levels` share none."""
    parts: defaultdict[tuple[int, str, str], list[_Growing]] = defaultdict(list)
    for done, (line, level) in enumerate(zip(lines, levels or repeat(""), strict=False)):
        if done % 1_000 == 0:
            progress("finding templates", done, 0)
        pieces = cut(line)
        words = [SLOT if _is_value(piece) else piece for piece in pieces]
        near = parts[len(words), words[0] if words else "", level]
        best = max(near, key=lambda template: template.likeness(words), default=None)
        if best is None or best.likeness(words) < SIMILAR:
            best = _Growing(list(words), level)
            near.append(best)
        best.take(words, pieces, done)
    found = [_template(growing) for growings in parts.values() for growing in growings]
    return sorted(found, key=lambda template: (-template.lines, template.level, template.words))


def cut(line: str) -> tuple[str, ...]:
    """A line in pieces: words, numbers, codes, what stands between them; joined they are the line.

    >>> cut("user=anna took 12ms")
    ('user=', 'anna', ' ', 'took', ' ', '12', 'ms')
    """
    return tuple(_PIECE.findall(line.strip()))


def _is_value(piece: str) -> bool:
    return _VALUE.fullmatch(piece) is not None


def _template(growing: _Growing) -> Template:
    slots = [place for place, word in enumerate(growing.words) if word == SLOT]
    values = tuple(tuple(line[place] for line in growing.lines) for place in slots)
    return Template(tuple(growing.words), growing.level, tuple(growing.places), values)
