"""Markdown: headings, paragraphs, nested lists, tables, fenced code and front matter, without its inline marks."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

from generation.engine.llm.documents.document import Block, code, heading, listing, paragraph, table
from generation.engine.llm.documents.lines import ITEM, Lines, marks_of

_ATX = re.compile(r" {0,3}(#{1,6})(?:\s+(.*?))?\s*#*\s*$")
_SETEXT = re.compile(r" {0,3}(=+|-{2,})\s*$")
_FENCE = re.compile(r"\s{0,3}(```+|~~~+)")
_RULE = re.compile(r" {0,3}([-*_])(\s*\1){2,}\s*$")
_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-+:?\s*(\|\s*:?-+:?\s*)*\|?\s*$")
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_MARKS = (
    (re.compile(r"!\[([^\]]*)\]\([^)]*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\((?:[^()]|\([^)]*\))*\)"), r"\1"),
    (re.compile(r"\[([^\]]+)\]\[[^\]]*\]"), r"\1"),
    (re.compile(r"<(https?://[^>\s]+)>"), r"\1"),
    (re.compile(r"</?[A-Za-z][^>\n]{0,300}>"), ""),
    (re.compile(r"(\*\*|__)(?=\S)(.+?)(?<=\S)\1", re.DOTALL), r"\2"),
    (re.compile(r"(?<![\w*])\*(?=\S)([^*\n]+?)(?<=\S)\*(?![\w*])"), r"\1"),
    (re.compile(r"(?<!\w)_(?=\S)([^_\n]+?)(?<=\S)_(?!\w)"), r"\1"),
    (re.compile(r"~~(.+?)~~"), r"\1"),
    (re.compile(r"(`+)\s?(.+?)\s?\1"), r"\2"),
    (re.compile(r"\\([\\`*_{}\[\]()#+\-.!|>~])"), r"\1"),
)


def read_markdown(text: str) -> Iterator[Block]:
    """The blocks of a Markdown text."""
    lines = Lines(_COMMENT.sub("", text))
    _skip_front_matter(lines)
    while lines.are_left:
        if block := _next_block(lines):
            yield block


def front_matter(text: str) -> dict[str, str]:
    """The plain `key: value` lines between two `---` at the very beginning."""
    found = re.match(r"\ufeff?---\s*\n(.*?)\n(?:---|\.\.\.)\s*(?:\n|$)", text, re.DOTALL)
    pairs = (line.partition(":") for line in found.group(1).splitlines()) if found else ()
    return {key.strip().lower(): value.strip().strip("'\"") for key, _, value in pairs if value.strip()}


def _skip_front_matter(lines: Lines) -> None:
    if lines.peek().lstrip("\ufeff").strip() != "---":
        return
    end = next((at for at, line in enumerate(lines.rest[1:], 1) if line.strip() in ("---", "...")), 0)
    lines.skip(end + 1 if end else 0)


def _next_block(lines: Lines) -> Block | None:
    line = lines.peek()
    if not line.strip() or _RULE.match(line):
        lines.take()
        return None
    if found := _ATX.match(line):
        lines.take()
        return heading(plain(found.group(2) or ""), len(found.group(1)))
    if _FENCE.match(line):
        return _fenced(lines)
    if "|" in line and _TABLE_RULE.match(lines.peek(1)) and "-" in lines.peek(1):
        return _table(lines)
    if ITEM.match(line):
        items = lines.items(_interrupts)
        return listing((plain(item.text) for item in items), marks=marks_of(items))
    return _paragraph(lines)


def _fenced(lines: Lines) -> Block:
    fence = _FENCE.match(lines.take())
    assert fence  # noqa: S101  the caller saw it
    held = []
    while lines.are_left and not lines.peek().strip().startswith(fence.group(1)):
        held.append(lines.take())
    lines.skip(1)
    return code("\n".join(held))


def _table(lines: Lines) -> Block:
    rows = [_cells(lines.take())]
    lines.skip(1)
    while lines.are_left and "|" in lines.peek():
        rows.append(_cells(lines.take()))
    return table(rows)


def _cells(line: str) -> list[str]:
    bare = re.sub(r"^\||(?<!\\)\|$", "", line.strip())
    return [plain(cell) for cell in re.split(r"(?<!\\)\|", bare)]


def _paragraph(lines: Lines) -> Block:
    held = [_unquoted(lines.take())]
    while lines.are_left and lines.peek().strip() and not _interrupts(lines.peek()):
        if under := _SETEXT.match(lines.peek()):
            lines.take()
            return heading(plain(" ".join(held)), 1 if under.group(1).startswith("=") else 2)
        held.append(_unquoted(lines.take()))
    return paragraph(plain("\n".join(held)))


def _unquoted(line: str) -> str:
    return re.sub(r"^\s*(?:>\s?)+", "", line)


def _interrupts(line: str) -> bool:
    return bool(_ATX.match(line) or _FENCE.match(line) or ITEM.match(line)) and not _SETEXT.match(line)


def plain(text: str) -> str:
    """The text without Markdown's inline marks."""
    for mark, kept in _MARKS:
        text = mark.sub(kept, text)
    return unescape(text)
