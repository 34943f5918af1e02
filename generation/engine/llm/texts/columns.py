"""Which column of a table holds its texts, and what the columns of such a table are."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import replace

import numpy as np
import pandas as pd

from generation.engine.minimisation.invented.homes import home_of
from generation.engine.profiling.profile import LENGTH_EDGES, TableProfile, TextFacts
from generation.engine.profiling.table import profile_table
from generation.engine.progress import Progress, silent
from generation.engine.schema import ColumnSpec, Schema, Sdtype

NAMES = ("text", "message", "content", "body", "note", "comment", "utterance", "query", "question", "description")

# So many texts are asked for their language, and so few share one that it is not named.
_MOST_READ, _FEWEST_OF_LANGUAGE = 2_000, 5


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
    made = profile_table(
        table, labels, target=target, person=person, sdtypes=chosen, overruled=overruled, progress=progress
    )
    texts = (column.name for column in made.columns if column.sdtype is Sdtype.TEXT)
    return replace(made, texts=tuple(text_facts(table[name], name) for name in texts))


def text_facts(column: pd.Series, name: str, turns: Sequence[int] = ()) -> TextFacts:
    """The facts on a column of texts; `turns` are those of its conversations. Languages are asked of the first."""
    texts = column.dropna().astype(str)
    words = texts.map(lambda text: len(text.split())).to_numpy(dtype=int)
    bins = np.searchsorted(LENGTH_EDGES, words, side="right") - 1
    return TextFacts(
        column=name,
        texts=len(texts),
        median_words=float(np.median(words)) if len(words) else 0.0,
        lengths=tuple(np.bincount(bins, minlength=len(LENGTH_EDGES)).tolist()),
        repeated=int(texts.duplicated().sum()),
        languages=_languages(texts.iloc[:_MOST_READ]),
        read=min(len(texts), _MOST_READ),
        turns=tuple(sorted(Counter(turns).items())),
    )


def _languages(texts: pd.Series) -> tuple[tuple[str, int], ...]:
    """Languages with their texts, the commonest first; one of too few texts might point at who wrote them."""
    counts = Counter(home_of(text).locale for text in texts)
    told = Counter({locale: count for locale, count in counts.items() if locale and count >= _FEWEST_OF_LANGUAGE})
    rest = len(texts) - told.total()
    return (*sorted(told.items(), key=lambda one: (-one[1], one[0])), *((("", rest),) if rest else ()))


def _likeliest(table: pd.DataFrame, shown: Mapping[str, str], without: set[str | None]) -> str | None:
    words = {}
    for name in table.columns:
        present = table[name].dropna()
        if name not in without and len(present) and all(isinstance(value, str) for value in present):
            words[name] = float(present.str.count(r"\S+").mean())
    named = [name for called in NAMES for name in words if shown.get(name, name).casefold() == called]
    return named[0] if named else max(words, key=lambda name: words[name], default=None)
