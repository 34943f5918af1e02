"""Which column of a table holds its texts, and what the columns of such a table are."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from generation.engine.profiling.profile import TableProfile
from generation.engine.profiling.table import profile_table
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnSpec, Schema, Sdtype

NAMES = ("text", "message", "content", "body", "note", "comment", "utterance", "query", "question", "description")


def text_column(schema: Schema) -> ColumnSpec | None:
    """The column of texts; of several the one that is called so, else the first."""
    texts = [spec for spec in schema if spec.sdtype is Sdtype.TEXT]
    named = (spec for name in NAMES for spec in texts if spec.label.casefold() == name)
    return next(named, next(iter(texts), None))


def profile_text_table(  # noqa: PLR0913 - the contract of every profiler
    table: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    *,
    target: str | None = None,
    person: str | None = None,
    sdtypes: Mapping[str, Sdtype] | None = None,
    overruled: Mapping[str, frozenset[str]] | None = None,
    progress: Progress = silent,
) -> TableProfile:
    """What `profile_table` says, with the column of texts taken for one even where its texts are short or repeated.

    That is a column called so, else the one with the most words; `sdtypes` of the owner go before.
    """
    shown, chosen = labels or {}, dict(sdtypes or {})
    if Sdtype.TEXT not in chosen.values():
        found = _likeliest(table, shown, {target, person, *chosen})
        chosen |= {found: Sdtype.TEXT} if found else {}
    return profile_table(
        table, labels, target=target, person=person, sdtypes=chosen, overruled=overruled, progress=progress
    )


def _likeliest(table: pd.DataFrame, shown: Mapping[str, str], without: set[str | None]) -> str | None:
    words = {}
    for name in table.columns:
        present = table[name].dropna()
        if name not in without and len(present) and all(isinstance(value, str) for value in present):
            words[name] = float(present.str.count(r"\S+").mean())
    named = [name for called in NAMES for name in words if shown.get(name, name).casefold() == called]
    return named[0] if named else max(words, key=lambda name: words[name], default=None)
