"""Find and replace personal data in running text."""

from __future__ import annotations

from collections.abc import Sequence

from generation.engine.pii.entities import Span, without_overlaps
from generation.engine.pii.known import KnownValues
from generation.engine.pii.names import find_names
from generation.engine.pii.patterns import MINIMUM_SCORE, find_patterns
from generation.engine.pii.secrets import find_secrets


def find_all(
    texts: Sequence[str],
    *,
    names: bool = True,
    label: frozenset[str] = frozenset(),
    known: KnownValues | None = None,
) -> list[tuple[Span, ...]]:
    """What `generation.engine.pii.find` says of texts, each distinct one read once."""
    found = {text: _find(text, label, known, names=names) for text in dict.fromkeys(texts)}
    return [found[text] for text in texts]


def _find(text: str, label: frozenset[str], known: KnownValues | None, *, names: bool) -> tuple[Span, ...]:
    spans = [*find_secrets(text), *find_patterns(text, label)]
    if names:
        spans.extend(find_names(text))
    if known is not None:
        spans.extend(known.find(text))
    return without_overlaps([span for span in spans if span.score >= MINIMUM_SCORE])


def redact(text: str, spans: Sequence[Span]) -> str:
    """The text with each span replaced by its entity in angle brackets, such as `<PERSON>`."""
    parts, end = [], 0
    for span in spans:
        parts += [text[end : span.start], f"<{span.entity}>"]
        end = span.end
    return "".join([*parts, text[end:]])
