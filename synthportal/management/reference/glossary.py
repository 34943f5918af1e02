"""The words of the portal as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import PurePosixPath

from synthportal.management.reference.page import head, row
from synthportal.web.glossary import WORDS


def lines() -> Iterator[str]:
    """Each word with its meaning and the page that tells more."""
    yield head("word", "what it means", "more")
    for word in WORDS:
        title = PurePosixPath(word.page).stem.replace("-", " ")
        yield row(f"**{word.term}**", word.meaning, f"[{title}](../{word.page})")
