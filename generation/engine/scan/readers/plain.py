"""Texts, Markdown, prompt templates and source code, in blocks of lines."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedReader

from generation.engine.scan.batch import Batch, Contents, Manner
from generation.engine.tables.facts import Limits
from generation.engine.tables.formats.streams import Borrowed, text_opener


@dataclass(frozen=True, slots=True)
class Packing:
    """How a text is written down."""

    is_gzip: bool
    encoding: str


# A paragraph is looked at as one, because a name or an address may go over the end of a line; but no more than this.
BLOCK_LINES = 60
BLOCK_CHARACTERS = 8_000
BLOCKS = 256
# A line longer than this is cut: no value is.
LINE_BYTES = 1 << 16
# What a template puts in, such as {{ customer.name }}, ${name}, {name} or <name>: it names a value and is none.
_SLOT = re.compile(
    r"\{\{-?\s*[\w.\[\]]+(?:\s*\|\s*[\w:'\", ()]+)*\s*-?\}\}|\{%.*?%\}|\$\{[\w.]+\}|(?<!\{)\{[A-Za-z_][\w.]*\}(?!\})"
)


def open_lines(
    source: Borrowed, packing: Packing, *, limits: Limits, manner: Manner, kind: str, by_line: bool = False
) -> Contents:
    """A text in blocks of lines, or line by line; the place is the line."""
    opener = text_opener(source, packing.is_gzip, packing.encoding, limits.max_unpacked_bytes)
    most = 1 if by_line else BLOCK_LINES
    return Contents(kind, "line", lambda: _batches(opener()[1], manner, most), has_lines=True, is_record=False)


def _batches(stream: BufferedReader, manner: Manner, most_lines: int) -> Iterator[Batch]:
    texts: list[str] = []
    rows: list[int] = []
    for row, text in _blocks(stream, most_lines):
        texts.append(without_slots(text))
        rows.append(row)
        if len(texts) == BLOCKS:
            yield Batch("", texts, rows, manner)
            texts, rows = [], []
    if texts:
        yield Batch("", texts, rows, manner)


def _blocks(stream: BufferedReader, most_lines: int) -> Iterator[tuple[int, str]]:
    """Paragraphs with the number of their first line."""
    lines: list[str] = []
    first = held = 0
    for number, line in _numbered(stream):
        is_blank = not line.strip()
        if lines and (is_blank or len(lines) >= most_lines or held + len(line) > BLOCK_CHARACTERS):
            yield first, "".join(lines)
            lines, held = [], 0
        if not is_blank:
            first = first if lines else number
            lines.append(line)
            held += len(line)
    if lines:
        yield first, "".join(lines)


def _numbered(stream: BufferedReader) -> Iterator[tuple[int, str]]:
    """Lines with their numbers; one that is too long comes in parts under one number."""
    number, is_new = 0, True
    while line := stream.readline(LINE_BYTES):
        number += is_new
        is_new = line.endswith(b"\n")
        yield number, line.decode("utf-8", "replace")


def without_slots(text: str) -> str:
    """The text with what a template puts in blanked out, so that places stay."""
    return _SLOT.sub(lambda match: re.sub(r"[^\n]", " ", match.group()), text) if "{" in text else text
