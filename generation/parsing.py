"""What runs inside the limited child of ingest: nobody else ever parses an untrusted file."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.errors import TableError
from generation.engine.tables.facts import TableFacts
from generation.engine.tables.reading import read_table
from generation.engine.tables.splitting import Split, split_holdout
from synthportal.jobs.progress import Progress
from synthportal.storage.keys import SealKey
from synthportal.storage.vault import Blob, open_sealed, remove_sealed, write_sealed


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of an upload: its facts, and the two sealed tables."""

    facts: TableFacts
    split: Split
    training: Blob
    holdout: Blob


def parse_and_split(key: SealKey, sha256: str, person_label: str, share: float, seed: int, report: Progress) -> Parsed:
    """Read the sealed upload, write training and holdout sealed. Raises TableError."""
    with open_sealed(key, sha256) as source, write_sealed(key) as whole:
        facts = read_table(source, whole.file, progress=report)
    person = _column_named(facts, person_label)
    with (
        open_sealed(key, whole.written.sha256) as source,
        write_sealed(key) as training,
        write_sealed(key) as holdout,
    ):
        report("cutting the holdout", 0, 0)
        split = split_holdout(source, training.file, holdout.file, share=share, person=person, seed=seed)
    remove_sealed(key.id, whole.written.sha256)
    return Parsed(facts, split, training.written, holdout.written)


def _column_named(facts: TableFacts, label: str) -> str | None:
    """The internal name of a column the person named by its label."""
    if not label:
        return None
    for column in facts.columns:
        if column.label.casefold() == label.strip().casefold():
            return column.name
    raise TableError(
        "no_such_column", "The column that names a person is not in this file. Check its spelling, or leave it empty."
    )
