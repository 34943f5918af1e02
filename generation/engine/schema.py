"""What a column is (sdtype) and what it may give away (role): the words every part of the engine shares."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Sdtype(StrEnum):
    """The kind of a column's values, in SDV's sense."""

    NUMERICAL = "numerical"
    CATEGORICAL = "categorical"
    BOOLEAN = "boolean"
    DATETIME = "datetime"
    TEXT = "text"
    ID = "id"


class ColumnRole(StrEnum):
    """What a column can do to a person, or for the purpose."""

    DIRECT = "direct"
    QUASI = "quasi"
    SENSITIVE = "sensitive"
    TARGET = "target"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class ColumnSpec:
    """One column of a table.

    `name` is the column's name in the DataFrame or Parquet file: inside the portal that is "c0".."cN".
    `label` is what people see; it is display data and never becomes a path, an alias or a format string.
    """

    name: str
    sdtype: Sdtype
    role: ColumnRole = ColumnRole.OTHER
    label: str = ""


Schema = tuple[ColumnSpec, ...]
