"""JSON Lines and JSON, nested as they like: conversations, prompts with completions, evaluation sets, flat records.

A column is the path of keys to a value: `messages.content`, `prompt`, `ticket.customer.name`. Lists have no numbers in
it, so that the hundredth message stands in the column of the first.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any

from generation.engine.errors import TableError
from generation.engine.scan.batch import Batch, Contents, Manner
from generation.engine.scan.readers.plain import Packing, open_lines
from generation.engine.scan.readers.running import is_running
from generation.engine.tables.facts import Limits
from generation.engine.tables.formats.jsonl import DECODER, MAX_LINE_BYTES
from generation.engine.tables.formats.streams import Borrowed, text_opener

# Texts are gathered so far before they are looked at together.
GATHERED = 4_096
GATHERED_CHARACTERS = 4_000_000
MAX_JSON_BYTES = 64 * 2**20


def open_json_lines(source: Borrowed, packing: Packing, limits: Limits) -> Contents:
    """One JSON value per line; the place is the line."""
    opener = text_opener(source, packing.is_gzip, packing.encoding, limits.max_unpacked_bytes)
    return Contents("jsonl", "line", lambda: _gathered(_lines(opener()[1])))


def open_json(source: Borrowed, packing: Packing, *, as_settings: bool) -> Contents:
    """One JSON document; the place is the number of the record in its list, from 1.

    `as_settings`: an object that holds no list of records is one of settings, and read as source code is.
    TableError when it is larger than can be held in memory.
    """
    opener = text_opener(source, packing.is_gzip, packing.encoding, MAX_JSON_BYTES)
    document = _decoded(opener()[1].read(), 0)
    if as_settings and not _is_data(document):
        return open_lines(source, packing, limits=Limits(), manner=Manner.TREE, kind="settings")
    return Contents("json", "record", lambda: _gathered(_members(document)))


def _is_data(document: Any) -> bool:
    lists = document.values() if isinstance(document, dict) else [document]
    return any(is_list_of_records(value) for value in lists)


def _lines(stream: Any) -> Iterator[tuple[int, Any]]:
    number = 0
    while line := stream.readline(MAX_LINE_BYTES):
        number += 1
        if len(line) == MAX_LINE_BYTES:
            raise TableError("row_too_long", f"Line {number:,} is longer than {MAX_LINE_BYTES // 2**20} MiB.")
        if not line.isspace():
            yield number, _decoded(line, number)


def _decoded(text: bytes, line: int) -> Any:
    try:
        return DECODER.decode(text.decode("utf-8-sig").strip())
    except (ValueError, RecursionError):
        # A key that stands twice is no table, but both its values are in the file.
        return _leniently(text, line)


def _leniently(text: bytes, line: int) -> Any:
    def pairs(found: list[tuple[str, Any]]) -> Any:
        return {key: [value for other, value in found if other == key] for key, _ in found}

    try:
        return json.loads(text, parse_int=str, parse_float=str, object_pairs_hook=pairs)
    except (ValueError, RecursionError):
        where = f"Line {line:,} is" if line else "The file is"
        raise TableError("not_json", f"{where} not valid JSON. Write it again.") from None


def _members(document: Any) -> Iterator[tuple[int, Any]]:
    """The records of a document: its list, the one list of records that it holds, or itself."""
    if isinstance(document, dict):
        lists = [key for key, value in document.items() if is_list_of_records(value)]
        if len(lists) == 1:
            rest = {key: value for key, value in document.items() if key != lists[0]}
            yield 1, rest
            yield from ((number, {lists[0]: one}) for number, one in enumerate(document[lists[0]], start=1))
            return
    yield from enumerate(document if isinstance(document, list) else [document], start=1)


def is_list_of_records(value: Any) -> bool:
    """Whether a JSON value is a list that begins with an object."""
    return isinstance(value, list) and bool(value) and isinstance(value[0], dict)


def _gathered(records: Iterable[tuple[int, Any]]) -> Iterator[Batch]:
    manners: dict[str, Manner] = {}
    texts: dict[str, list[str]] = {}
    rows: dict[str, list[int]] = {}
    held = 0
    for number, record in records:
        for column, text in leaves(record):
            texts.setdefault(column, []).append(text)
            rows.setdefault(column, []).append(number)
            held += len(text) + GATHERED_CHARACTERS // GATHERED
        if held >= GATHERED_CHARACTERS:
            yield from _batches(texts, rows, manners)
            texts, rows, held = {}, {}, 0
    yield from _batches(texts, rows, manners)


def _batches(texts: dict[str, list[str]], rows: dict[str, list[int]], manners: dict[str, Manner]) -> Iterator[Batch]:
    for column, found in texts.items():
        manners.setdefault(column, Manner.PROSE if is_running(column, found) else Manner.CELLS)
        yield Batch(column, found, rows[column], manners[column], column.rpartition(".")[2])


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, str]]:
    """Every text and number of a JSON value with its path of keys. True, false, null and "" are none."""
    waiting: list[tuple[str, Any]] = [(path, value)]
    while waiting:
        at, one = waiting.pop()
        if isinstance(one, dict):
            waiting.extend((f"{at}.{key}" if at else str(key), inner) for key, inner in reversed(one.items()))
        elif isinstance(one, list):
            waiting.extend((at, inner) for inner in reversed(one))
        elif isinstance(one, str) and one:
            yield at or "text", str(one)
