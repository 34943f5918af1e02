"""Tables: records with the same columns."""

from __future__ import annotations

from generation.engine.kinds.kind import SourceKind

TABLE = SourceKind(
    "table",
    "Table",
    takes="tables: CSV, Parquet, JSON Lines or XLSX",
    endings=(".csv", ".tsv", ".txt", ".parquet", ".jsonl", ".ndjson", ".xlsx"),
    reader="generation.engine.tables.reading:read_table",
    profiler="generation.engine.profiling.table:profile_table",
    counts_persons=True,
)
