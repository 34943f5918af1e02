"""Counts within sentences, as English says them: "1 document", "12 documents"."""

from __future__ import annotations


def counted(count: int, noun: str, nouns: str = "") -> str:
    """The count and its noun; `nouns` is the plural where it is more than an "s".

    >>> counted(1, "document"), counted(1200, "document"), counted(2, "reply", "replies")
    ('1 document', '1,200 documents', '2 replies')
    """
    return f"{count:,} {noun if count == 1 else nouns or f'{noun}s'}"


def by_number(count: int, one: str, several: str) -> str:
    """The count with the words that go with it, such as "is missing" and "are missing".

    >>> by_number(1, "task is missing", "tasks are missing"), by_number(0, "task is missing", "tasks are missing")
    ('1 task is missing', '0 tasks are missing')
    """
    return f"{count:,} {one if count == 1 else several}"
