"""Errors of the engine: one clear sentence for the person, a code for the log, never a cell value."""

from __future__ import annotations


class EngineError(Exception):
    """The input cannot be used as asked.

    `sentence` says what is wrong and what to do, and may be shown as it is; `code` is a short stable slug for logs
    and tests. Neither ever holds a cell value; a place is given as a row number or a column's position.
    """

    def __init__(self, code: str, sentence: str) -> None:
        super().__init__(sentence)
        self.code = code
        self.sentence = sentence


class TableError(EngineError):
    """An uploaded table cannot be read."""


class PlanError(EngineError):
    """A minimisation plan cannot be applied to this table."""


class FitError(EngineError):
    """A synthesizer cannot be fitted or sampled with these parameters on this table."""


class KindError(EngineError):
    """A kind of source cannot be registered."""


class MetricError(EngineError):
    """A metric cannot be registered."""


class DocumentError(EngineError):
    """An uploaded document cannot be read."""


class SuiteError(EngineError):
    """Questions or tasks cannot be made as asked."""
