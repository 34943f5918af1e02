"""Tables out of the vault, for the stages: training, holdout and artefact as DataFrames with columns c0..cN."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db.models import Q, QuerySet

from generation.engine.kinds.catalogue import kind_of
from generation.engine.profiling.dictionary import FIELDS, write_dictionary
from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.engine.synthesizers.sets import MAY_LEAVE
from generation.engine.tables.cut.sources import Sketch, in_both, is_same_source
from generation.engine.tables.spellings.spelling import Spelling
from generation.models import Dataset, GenerationRun
from synthportal.storage.vault import open_sealed

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.synthesizers.bytes.artefact import Origin
    from generation.engine.synthesizers.protocol import LeftOut

DIALECT = ("format", "encoding", "delimiter", "quote", "escape", "line_end")


def labels_of(dataset: Dataset) -> dict[str, str]:
    """Labels by internal name, in table order, as ingest found them; none before it."""
    return {column["name"]: column["label"] for column in dataset.file_facts.get("columns", ())}


def person_column_of(dataset: Dataset) -> str | None:
    """The internal name of the column that names a person; None where the owner named none."""
    wanted = dataset.person_column.strip().casefold()
    found = (name for name, label in labels_of(dataset).items() if label.casefold() == wanted)
    return next(found, None) if wanted else None


def dictionary_of(dataset: Dataset) -> str:
    """The dictionary that people wrote of its columns, as a table to copy; "" before anybody said anything."""
    labels = labels_of(dataset)
    said = [{"label": labels.get(name, name), **chosen} for name, chosen in dataset.choices.items()]
    return write_dictionary(said) if any(set(FIELDS) & set(one) for one in said) else ""


def spellings_of(dataset: Dataset) -> dict[str, Spelling]:
    """How each column of the source is written, by internal name; nothing for a source read before that was kept."""
    columns = dataset.file_facts.get("columns", ())
    return {column["name"]: Spelling.from_json(column["spelling"]) for column in columns if "spelling" in column}


_CHOSEN = {
    "number": Sdtype.NUMERICAL,
    "time": Sdtype.NUMERICAL,
    "date": Sdtype.DATETIME,
    "boolean": Sdtype.BOOLEAN,
    "category": Sdtype.CATEGORICAL,
    "identifier": Sdtype.ID,
    "text": Sdtype.TEXT,
}


def sdtypes_chosen(dataset: Dataset) -> dict[str, Sdtype]:
    """What the owner says that columns are, by internal name."""
    chosen = {}
    for name, label in labels_of(dataset).items():
        kind = (dataset.choices.get(name) or dataset.choices.get(label) or {}).get("kind", "")
        if kind in _CHOSEN:
            chosen[name] = _CHOSEN[kind]
    return chosen


def origin_of(run: GenerationRun) -> Origin:
    """How the source of a run is written, for its artefact to be written alike."""
    from generation.engine.synthesizers.bytes.artefact import Origin

    columns, facts = run.plan.schema, run.dataset.file_facts
    spellings = {each["name"]: Spelling.from_json(each["spelling"]) for each in columns if "spelling" in each}
    dialect = {name: facts[name] for name in DIALECT if facts.get(name)} if spellings else {}
    return Origin(spellings, dialect)


def read_sealed(key_id: UUID, sha256: str) -> pd.DataFrame:
    """A sealed Parquet as a DataFrame."""
    from generation.engine.tables.loading import load_table

    with open_sealed(key_id, sha256) as source:
        return load_table(source)


def schema_from_json(columns: list[dict[str, str]]) -> Schema:
    """A schema as a stage kept it."""
    return tuple(
        ColumnSpec(column["name"], Sdtype(column["sdtype"]), ColumnRole(column["role"]), column["label"])
        for column in columns
    )


def schema_to_json(schema: Schema) -> list[dict[str, Any]]:
    """A schema in JSON's types."""
    return [{"name": spec.name, "sdtype": spec.sdtype, "role": spec.role, "label": spec.label} for spec in schema]


def columns_of_records(run: GenerationRun) -> list[dict[str, Any]]:
    """The columns that the records of a run can have: those of its plan, or those of the set that it makes."""
    made = kind_of(run.dataset.kind).makes
    return schema_to_json(made.columns) if made else list(run.plan.schema)


def schema_of_records(run: GenerationRun) -> Schema:
    """The same as a schema."""
    return schema_from_json(columns_of_records(run))


def statement_of(run: GenerationRun) -> str:
    """What the owner stated when asking for a set that holds texts of the source; "" for any other run."""
    made = kind_of(run.dataset.kind).makes
    return made.statement if made and run.parameters.get(MAY_LEAVE) else ""


def kept_schema(run: GenerationRun, left_out: Iterable[LeftOut]) -> Schema:
    """The columns that the fitted model gives."""
    missing = {column.name for column in left_out}
    return tuple(spec for spec in schema_of_records(run) if spec.name not in missing)


def source_of(dataset: Dataset, sketch: Sketch | None) -> UUID:
    """The source of a dataset, which counts as one however often it is uploaded: that of an
    earlier one with the same digest or a sketch alike, else one of its own.
    """
    others = Dataset.objects.exclude(pk=dataset.pk).exclude(source=None).order_by("created_at")
    if same := others.filter(sha256=dataset.sha256).values_list("source", flat=True).first():
        return same
    for source, kept in others.exclude(sketch=None).values_list("source", "sketch").iterator():
        if sketch and source and kept and is_same_source(Sketch.from_json(kept), sketch):
            return source
    return dataset.pk


def datasets_of_source(dataset: Dataset) -> QuerySet[Dataset]:
    """Every upload of the dataset's source, itself included: those that count as one with it, and those with a file
    like one of them from before sources were known.
    """
    known = Dataset.objects.filter(sha256=dataset.sha256).exclude(source=None)
    alike = Dataset.objects.filter(source__in=known.values("source"))
    return Dataset.objects.filter(Q(pk__in=alike) | Q(sha256__in=alike.values("sha256")) | Q(sha256=dataset.sha256))


def records_in_both(one: Dataset, other: Dataset) -> int | None:
    """About how many different records two datasets share; None where that cannot be told, as of other columns."""
    if not one.sketch or not other.sketch or list(labels_of(one).values()) != list(labels_of(other).values()):
        return None
    return round(in_both(Sketch.from_json(one.sketch), Sketch.from_json(other.sketch)))
