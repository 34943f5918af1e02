"""What somebody wrote by hand in YAML or JSON, read as what must stand there, or one sentence that names the place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from generation.engine.errors import SuiteError

MOST_ROWS = 1_000_000
_LONGEST_NAME = 60
# Fifteen digits are what a floating point number holds without loss.
_NUMBER = r"(-?\d{1,15}(?:\.\d{1,15})?)"
_RANGE = re.compile(rf"\s*{_NUMBER}\s+to\s+{_NUMBER}\s*", re.ASCII)
_LIKE_A_RANGE = re.compile(r"\s*-?\d+(?:\.\d+)?\s+to\s+-?\d+(?:\.\d+)?\s*")


@dataclass(frozen=True, slots=True)
class Written:
    """A value, the `file` and the `path` in it where it stands. Every reading raises SuiteError for what is none."""

    plain: Any
    file: str
    path: str = ""

    def parts(self) -> dict[str, Written]:
        """The parts of a mapping by name; of nothing, none."""
        if self.plain and not isinstance(self.plain, dict):
            raise self.fault("a mapping")
        return {str(name): self._below(name, value) for name, value in (self.plain or {}).items()}

    def part(self, name: str) -> Written:
        """One part of a mapping; nothing where there is none of that name."""
        return self.parts().get(name, self._below(name, None))

    def items(self) -> list[Written]:
        """The items of a list; of nothing, none."""
        if self.plain and not isinstance(self.plain, list | tuple):
            raise self.fault("a list")
        return [self._below(place, value) for place, value in enumerate(self.plain or (), start=1)]

    def text(self, otherwise: str = "") -> str:
        """A text, number or truth value as a text; `otherwise` where nothing stands."""
        if self.plain is None:
            return otherwise
        if not isinstance(self.plain, str | int | float):
            raise self.fault("a text")
        return str(self.plain)

    def name(self) -> str:
        """A text that is not empty."""
        if not (text := self.text()):
            raise self.fault("a text")
        return text

    def texts(self, *, least: int = 0) -> tuple[str, ...]:
        """The texts of a list, `least` of them or more, or the one that stands there alone."""
        is_list = isinstance(self.plain, list | tuple)
        found = tuple(item.text() for item in (self.items() if is_list else [self]) if item.plain is not None)
        if len(found) < least:
            raise self.fault("a text, or a list of texts")
        return found

    def names(self, *, least: int = 0) -> tuple[str, ...]:
        """The texts that are not empty, `least` of them or more."""
        return Written([text for text in self.texts() if text], self.file, self.path).texts(least=least)

    def truth(self) -> bool:
        """Whether it says yes."""
        return self.text().lower() in ("true", "yes")

    def count(self) -> int:
        """A whole number from 1."""
        text = self.text()
        if not re.fullmatch(r"\d{1,7}", text, re.ASCII) or not 1 <= int(text) <= MOST_ROWS:
            raise self.fault(f"a whole number from 1 to {MOST_ROWS:,}")
        return int(text)

    def counts(self) -> tuple[int, int]:
        """A range of whole numbers such as "2 to 3", or a number alone."""
        found = re.fullmatch(r"(\d{1,7})(?: to (\d{1,7}))?", self.text(), re.ASCII)
        low, high = (int(found[1]), int(found[2] or found[1])) if found else (0, 0)
        if not low <= high or not 1 <= high <= MOST_ROWS:
            raise self.fault('a whole number or a range such as "1 to 3", the smaller number first')
        return low, high

    def fault(self, what: str) -> SuiteError:
        """The error that says what must stand here."""
        place = f"In the {self.file}, {self.path}" if self.path else f"The {self.file}"
        return SuiteError("wrong_form", f"{place} must be {what}.")

    def _below(self, name: Any, value: Any) -> Written:
        short = str(name)[:_LONGEST_NAME]
        return Written(value, self.file, f"{self.path}.{short}" if self.path else short)


def range_in(text: str) -> tuple[str, str] | None:
    """The two numbers of a range such as "5 to 500", None for another text. SuiteError for an empty range."""
    if not _LIKE_A_RANGE.fullmatch(text):
        return None
    found = _RANGE.fullmatch(text)
    if found is None or float(found[1]) > float(found[2]):
        raise SuiteError("bad_range", "A range has two numbers of at most 15 digits, and the smaller one comes first.")
    return found[1], found[2]
