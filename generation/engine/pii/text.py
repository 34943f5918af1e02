"""Find and replace personal data in running text."""

from __future__ import annotations

from generation.engine.pii.entities import Span, without_overlaps
from generation.engine.pii.known import KnownValues
from generation.engine.pii.names import find_names
from generation.engine.pii.patterns import MINIMUM_SCORE, find_patterns
from generation.engine.pii.secrets import find_secrets


def find_spans(
    text: str, label: frozenset[str] = frozenset(), known: KnownValues | None = None, *, names: bool = True
) -> tuple[Span, ...]:
    """Spans of personal data in a text, in order, without overlaps; `label` are the words of its column's label."""
    spans = [*find_secrets(text), *find_patterns(text, label)]
    if names:
        spans.extend(find_names(text))
    if known is not None:
        spans.extend(known.find(text))
    return without_overlaps([span for span in spans if span.score >= MINIMUM_SCORE])


def redact(text: str, known_values: KnownValues | None = None, label: frozenset[str] = frozenset()) -> str:
    """The text with each find replaced by its entity in angle brackets, such as `<PERSON>`."""
    parts, end = [], 0
    for span in find_spans(text, label, known_values):
        parts += [text[end : span.start], f"<{span.entity}>"]
        end = span.end
    return "".join([*parts, text[end:]])
