"""Whether a column holds running text: by what it is called, or by how many words its values have."""

from __future__ import annotations

from collections.abc import Sequence

from generation.engine.pii.entities import word_set
from generation.engine.pii.labels import words_in

TEXT_WORDS = 4.0
_LOOKED_AT = 1_000
_TEXT_LABELS = word_set(
    """text texts content prompt completion message messages question answer input output instruction instructions
    response note notes comment comments description body utterance transcript conversation dialogue turns summary
    review feedback remark remarks memo bemerkung nachricht kommentar notiz texto nota comentario mensaje texte"""
)


def is_running(label: str, texts: Sequence[str]) -> bool:
    """Whether values under this label are sentences rather than cells."""
    some = texts[:_LOOKED_AT]
    words = sum(len(text.split()) for text in some) / max(1, len(some))
    named = words_in(label)
    return words >= TEXT_WORDS or (bool(named) and named[-1] in _TEXT_LABELS)
