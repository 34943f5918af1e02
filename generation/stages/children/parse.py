"""What runs inside the limited child of ingest: nobody else ever parses an untrusted file."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from generation.engine.parameters import load_named
from generation.engine.progress import Progress
from generation.engine.tables.cut.sketches import sketch_of
from generation.engine.tables.cut.sources import Sketch
from generation.engine.tables.cut.splitting import Split, hold_nothing_out, split_holdout
from generation.engine.tables.facts import Place, TableFacts
from generation.engine.tables.spellings.choice import ColumnChoice
from synthportal.errors import Conflict
from synthportal.storage.lent import SealKey, open_lent, write_lent


@dataclass(frozen=True, slots=True)
class Found:
    """What came of an upload: its facts, how it was cut, and the sketch that tells its source again."""

    facts: TableFacts
    split: Split
    sketch: Sketch | None = None


@dataclass(frozen=True, slots=True)
class Files:
    """What the child is lent: the sealed upload to read, and files to seal into: the table whole, and its two parts."""

    upload: BinaryIO
    whole: BinaryIO
    training: BinaryIO
    holdout: BinaryIO


@dataclass(frozen=True, slots=True)
class Stated:
    """What the owner stated: the labels of the columns they named, "" for none, what reads a file of its kind, what
    they say of columns, by name or label, and where the table stands in its file."""

    target: str
    person: str
    reader: str
    choices: Mapping[str, ColumnChoice] = field(default_factory=dict)
    place: Place = field(default_factory=Place)
    name: str = ""


@dataclass(frozen=True, slots=True)
class Cut:
    """The holdout's share, and what it is cut by: a number, as before, or a key; and the key of the source's sketch."""

    share: float
    seed: int | bytes = field(repr=False)
    sketch_key: bytes = field(repr=False)


def parse_and_split(key: SealKey, files: Files, stated: Stated, cut: Cut, report: Progress) -> Found:
    """Read the sealed upload, write training and holdout sealed.

    A share of 0 holds nothing out. Raises TableError for a file that cannot be used, Conflict for a column that the
    owner named and that is not there.
    """
    with open_lent(key, files.upload) as source, write_lent(key, files.whole) as whole:
        # Only a reader of tables knows choices; another one is not asked for what nobody chose.
        how = {"choices": stated.choices, "place": stated.place, "name": stated.name}
        said = {name: value for name, value in how.items() if value and value != Place()}
        facts: TableFacts = load_named(stated.reader)(source, whole, progress=report, **said)
    person = _columns_named(facts, stated)
    _require_known(facts, stated)
    with (
        open_lent(key, files.whole) as source,
        write_lent(key, files.training) as training,
        write_lent(key, files.holdout) as holdout,
    ):
        report("cutting the holdout", 0, 0)
        if cut.share:
            split = split_holdout(source, training, holdout, share=cut.share, person=person, seed=cut.seed)
        else:
            split = hold_nothing_out(source, training, holdout)
        source.seek(0)
        sketch = sketch_of(source, cut.sketch_key, [column.label for column in facts.columns])
    return Found(facts, split, sketch)


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
