"""What runs inside the limited child of ingest: nobody else ever parses an untrusted file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from generation.engine.parameters import load_named
from generation.engine.tables.cut.sketches import Sketch, sketch_of
from generation.engine.tables.cut.splitting import Split, split_holdout
from generation.engine.tables.facts import Place, TableFacts
from generation.engine.tables.spellings.choice import ColumnChoice
from synthportal.errors import Conflict
from synthportal.jobs.progress import Progress
from synthportal.storage.keys import SealKey
from synthportal.storage.vault import Blob, open_sealed, remove_sealed, write_sealed


@dataclass(frozen=True, slots=True)
class Parsed:
    """What came of an upload: its facts, the two sealed tables, and the sketch that tells its source again."""

    facts: TableFacts
    split: Split
    training: Blob
    holdout: Blob
    sketch: Sketch | None = None


@dataclass(frozen=True, slots=True)
class Stated:
    """What the owner stated: the labels of the columns they named, "" for none, what reads a file of its kind, what
    they say of columns, by name or label, and where the table stands in its file."""

    target: str
    person: str
    reader: str
    choices: Mapping[str, ColumnChoice] = field(default_factory=dict)
    place: Place = field(default_factory=Place)


@dataclass(frozen=True, slots=True)
class Cut:
    """The holdout's share, and what it is cut by: a number, as before, or a key; and the key of the source's sketch."""

    share: float
    seed: int | bytes = field(repr=False)
    sketch_key: bytes = field(repr=False)


def parse_and_split(key: SealKey, sha256: str, stated: Stated, cut: Cut, report: Progress) -> Parsed:
    """Read the sealed upload, write training and holdout sealed.

    Raises TableError for a file that cannot be used, Conflict for a column that the owner named and that is not there.
    """
    with open_sealed(key, sha256) as source, write_sealed(key) as whole:
        # Only a reader of tables knows choices; another one is not asked for what nobody chose.
        how = {"choices": stated.choices, "place": stated.place}
        said = {name: value for name, value in how.items() if value and value != Place()}
        facts: TableFacts = load_named(stated.reader)(source, whole.file, progress=report, **said)
    person = _columns_named(facts, stated)
    _require_known(facts, stated)
    with (
        open_sealed(key, whole.written.sha256) as source,
        write_sealed(key) as training,
        write_sealed(key) as holdout,
    ):
        report("cutting the holdout", 0, 0)
        split = split_holdout(source, training.file, holdout.file, share=cut.share, person=person, seed=cut.seed)
        source.seek(0)
        sketch = sketch_of(source, cut.sketch_key, [column.label for column in facts.columns])
    remove_sealed(key.id, whole.written.sha256)
    return Parsed(facts, split, training.written, holdout.written, sketch)


def _require_known(facts: TableFacts, stated: Stated) -> None:
    """Raises Conflict for a column that is not there and would be read otherwise; a mere description is told later."""
    known = {name for column in facts.columns for name in (column.name, column.label)}
    asked = {name for name, choice in stated.choices.items() if choice.changes_reading}
    if unknown := len(asked - known):
        raise Conflict(
            f"The file lacks {unknown} of the columns that something was said of. "
            "Correct their names, and upload it again."
        )


def _columns_named(facts: TableFacts, stated: Stated) -> str | None:
    """The internal name of the column that names a person, if any. Raises Conflict with every label that is unknown."""
    names = {column.label.casefold(): column.name for column in facts.columns}
    asked = {"target": stated.target, "column that names a person": stated.person}
    unknown = [words for words, label in asked.items() if label.strip() and label.strip().casefold() not in names]
    if unknown:
        raise Conflict(
            f"The file has no column of the name given as {' and as '.join(unknown)}. "
            "Correct the spelling or leave it empty, and try again."
        )
    return names.get(stated.person.strip().casefold())
