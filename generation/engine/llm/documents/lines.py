"""Lines of a text that are taken one after the other, and the lists among them."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from generation.engine.llm.documents.document import mark_of

ITEM = re.compile(r"^(\s*)(?:[-*+•‣▪◦·–]|\(?(?:\d{1,3}|[a-zA-Z]|[ivx]{1,5})[.)])\s+(?=\S)")
_TASK_BOX = re.compile(r"^\[[ xX]\]\s+")


@dataclass(slots=True)
class Item:
    """An item of a list: its words, how far it is indented, and whether a number stands before it."""

    text: str
    indent: int
    is_numbered: bool


class Lines:
    """The lines that are still to be read."""

    def __init__(self, text: str) -> None:
        self._lines = text.replace("\r\n", "\n").replace("\r", "\n").expandtabs(4).split("\n")
        self._at = 0

    @property
    def are_left(self) -> bool:
        return self._at < len(self._lines)

    @property
    def rest(self) -> list[str]:
        return self._lines[self._at :]

    def peek(self, ahead: int = 0) -> str:
        """The line that comes next, or `ahead` lines later; "" behind the end."""
        at = self._at + ahead
        return self._lines[at] if at < len(self._lines) else ""

    def take(self) -> str:
        self._at += 1
        return self._lines[self._at - 1]

    def skip(self, count: int) -> None:
        self._at += count

    def items(self, interrupts: Callable[[str], bool]) -> list[Item]:
        """The items of the list that begins here; what is indented below one belongs to it, or is one of its own."""
        found: list[Item] = []
        first = ITEM.match(self.peek())
        while self.are_left:
            line = self.peek()
            if (mark := ITEM.match(line)) and found and first and _is_other_list(first, mark):
                break
            if mark:
                indent, is_numbered = len(mark.group(1)), any(map(str.isdigit, mark.group()))
                found.append(Item(without_bullet(self.take()), indent, is_numbered))
            elif not line.strip():
                if not self._goes_on():
                    break
                self.take()
            elif found and (not self._is_after_blank() or line.startswith("  ")) and not interrupts(line):
                found[-1].text += " " + self.take().strip()
            else:
                break
        return found

    def _is_after_blank(self) -> bool:
        return self._at > 0 and not self._lines[self._at - 1].strip()

    def _goes_on(self) -> bool:
        """Whether a list goes on behind a blank line."""
        after = next((line for line in self.rest if line.strip()), "")
        return bool(ITEM.match(after)) or after.startswith("  ")


def _is_other_list(first: re.Match[str], mark: re.Match[str]) -> bool:
    """Whether an item begins another list: it is numbered where those before have bullets, or the other way round."""
    are_numbered = [any(map(str.isalnum, one.group())) for one in (first, mark)]
    return len(first.group(1)) == len(mark.group(1)) and are_numbered[0] != are_numbered[1]


def marks_of(items: Sequence[Item]) -> Iterator[str]:
    """What stands before each item in the text: deeper ones are indented, numbered ones are counted in their list."""
    above: list[int] = []
    counts: list[int] = []
    for item in items:
        while above and item.indent < above[-1]:
            above.pop()
            counts.pop()
        if not above or item.indent > above[-1] + 1:
            above.append(item.indent)
            counts.append(0)
        counts[-1] += 1
        yield mark_of(len(above) - 1, counts[-1] if item.is_numbered else 0)


def without_bullet(line: str) -> str:
    """The words of an item."""
    return _TASK_BOX.sub("", ITEM.sub("", line).strip())
