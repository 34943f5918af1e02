"""Some texts of a column as they stand in the source, and what a choice would make of them. For the owner alone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from generation.engine.tables.spellings.choice import OWN, ColumnChoice
from generation.models import Dataset
from synthportal.models import AuditEvent, Person
from synthportal.storage.vault import open_value

if TYPE_CHECKING:
    from generation.engine.tables.spellings.settle import Settled

CELLS = b"cells:"
MOST_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """A text of the source, and how its value would be written; "" and `is_lost` when it would become missing."""

    text: str
    value: str
    is_lost: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """Different texts of a column as a choice reads them: `lost` of `tried` become missing though no word says so.

    `places` are those of the shown cells among the texts that were kept.
    """

    written: str
    layout: str
    cells: tuple[Cell, ...]
    lost: int
    tried: int
    doubt: str
    places: tuple[int, ...]


def texts_of(dataset: Dataset, name: str) -> list[str]:
    """Different texts of a column, as they stand in the file; none for a source read before they were kept."""
    if dataset.cells is None:
        return []
    kept: dict[str, list[str]] = json.loads(open_value(dataset.key_id, bytes(dataset.cells), CELLS + dataset.pk.bytes))
    return kept.get(name, [])


def preview_of(texts: list[str], choice: ColumnChoice, delimiter: str | None) -> Preview:
    """What a choice makes of these texts."""
    import pyarrow as pa

    from generation.engine.tables.spellings.guess import Guess
    from generation.engine.tables.spellings.settle import settle_columns

    array = pa.array(texts, pa.string())
    guess = Guess(timezone.now().year, choice)
    guess.see(array)
    settled = settle_columns([guess], [False], delimiter)[0]
    words = {word.casefold() for word in guess.null_words} if choice.missing is None else set(choice.missing)
    is_kept = choice.foreign == OWN
    cells = [
        _cell(text, value, words, is_kept=is_kept) for text, value in zip(texts, _values(settled, array), strict=True)
    ]
    shown = sorted(range(len(cells)), key=lambda at: not cells[at].is_lost)[:MOST_SHOWN]
    return Preview(
        str(settled.spelling.written),
        settled.spelling.layout,
        tuple(cells[at] for at in shown),
        sum(cell.is_lost for cell in cells),
        len(cells),
        settled.doubt,
        tuple(sorted(shown)),
    )


def places_seen(dataset: Dataset, name: str, person: Person) -> set[int]:
    """The kept texts of a column that the trail says this person has looked at, since the file was last read."""
    about = AuditEvent.objects.filter(subject_kind="dataset", subject_id=str(dataset.pk))
    read = about.filter(action="read again").order_by("-seq").values_list("seq", flat=True).first() or 0
    looks = about.filter(seq__gt=read, action="previewed", actor=person.audit_name, facts__column=name)
    return {place for facts in looks.values_list("facts", flat=True) for place in facts.get("places", ())}


def _values(settled: Settled, array: object) -> list[str | None]:
    import pyarrow.compute as pc

    values = settled.reader.read(array)
    return [None if value is None else str(value) for value in pc.cast(values, "string").to_pylist()]


def _cell(text: str, value: str | None, missing: set[str], *, is_kept: bool) -> Cell:
    """A text that is nothing of the column's kind is lost, unless such ones are kept as what they are."""
    says_missing = text in missing or text.casefold() in missing
    if is_kept and value is None and not says_missing:
        return Cell(text, f"“{text}”", False)
    return Cell(text, "" if value is None or says_missing else value, value is None and not says_missing)
