"""A spaCy pipeline of one's own in place of the token classifier, read from the directory that it was written to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from generation.engine.pii.entities import ADDRESS, DATE, LOCATION, MODEL, ORGANIZATION, PERSON, Span

CONFIG = "config.cfg"
BATCH = 64
# spaCy gives no probability with an entity: Presidio's constant for what its language models find.
SCORE = 0.85
# Of the kinds that pipelines tell apart, those that say something of a person; numbers and works of art are no matter.
_ENTITIES = {
    "PERSON": PERSON, "PER": PERSON, "GPE": LOCATION, "LOC": LOCATION, "FAC": ADDRESS, "ORG": ORGANIZATION,
    "DATE": DATE, "ADDRESS": ADDRESS,
}  # fmt: skip


def holds_pipeline(folder: Path) -> bool:
    """Whether spaCy wrote this directory."""
    return (folder / CONFIG).is_file()


class Pipeline:
    """A loaded pipeline; OSError or ValueError for a directory that holds none."""

    def __init__(self, folder: Path) -> None:
        import spacy

        self._nlp = spacy.load(folder, exclude=["lemmatizer", "attribute_ruler", "parser", "senter"])

    def find(self, texts: Sequence[str]) -> list[tuple[Span, ...]]:
        """Of each text the spans."""
        return [tuple(self._spans(text)) for text in self._nlp.pipe(texts, batch_size=BATCH)]

    def _spans(self, text: object) -> Iterator[Span]:
        for found in text.ents:  # type: ignore[attr-defined]  # spaCy has no types here
            if entity := _ENTITIES.get(found.label_.upper()):
                yield Span(entity, found.start_char, found.end_char, SCORE, (MODEL,))
