"""Plain text as records: a line each, or, where lines begin with a time, log lines with time, level and text apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from itertools import islice

Record = dict[str, str]

SAMPLE_LINES = 200
_MOSTLY = 0.8
_LOG = re.compile(
    r"^\[?(?P<time>\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?)\]?[\s,|-]*"
    r"(?:\[?(?P<level>TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL)\]?[\s:|-]*)?(?P<text>.*)$"
)
_DELIMITERS = ",;\t|"
# What the one column of a table without delimiters is called, so that its header is no text.
TEXT_NAMES = frozenset({"text", "message", "content", "body", "note", "comment", "utterance", "query", "question"})


def is_table(lines: Iterable[str]) -> bool:
    """Whether lines are those of a table with a header: each has as many cells, or the one column has a known name.

    >>> is_table(["text,label", '"Hello, you",greeting', "Bye,farewell"])
    True
    >>> is_table(["Where is my card?", "I lost it, help", "Hello"])
    False
    """
    some = [line for line in islice(lines, SAMPLE_LINES) if line.strip()]
    if not some:
        return False
    if some[0].strip().strip('"').casefold() in TEXT_NAMES:
        return True
    return any(_has_columns(some, delimiter) for delimiter in _DELIMITERS if delimiter in some[0])


def _has_columns(lines: list[str], delimiter: str) -> bool:
    """Whether nearly all rows have as many cells as the first, whose cells are short names, all different."""
    rows = [row for row in csv.reader(lines, delimiter=delimiter) if row]
    header = [cell.strip() for cell in rows[0]]
    if len(header) < 2 or len(set(header)) < len(header) or not all(0 < len(cell.split()) <= 3 for cell in header):
        return False
    # A cell over several lines may be cut off where the sample ends.
    whole = rows[1:-1] or rows[1:]
    return bool(whole) and sum(len(row) == len(header) for row in whole) >= 0.95 * len(whole)


def headers_of(lines: Iterable[str]) -> Iterator[list[str]]:
    """The cells of the first line, as every delimiter would part them."""
    first = next(iter(lines), "").lstrip("\ufeff")
    for delimiter in _DELIMITERS:
        yield next(csv.reader([first], delimiter=delimiter), [])


def is_log(lines: Iterable[str]) -> bool:
    """Whether most lines begin with a date and a time; those that begin with a space go on with the one before."""
    some = [line for line in islice(lines, SAMPLE_LINES) if line.strip() and not line[0].isspace()]
    return bool(some) and sum(_LOG.match(line) is not None for line in some) >= _MOSTLY * len(some)


def records_of_lines(lines: Iterable[str]) -> Iterator[Record]:
    """A record for each line that is not empty."""
    return ({"text": line.strip()} for line in lines if line.strip())


def records_of_log(lines: Iterable[str]) -> Iterator[Record]:
    """A record for each entry; a line without a time of its own goes on with the entry before it.

    >>> list(records_of_log(["2026-01-02 03:04:05 ERROR disk full", "  at line 3"]))
    [{'time': '2026-01-02 03:04:05', 'level': 'ERROR', 'text': 'disk full\\n  at line 3'}]
    """
    entry: Record = {}
    for line in lines:
        found = _LOG.match(line)
        if found:
            if entry:
                yield entry
            entry = {name: found[name] or "" for name in ("time", "level", "text")}
        elif entry and line.strip():
            entry["text"] += f"\n{line.rstrip()}"
        elif line.strip():
            entry = {"time": "", "level": "", "text": line.rstrip()}
    if entry:
        yield entry
