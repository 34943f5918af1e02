"""Why a piece of work stopped, in one sentence for the person who asked."""

from __future__ import annotations

from synthportal.errors import DISK_FULL, DomainError, is_full_disk
from synthportal.jobs.logs import where


def reason_of(error: Exception) -> str:
    """One sentence for the person who asked. Only errors made to be shown are quoted: others may hold cell values."""
    sentence = getattr(error, "sentence", None)
    if isinstance(sentence, str):
        return sentence
    if isinstance(error, DomainError):
        return " ".join(error.reasons)
    if is_full_disk(error):
        return DISK_FULL
    if isinstance(error, MemoryError):
        return "There was not enough memory. Try fewer rows or columns, or ask your administrator for a larger limit."
    return f"The work stopped on an unexpected error ({where(type(error), error.__traceback__)})."
