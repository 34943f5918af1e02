"""A table of records as bytes and back, in Arrow: with the dtypes it had, and never with code."""

from __future__ import annotations

import json

import pandas as pd
import pyarrow as pa

_DTYPES = b"dtypes"


def frame_to_bytes(frame: pd.DataFrame) -> bytes:
    """The records, in order; the index is not kept."""
    table = pa.Table.from_pandas(frame, preserve_index=False)
    dtypes = json.dumps([str(dtype) for dtype in frame.dtypes])
    table = table.replace_schema_metadata({**(table.schema.metadata or {}), _DTYPES: dtypes})
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())


def frame_from_bytes(payload: bytes) -> pd.DataFrame:
    """What `frame_to_bytes` was given. Raises ArrowInvalid, a ValueError, for other bytes."""
    with pa.ipc.open_stream(payload) as reader:
        table = reader.read_all()
    frame: pd.DataFrame = table.to_pandas(integer_object_nulls=True)
    dtypes = json.loads((table.schema.metadata or {}).get(_DTYPES, b"[]"))
    for name, dtype in zip(frame.columns, dtypes, strict=True):
        if str(frame[name].dtype) != dtype:
            frame[name] = frame[name].astype(dtype)
    return frame
