"""The science: tables and seeds in, synthetic tables and frozen dataclasses out. No Django, no database, no vault.

What is named here is the engine's door: programs and plug-ins use these names and no others. Each is imported when it
is asked for, so that a card can be read without pandas.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from generation.engine.door.library import evaluate_tables, fit, sample
    from generation.engine.errors import EngineError, FitError
    from generation.engine.evaluation.card import Check, MetricCard
    from generation.engine.evaluation.limits.policy import default_policy
    from generation.engine.evaluation.metric import Direction, Findings, Group, Metric, NotAssessable
    from generation.engine.evaluation.policy import Limit
    from generation.engine.parameters import Parameter
    from generation.engine.profiling.table import profile_table
    from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
    from generation.engine.synthesizers.card import Estimate, SynthesizerCard
    from generation.engine.synthesizers.catalogue import cards
    from generation.engine.synthesizers.protocol import LeftOut, Synthesizer

__all__ = [
    "Bar",
    "Bars",
    "Check",
    "ColumnRole",
    "ColumnSpec",
    "Direction",
    "EngineError",
    "Estimate",
    "Findings",
    "FitError",
    "Group",
    "LeftOut",
    "Limit",
    "Metric",
    "MetricCard",
    "NotAssessable",
    "Parameter",
    "Plot",
    "Schema",
    "Sdtype",
    "SourceKind",
    "Synthesizer",
    "SynthesizerCard",
    "cards",
    "default_policy",
    "evaluate_tables",
    "fit",
    "profile_table",
    "sample",
]
_HOMES = {
    "errors": ("EngineError", "FitError"),
    "evaluation.limits.policy": ("default_policy",),
    "evaluation.card": ("Check", "MetricCard", "Plot"),
    "evaluation.study.figures": ("Bar", "Bars"),
    "evaluation.policy": ("Limit",),
    "kinds.kind": ("SourceKind",),
    "evaluation.metric": ("Direction", "Findings", "Group", "Metric", "NotAssessable"),
    "door.library": ("evaluate_tables", "fit", "sample"),
    "parameters": ("Parameter",),
    "profiling.table": ("profile_table",),
    "schema": ("ColumnRole", "ColumnSpec", "Schema", "Sdtype"),
    "synthesizers.card": ("Estimate", "SynthesizerCard"),
    "synthesizers.catalogue": ("cards",),
    "synthesizers.protocol": ("LeftOut", "Synthesizer"),
}

if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        home = next((home for home, names in _HOMES.items() if name in names), None)
        if home is None:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        return getattr(import_module(f"{__name__}.{home}"), name)
