"""Every text with its spans, one line of JSON each: for who measures what is found, and for programs that redact."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from generation.engine.pii import Span
from generation.engine.scan.batch import Batch, Contents, Manner


def span_lines(name: str, contents: Contents, batch: Batch, found: Sequence[Sequence[Span]]) -> Iterator[str]:
    """A line for each running text, and for each cell in which something was found.

    `index` counts records (lines of a text) from 0, `part` the texts of one column in one record.
    `start` and `end` count characters of the text, `end` excluded.
    """
    before, part = 0, 0
    for row, spans in zip(batch.rows, found, strict=True):
        part = part + 1 if row == before else 0
        before = row
        if spans or batch.manner is not Manner.CELLS:
            line = {
                "index": row - contents.first,
                "spans": [
                    {
                        "start": span.start,
                        "end": span.end,
                        "entity": span.entity,
                        "score": round(span.score, 3),
                        "found_by": list(span.found_by),
                    }
                    for span in spans
                ],
                "file": name,
                "column": batch.column or None,
                "row": row,
                "part": part,
            }
            yield json.dumps(line)
