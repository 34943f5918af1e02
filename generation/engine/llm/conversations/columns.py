"""Which columns of a table hold conversations and what they are about, and what the columns of such a table are."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

import pandas as pd

from generation.engine.llm.conversations.cells import conversation_in
from generation.engine.llm.conversations.conversation import Conversation
from generation.engine.llm.texts.columns import text_facts
from generation.engine.minimisation.messages import as_reading, messages_in
from generation.engine.profiling.profile import TableProfile
from generation.engine.profiling.table import profile_table
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.engine.tables.cut.persons import holders_in

TOPICS = ("topic", "services", "label", "intent", "scenario", "category")
_CLASSES = frozenset({Sdtype.CATEGORICAL, Sdtype.BOOLEAN})
_READ = 50


def profile_chat_table(  # noqa: PLR0913 - all but the table are named and may be left out
    table: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    *,
    target: str | None = None,
    person: str | None = None,
    sdtypes: Mapping[str, Sdtype] | None = None,
    overruled: Mapping[str, frozenset[str]] | None = None,
    progress: Progress = silent,
) -> TableProfile:
    """What `profile_table` says, with conversations read as what was said in them."""
    chosen, read = dict(sdtypes or {}), table.copy()
    for name in table.columns:
        if holds_messages(table[name]):
            read[name] = table[name].map(as_reading)
            chosen.setdefault(name, Sdtype.TEXT)
    made = profile_table(
        read, labels, target=target, person=person, sdtypes=chosen, overruled=overruled, progress=progress
    )
    texts = (column.name for column in made.columns if column.sdtype is Sdtype.TEXT)
    return replace(made, texts=tuple(text_facts(read[name], name, _turns(table[name])) for name in texts))


def _turns(column: pd.Series) -> list[int]:
    """How many turns each conversation of a column has."""
    talks = (messages_in(cell) for cell in column.dropna())
    return [len(talk) for talk in talks if talk is not None]


def holds_messages(column: pd.Series) -> bool:
    """Whether the first cells of a column are conversations."""
    some = column.dropna().iloc[:_READ]
    return bool(len(some)) and all(messages_in(cell) is not None for cell in some)


def topic_column(schema: Schema) -> ColumnSpec | None:
    """The column that says what a conversation is about: the target where it is a class, else one that is called so."""
    classes = [spec for spec in schema if spec.sdtype in _CLASSES]
    target = (spec for spec in classes if spec.role is ColumnRole.TARGET)
    named = (spec for name in TOPICS for spec in classes if spec.label.casefold() == name)
    return next(target, next(named, None))


def conversations_of(table: pd.DataFrame, messages: str, topic: str = "") -> list[Conversation]:
    """The conversations of a table's rows, in order, each with its person where those are known; what holds none is
    left out."""
    topics, holders = _texts(table, topic), holders_in(table) or [""] * len(table)
    rows = zip(table[messages].tolist(), topics, holders, strict=True)
    found = (
        conversation_in(cell, f"#{place}", topic=about, holder=whose) for place, (cell, about, whose) in enumerate(rows)
    )
    return [one for one in found if one is not None]


def _texts(table: pd.DataFrame, name: str) -> Sequence[str]:
    return table[name].astype(str).where(table[name].notna(), "").tolist() if name else [""] * len(table)
