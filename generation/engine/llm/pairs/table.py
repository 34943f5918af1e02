"""Preference pairs as a table of three texts: read from JSON Lines, profiled, and planned."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from generation.engine.errors import FitError, TableError
from generation.engine.minimisation.plan import Plan, Treatment
from generation.engine.minimisation.treatments import TreatmentKind
from generation.engine.profiling.profile import TableProfile
from generation.engine.profiling.table import profile_table
from generation.engine.progress import Progress, silent
from generation.engine.schema import Sdtype
from generation.engine.tables.facts import ColumnFacts, Limits, TableFacts

LABELS = ("prompt", "chosen", "rejected")
_MOST_BYTES = 200 * 2**20


def read_pairs(
    source: BinaryIO, sink: BinaryIO, limits: Limits | None = None, progress: Progress = silent, **_: object
) -> TableFacts:
    """JSON Lines with prompt, chosen and rejected. TableError, in one sentence, for what is none."""
    data = source.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise TableError("too_large", f"A file of pairs has at most {_MOST_BYTES // 2**20} MiB. Split it.")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise TableError("wrong_encoding", "The file is no UTF-8 text. Save it as UTF-8.") from None
    pairs = list(_pairs(text))
    if not pairs:
        raise TableError("empty", "The file holds no pair. Give a line of JSON for each.")
    progress("reading pairs", len(pairs), len(pairs))
    columns = {f"c{at}": pa.array([pair[at] for pair in pairs], pa.string()) for at in range(len(LABELS))}
    pq.write_table(pa.table(columns), sink, compression="zstd")
    facts = tuple(ColumnFacts(f"c{at}", label, "string") for at, label in enumerate(LABELS))
    return TableFacts("jsonl", len(pairs), facts, None, None, ())


def _pairs(text: str) -> Iterator[tuple[str, ...]]:
    for number, line in enumerate(text.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            plain = json.loads(line)
        except (ValueError, RecursionError):
            plain = None
        if not isinstance(plain, dict) or not all(isinstance(plain.get(label), str) for label in LABELS):
            raise TableError("no_pair", f"Line {number} is no pair: give prompt, chosen and rejected, each a text.")
        yield tuple(plain[label] for label in LABELS)


def profile_pairs(
    frame: pd.DataFrame,
    labels: Mapping[str, str] | None = None,
    *,
    overruled: Mapping[str, frozenset[str]] | None = None,
    progress: Progress = silent,
    **_: object,
) -> TableProfile:
    """What `profile_table` says of three texts."""
    known = dict.fromkeys(map(str, frame.columns), Sdtype.TEXT)
    return profile_table(frame, labels, sdtypes=known, overruled=overruled, progress=progress)


def plan_pairs(profile: TableProfile) -> Plan:
    """People write answers, and may name people: each text is redacted span by span."""
    why = "A text that somebody wrote may name people anywhere."
    return Plan(tuple(Treatment(column.name, TreatmentKind.REDACT, {}, why) for column in profile.columns))


def pairs_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The pairs of a table with these labels. FitError where the plan left one out."""
    if lacking := [label for label in LABELS if label not in frame.columns]:
        raise FitError("no_part", f"The plan leaves out {', '.join(lacking)}. A pair needs all three.")
    plain = frame[list(LABELS)].astype(object).where(frame[list(LABELS)].notna(), "")
    return [{label: str(row[label]) for label in LABELS} for row in plain.to_dict("records")]
