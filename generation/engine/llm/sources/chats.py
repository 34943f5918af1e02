"""From an untrusted file of conversations to the portal's Parquet: a record a conversation, its messages in a cell."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import chain, islice
from tempfile import TemporaryFile
from typing import BinaryIO

import pyarrow.parquet as pq

from generation.engine.errors import TableError
from generation.engine.llm.conversations.cells import cell_of
from generation.engine.llm.conversations.conversation import TOOL, Conversation
from generation.engine.llm.sources.archive import is_archive_of_texts, records_of_archive
from generation.engine.llm.sources.chat import (
    conversations_of_transcript,
    conversations_of_turns,
    conversations_with_facts,
)
from generation.engine.llm.sources.lines import SAMPLE_LINES, headers_of, is_table
from generation.engine.llm.sources.texts import decoded
from generation.engine.llm.sources.turns import has_turns
from generation.engine.progress import Progress, silent
from generation.engine.tables.facts import Limits, Place, TableFacts
from generation.engine.tables.formats.streams import Borrowed
from generation.engine.tables.reading import read_table
from generation.engine.tables.spellings.choice import ColumnChoice

MESSAGES, TOOLS = "messages", "tools"
FEWEST_TURNS = 2

Told = tuple[Conversation, dict[str, str]]


def read_chats(
    source: BinaryIO,
    sink: BinaryIO,
    limits: Limits | None = None,
    progress: Progress = silent,
    choices: Mapping[str, ColumnChoice] | None = None,
    place: Place | None = None,
) -> TableFacts:
    """Reads the conversations in `source` and writes them to `sink` as `read_table` would: a column of messages, one of
    tools where there are any, and one for everything else that is said of a conversation.

    JSON Lines or an array of `messages`, of ShareGPT's `conversations` or TRL's `prompt` and `completion`; a table of
    turns; transcripts, in one file or an archive of them. TableError with a sentence for what holds none.
    """
    limits, borrowed = limits or Limits(), Borrowed(source)
    if borrowed.size > limits.max_bytes:
        raise TableError("too_large", f"The file is larger than {limits.max_bytes / 2**30:.1f} GiB. Split it.")
    told, form = _told(source, borrowed, limits, place)
    kept = [(one, facts) for one, facts in told if sum(bool(turn.text) for turn in one.turns) >= FEWEST_TURNS]
    if not kept:
        raise TableError("no_conversation", "No conversation in the file has two turns. Upload at least one that has.")
    with TemporaryFile() as lines:
        for record in _records(kept):
            lines.write(json.dumps(record, ensure_ascii=False).encode("utf-8", "replace") + b"\n")
        lines.seek(0)
        facts = read_table(lines, sink, limits, progress, choices)
    return replace(facts, notes=(*_notes(kept, len(told) - len(kept), form), *facts.notes))


def _told(source: BinaryIO, borrowed: Borrowed, limits: Limits, place: Place | None) -> tuple[list[Told], str]:
    """Every conversation with what else is said of it, and what the file is."""
    if is_archive_of_texts(borrowed):  # type: ignore[arg-type]
        files = records_of_archive(borrowed)  # type: ignore[arg-type]
        found = [one for file in files for one in conversations_of_transcript(file["text"])]
        return [(replace(one, id=str(number)), {}) for number, one in enumerate(found, start=1)], "transcripts"
    borrowed.seek(0)
    head = borrowed.read(4) or b""
    borrowed.seek(0)
    if head.startswith(b"PAR1") or head == b"PK\x03\x04":
        return _of_table(source, limits, place), "a table of turns"
    text = decoded(borrowed, limits, is_gzip=head[:2] == b"\x1f\x8b")
    first = list(islice(text, SAMPLE_LINES))
    if "".join(first).lstrip("\ufeff \r\n")[:1] not in {"{", "["} and _has_turns(first):
        return _of_table(source, limits, place), "a table of turns"
    return conversations_with_facts("".join(chain(first, text)))


def _has_turns(lines: list[str]) -> bool:
    """Whether lines are a table whose header names a conversation, who speaks and what is said."""
    return is_table(lines) and any(has_turns(header) for header in headers_of(lines))


def _of_table(source: BinaryIO, limits: Limits, place: Place | None) -> list[Told]:
    source.seek(0)
    with TemporaryFile() as whole:
        facts = read_table(source, whole, limits, silent, None, place)
        whole.seek(0)
        table = pq.read_table(whole)
    rows = table.rename_columns([column.label for column in facts.columns]).to_pylist()
    return conversations_of_turns(rows)


def _records(told: Iterable[Told]) -> Iterator[dict[str, str]]:
    """A record a conversation. What is said of none but has the name of ours gets out of its way."""
    for one, facts in told:
        tools = {TOOLS: json.dumps(list(one.tools), ensure_ascii=False)} if one.tools else {}
        others = {name if name not in {MESSAGES, TOOLS} else f"{name} (field)": value for name, value in facts.items()}
        yield {MESSAGES: cell_of(one), **tools, **others}


def _notes(told: list[Told], too_short: int, form: str) -> list[str]:
    turns = sum(len(one.turns) for one, _ in told)
    roles: defaultdict[str, int] = defaultdict(int)
    for one, _ in told:
        for turn in one.turns:
            roles[turn.role] += 1
    calls = sum(bool(turn.calls) for one, _ in told for turn in one.turns)
    return [
        f"Read as {form}: {len(told):,} conversations with {turns:,} turns "
        f"({', '.join(f'{count:,} by {role}' for role, count in sorted(roles.items()))}).",
        *(
            [f"{calls:,} turns call a tool. No synthesizer learns from such conversations."]
            if calls or roles[TOOL]
            else []
        ),
        *([f"{too_short:,} with fewer than {FEWEST_TURNS} turns are left out."] if too_short else []),
        "Names of conversations and of participants are left out: they teach nothing.",
    ]
