"""A spaCy pipeline in place of the classifier: one that is made here and knows two names by heart."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import spacy

from generation.engine.pii import built, classifier, find, missing_layers
from generation.engine.pii.entities import MODEL

TEXT = "Zorblatt met Quixelby Ltd in Vexburg at 7"


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Where it was written to; this process reads it until the test ends."""
    nlp = spacy.blank("en")
    ruler = nlp.add_pipe("entity_ruler")
    known = {"Zorblatt": "PERSON", "Quixelby Ltd": "ORG", "Vexburg": "GPE", "7": "CARDINAL"}
    ruler.add_patterns([{"label": label, "pattern": words} for words, label in known.items()])  # type: ignore[attr-defined]
    nlp.to_disk(tmp_path / "pipeline")
    built.use_model(tmp_path / "pipeline")
    classifier._of_process.cache_clear()
    yield tmp_path / "pipeline"
    built._named.pop()
    classifier._of_process.cache_clear()


def test_a_pipeline_in_the_directory_speaks_as_the_classifier(folder: Path) -> None:
    found = {(span.entity, TEXT[span.start : span.end]) for span in find([TEXT], layers=frozenset({MODEL}))[0]}
    assert found == {("PERSON", "Zorblatt"), ("ORGANIZATION", "Quixelby Ltd"), ("LOCATION", "Vexburg")}
    assert MODEL not in missing_layers()


def test_what_it_finds_is_joined_with_the_other_voices(folder: Path) -> None:
    (span,) = [one for one in find(["write to Zorblatt, zorblatt@house.example"])[0] if one.entity == "PERSON"]
    assert "model" in span.found_by
