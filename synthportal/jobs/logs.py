"""Logs hold ids, counts and digests. An exception's own words may quote a cell, so they stay out."""

from __future__ import annotations

import logging
import traceback


class WithoutValues(logging.Filter):
    """Replaces a traceback by its places and the exception's type: the message could hold a cell value."""

    def filter(self, record: logging.LogRecord) -> bool:
        if record.exc_info and record.exc_info[0] is not None:
            kind, _, trace = record.exc_info
            record.exc_text = None
            record.exc_info = None
            record.msg = f"{record.getMessage()} [{where(kind, trace)}]"
            record.args = ()
        return True


def where(kind: type[BaseException], trace: object) -> str:
    """The exception's type and the last places it passed, without its message."""
    frames = traceback.extract_tb(trace)[-6:]  # type: ignore[arg-type]
    places = " < ".join(
        f"{frame.filename.rsplit('/', 1)[-1]}:{frame.lineno} {frame.name}" for frame in reversed(frames)
    )
    return f"{kind.__name__} at {places}"
