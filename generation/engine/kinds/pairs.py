"""Preference pairs: an edit at the desk and the record before it, to fine-tune on."""

from __future__ import annotations

from generation.engine.kinds.kind import MadeSet, SourceKind
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.schema import ColumnSpec, Sdtype

PAIRS = SourceKind(
    "pairs",
    "Preference pairs",
    takes="preference pairs: JSON Lines with prompt, chosen and rejected",
    endings=(".jsonl", ".ndjson"),
    reader="generation.engine.llm.pairs.table:read_pairs",
    profiler="generation.engine.llm.pairs.table:profile_pairs",
    planner="generation.engine.llm.pairs.table:plan_pairs",
    treatments=frozenset({TreatmentKind.KEEP, TreatmentKind.DROP, TreatmentKind.REDACT}),
    synthesizers=frozenset({"preference_pairs"}),
    checks=frozenset({"preference_pairs"}),
    layout="pair",
    holds_out=False,
    makes=MadeSet(
        noun="preference pairs",
        columns=(
            *(ColumnSpec(name, Sdtype.TEXT, label=name) for name in ("prompt", "chosen", "rejected")),
            ColumnSpec("id", Sdtype.ID, label="id"),
        ),
        asked=100,
        evidence="generation.engine.evaluation.llm.sets.portal:pair_result",
        exports="generation.engine.llm.exports.portal:pair_files",
        tools="TRL",
        purposes=frozenset({"fine_tuning"}),
        hidden=frozenset({"id"}),
        split_by="generation.engine.llm.exports.splitting:by_prompt",
        split_noun="prompt",
    ),
)
