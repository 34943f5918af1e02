"""Conversations: task dialogues and support chats, one a record, with what they are about where it is known."""

from __future__ import annotations

from generation.engine.kinds.kind import SourceKind

CHAT = SourceKind(
    "chat",
    "Conversations",
    takes="conversations: JSON Lines of messages (OpenAI, ShareGPT, TRL), a table of turns or transcripts",
    endings=(".jsonl", ".ndjson", ".json", ".txt", ".csv", ".tsv", ".parquet", ".xlsx", ".zip", ".gz"),
    reader="generation.engine.llm.sources.chats:read_chats",
    profiler="generation.engine.llm.conversations.columns:profile_chat_table",
    synthesizers=frozenset({"agenda_simulator"}),
    checks=frozenset(
        {
            "chat_turns",
            "chat_copies",
            "chat_sequences",
            "chat_runs",
            "chat_entities",
            "chat_membership",
            "chat_acts",
            "chat_teaching",
            "chat_variety",
            "tests_apart",
            "conformity",
            "declared_rules",
            "asked_reached",
        }
    ),
    layout="chat",
    counts_persons=True,
)
