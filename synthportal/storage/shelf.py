"""The plain shelf of released bytes. An import contract lets `reviews.stages.export` in, and nobody else.

A released blob is called `released/<sha256>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import BinaryIO

from synthportal.storage.vault import Draft, Hashing, disk_errors, store


@contextmanager
def write_released() -> Iterator[Draft]:
    """Write released bytes in plain, named by their SHA-256."""
    staged = store().stage()
    try:
        with disk_errors():
            draft = Draft(Hashing(staged))  # type: ignore[arg-type]
            yield draft
            blob = draft.finish()
            store().publish(staged, f"released/{blob.sha256}")
            draft.blob = blob
    except BaseException:
        store().discard(staged)
        raise


def open_released(sha256: str) -> BinaryIO:
    """Released bytes."""
    return store().open(f"released/{sha256}")


def has_released(sha256: str) -> bool:
    return store().exists(f"released/{sha256}")
