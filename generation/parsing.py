"""What runs inside the limited child of ingest: nobody else ever parses an untrusted file."""

from __future__ import annotations

from dataclasses import dataclass

from generation.engine.tables.facts import TableFacts
from generation.engine.tables.reading import read_table
from generation.engine.tables.splitting import Split, split_holdout
from synthportal.errors import Conflict
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


@dataclass(frozen=True, slots=True)
class Named:
    """The labels of the columns that the owner named, or "" where they named none."""

    target: str
    person: str


def parse_and_split(key: SealKey, sha256: str, named: Named, share: float, seed: int, report: Progress) -> Parsed:
    """Read the sealed upload, write training and holdout sealed.

    Raises TableError for a file that cannot be used, Conflict for a column that the owner named and that is not there.
    """
    with open_sealed(key, sha256) as source, write_sealed(key) as whole:
        facts = read_table(source, whole.file, progress=report)
    person = _columns_named(facts, named)
    with (
        open_sealed(key, whole.written.sha256) as source,
        write_sealed(key) as training,
        write_sealed(key) as holdout,
    ):
        report("cutting the holdout", 0, 0)
        split = split_holdout(source, training.file, holdout.file, share=share, person=person, seed=seed)
    remove_sealed(key.id, whole.written.sha256)
    return Parsed(facts, split, training.written, holdout.written)


def _columns_named(facts: TableFacts, named: Named) -> str | None:
    """The internal name of the column that names a person, if any. Raises Conflict with every label that is unknown."""
    names = {column.label.casefold(): column.name for column in facts.columns}
    asked = {"target": named.target, "column that names a person": named.person}
    unknown = [words for words, label in asked.items() if label.strip() and label.strip().casefold() not in names]
    if unknown:
        raise Conflict(
            f"The file has no column of the name given as {' and as '.join(unknown)}. "
            "Correct the spelling or leave it empty, and try again."
        )
    return names.get(named.person.strip().casefold())
