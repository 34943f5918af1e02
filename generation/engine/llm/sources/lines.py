"""Plain text as records: a line each, or, where lines begin with a time, log lines with time, level and text apart."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import islice

Record = dict[str, str]

SAMPLE_LINES = 200
_MOSTLY = 0.8
_LEVELS = "TRACE|DEBUG|INFO|NOTICE|WARN|WARNING|ERROR|CRITICAL|FATAL"
# In small letters only in brackets: "error in line 3" is a text.
_LEVEL = rf"\[?(?P<level>(?:{_LEVELS})|(?<=\[)(?i:{_LEVELS}))\b\]?[\s:|-]*"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)"
# Some year has to stand where none is written, or a day is taken for it; a leap year has all days.
NO_YEAR, _YEARLESS = "2000", "%b %d %H:%M:%S"
# What stands before a time, or between it and the level, belongs to the text. The layout is that of `strptime`.
_LOGS = tuple(
    (re.compile(f"^{form}(?P<text>.*)$"), layout)
    for form, layout in (
        (
            r"\[?(?P<time>\d{4}[-/]\d{2}[-/]\d{2}[T ]\d{2}:\d{2}:\d{2}(?:[.,]\d+)?(?:Z|[+-]\d{2}:?\d{2})?)\]?[\s,|-]*"
            rf"(?:(?P<before>\[[^\]]{{1,60}}\]\s+)??{_LEVEL})?",
            "",
        ),
        # The access log of web servers (Common Log Format).
        (
            rf"(?P<before>\S+ \S+ \S+ )\[(?P<time>\d{{2}}/{_MONTH}/\d{{4}}:[\d:]{{8}} [+-]\d{{4}})\] ",
            "%d/%b/%Y:%H:%M:%S %z",
        ),
        # HDFS and others that write dates as six digits.
        (rf"(?P<time>\d{{6}} \d{{6}}) (?P<before>\d+ )?{_LEVEL}", "%y%m%d %H%M%S"),
        # RFC 5424, and RFC 3164, which has no year.
        (r"<\d{1,3}>1 (?P<time>\d{4}-\d{2}-\d{2}T[\d:.]+(?:Z|[+-]\d{2}:\d{2})) ", ""),
        (rf"(?:<\d{{1,3}}>)?(?P<time>{_MONTH} [ \d]\d \d{{2}}:\d{{2}}:\d{{2}}) ", _YEARLESS),
    )
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
    """Whether most lines have a date and a time in a form of logs; those that begin with a space go on with the one
    before."""
    some = [line for line in islice(lines, SAMPLE_LINES) if line.strip() and not line[0].isspace()]
    return bool(some) and sum(_entry(line) is not None for line in some) >= _MOSTLY * len(some)


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
        if found := _entry(line):
            if entry:
                yield entry
            entry = found
        elif entry and line.strip():
            entry["text"] += f"\n{line.rstrip()}"
        elif line.strip():
            entry = {"time": "", "level": "", "text": line.rstrip()}
    if entry:
        yield entry


def _entry(line: str) -> Record | None:
    """The time, level and text of a line with which an entry begins; None for another one.

    >>> _entry('10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] "GET / HTTP/1.0" 200')["time"]
    '2000-10-10T13:55:36-07:00'
    """
    found = ((form.match(line), layout) for form, layout in _LOGS)
    match, layout = next(((match, layout) for match, layout in found if match), (None, ""))
    if match is None:
        return None
    parts = {name: part or "" for name, part in match.groupdict().items()}
    try:
        time = _moment(parts["time"], layout)
    except ValueError:
        return None
    return {"time": time, "level": parts.get("level", "").upper(), "text": parts.get("before", "") + parts["text"]}


def _moment(written: str, layout: str) -> str:
    """A time as ISO 8601 writes it. ValueError for a day that is none."""
    if not layout:
        return written.replace(",", ".")
    year, form = (f"{NO_YEAR} ", f"%Y {layout}") if layout == _YEARLESS else ("", layout)
    return datetime.strptime(year + written, form).isoformat()  # noqa: DTZ007 - some logs have no zone


def lacks_years(lines: Iterable[str]) -> bool:
    """Whether the times of log lines have no year."""
    return any(form.match(line) for line in lines for form, layout in _LOGS if layout == _YEARLESS)
