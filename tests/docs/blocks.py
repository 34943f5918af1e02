"""The code of a documentation page, and what the page says that it prints."""

from __future__ import annotations

import re
from pathlib import Path

BLOCK = re.compile(r"^```(python|text)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def blocks_of(page: Path) -> list[tuple[str, str]]:
    """(code, what it prints) of each Python block of the page; the text block right after it is what it prints."""
    found: list[tuple[str, str]] = []
    for language, text in BLOCK.findall(page.read_text(encoding="utf-8")):
        if language == "python":
            found.append((text, ""))
        else:
            found[-1] = (found[-1][0], text)
    return found
