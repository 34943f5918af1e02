"""Tables out of the vault, for the stages: training, holdout and artefact as DataFrames with columns c0..cN."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from generation.engine.schema import ColumnRole, ColumnSpec, Schema, Sdtype
from generation.models import Dataset, GenerationRun
from synthportal.storage.vault import open_sealed

if TYPE_CHECKING:
    import pandas as pd

    from generation.engine.synthesizers.protocol import Synthesizer


def labels_of(dataset: Dataset) -> dict[str, str]:
    """Labels by internal name, in table order, as ingest found them."""
    return {column["name"]: column["label"] for column in dataset.file_facts["columns"]}


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


def schema_to_json(schema: Schema) -> list[dict[str, str]]:
    """A schema in JSON's types."""
    return [{"name": spec.name, "sdtype": spec.sdtype, "role": spec.role, "label": spec.label} for spec in schema]


def kept_schema(run: GenerationRun, model: Synthesizer) -> Schema:
    """The minimised columns that the fitted model gives."""
    left_out = {column.name for column in model.left_out}
    return tuple(spec for spec in schema_from_json(run.dataset.schema) if spec.name not in left_out)
