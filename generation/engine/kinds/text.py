"""Texts: messages, notes and log lines, one a record, with labels where there are any."""

from __future__ import annotations

from generation.engine.kinds.kind import SourceKind

TEXT = SourceKind(
    "text",
    "Texts",
    takes="texts: a table with a column of texts, plain lines, log lines, a JSON array or a ZIP archive of text files",
    endings=(".csv", ".tsv", ".txt", ".log", ".parquet", ".json", ".jsonl", ".ndjson", ".xlsx", ".zip"),
    reader="generation.engine.llm.sources.texts:read_texts",
    profiler="generation.engine.llm.texts.columns:profile_text_table",
    synthesizers=frozenset({"phrase_grammar", "log_templates", "endpoint_texts"}),
    checks=frozenset(
        {
            "text_copies",
            "text_near_copies",
            "text_runs",
            "text_membership",
            "text_entities",
            "text_teaching",
            "text_variety",
            "tests_apart",
            "conformity",
            "declared_rules",
            "asked_reached",
        }
    ),
    layout="text",
    counts_persons=True,
)
