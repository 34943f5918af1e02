"""A hand at a page that counts what it does: clicks, fields and keys."""

from __future__ import annotations

from dataclasses import astuple, dataclass
from pathlib import Path

from playwright.sync_api import Locator, Page


@dataclass(frozen=True, slots=True)
class Effort:
    """What a task takes. A tick and an opened fold are clicks; a chosen file or option is a field."""

    clicks: int = 0
    fields: int = 0
    keys: int = 0

    def __add__(self, other: Effort) -> Effort:
        return Effort(*(mine + more for mine, more in zip(astuple(self), astuple(other), strict=True)))


class Hand:
    """Does on a page what a person does with mouse and keys, and keeps count."""

    def __init__(self, page: Page) -> None:
        self.page, self.done = page, Effort()

    def click(self, what: Locator) -> None:
        """A link, a button, a summary or a tick."""
        what.click()
        self.done += Effort(clicks=1)

    def fill(self, what: Locator, words: str) -> None:
        """Words into a field; typing them is one field, however long."""
        what.fill(words)
        self.done += Effort(fields=1)

    def choose(self, what: Locator, file: Path) -> None:
        """A file into its field."""
        what.set_input_files(str(file))
        self.done += Effort(fields=1)

    def press(self, *keys: str) -> None:
        """Keys one after the other; a key with Ctrl is one."""
        for key in keys:
            self.page.keyboard.press(key)
            self.done += Effort(keys=1)

    def link(self, name: str) -> None:
        """Click the first link with exactly these words."""
        self.click(self.page.get_by_role("link", name=name, exact=True).first)

    def button(self, name: str) -> None:
        """Click the first button with exactly these words."""
        self.click(self.page.get_by_role("button", name=name, exact=True).first)
