"""Makes the parts of the finder that are learnt: `python -m generation.engine.pii.learned.build`.

In this order, each into the folder that `built.folder()` names: places (from libphonenumber's geography), ordinary
words (small in noisy posts and in our own plain messages, although lists know them as names), and the tagger, trained
on our own filled templates and on the training posts of WNUT17. The same code and packages give the same bytes.
"""

from __future__ import annotations

import gzip
import os
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from importlib.resources import files
from pathlib import Path

import pycrfsuite

from generation.engine.pii import built
from generation.engine.pii.entities import LOCATION, ORGANIZATION, PERSON
from generation.engine.pii.learned import vocabulary
from generation.engine.pii.learned.features import features, tokens
from generation.engine.pii.learned.fills import Example, fills
from generation.engine.pii.learned.tagger import ENTITIES

FILLS, SEED = 13_000, 13
ITERATIONS = 80
# A part of WNUT17's posts is learnt as it stands, and again in small letters: people write so.
_POSTS = Path(__file__).parent / "wnut17_train.conll.gz"
_POST_ENTITIES = {"person": PERSON, "location": LOCATION, "corporation": ORGANIZATION, "group": ORGANIZATION}
_CLOSING = frozenset(".,!?;:')]}%…”’")
_ENDINGS = ("", "s", "ed", "ing", "er", "ly")
_OPENING = frozenset("([{#$@“‘")


def build() -> Path:
    """Make what is missing; the folder."""
    folder = built.folder()
    folder.mkdir(parents=True, exist_ok=True)
    for name, make in ((built.PLACES, _places), (built.ORDINARY, _ordinary)):
        if not (folder / name).is_file():
            _write(folder / name, sorted(make()))
    if not (folder / built.TAGGER).is_file():
        _train([*fills(FILLS, SEED), *posts()], folder / built.TAGGER)
    return folder


def _write(path: Path, lines: Iterable[str]) -> None:
    unfinished = path.with_suffix(".unfinished")
    unfinished.write_text("\n".join(lines), encoding="utf-8")
    unfinished.replace(path)


def _places() -> set[str]:
    """Towns and regions that telephone numbers are given out in, cities of time zones and those we name, folded."""
    from phonenumbers.geodata import GEOCODE_DATA

    names = {names["en"] for names in GEOCODE_DATA.values() if "en" in names}
    parts = {part.strip().casefold() for name in names for part in re.split(r",|/| - ", name)}
    listed = (files("tzdata") / "zones").read_text(encoding="utf-8").split()
    zones = {zone.rpartition("/")[2].replace("_", " ").casefold() for zone in listed if "/" in zone}
    ours = {place.casefold() for place in (*vocabulary.CITIES, *vocabulary.STATES, *vocabulary.COUNTRIES)}
    parts |= zones | {place for place in ours if len(place) > 2 and not place.startswith("the ")}
    return {part for part in parts if re.fullmatch(r"[^\W\d_][^\d(),;:]{2,40}", part)}


def _ordinary() -> set[str]:
    """Words that stand in small letters, as no part of a name, twice or more."""
    counts: Counter[str] = Counter()
    for example in [*posts(), *fills(2_000, SEED + 1)]:
        if example.text.islower():
            continue
        for start, end in tokens(example.text):
            word = example.text[start:end]
            if word.islower() and not any(first < end and start < last for first, last, _ in example.spans):
                counts[word] += 1
    ours = {*vocabulary.THINGS, *vocabulary.VERBS, *vocabulary.ADJECTIVES, *vocabulary.EVERYDAY}
    bent = {
        f"{word.removesuffix('e') if end in ('ed', 'ing', 'er') else word}{end}" for word in ours for end in _ENDINGS
    }
    return {word for word, count in counts.items() if count > 1 and len(word) > 1} | bent


def posts() -> Iterator[Example]:
    """The training posts of WNUT17."""
    yield from rejoined(gzip.decompress(_POSTS.read_bytes()).decode("utf-8"), _POST_ENTITIES)


def rejoined(conll: str, entities: dict[str, str]) -> Iterator[Example]:
    """Posts of a file with a word and its BIO label a line, with the spaces that their words lost."""
    for block in conll.split("\n\n"):
        words = [line.split("\t") for line in block.split("\n") if line.find("\t") > 0]
        if words:
            yield _post([(word, label) for word, label, *_ in words], entities)


def _post(words: list[tuple[str, str]], entities: dict[str, str]) -> Example:
    text = ""
    spans: list[tuple[int, int, str]] = []
    for word, label in words:
        if text and word[0] not in _CLOSING and text[-1] not in _OPENING:
            text += " "
        entity = entities.get(label[2:])
        if entity and label[0] == "I" and spans:
            spans[-1] = (spans[-1][0], len(text) + len(word), entity)
        elif entity:
            spans.append((len(text), len(text) + len(word), entity))
        text += word
    return Example(text, tuple(spans))


def _labels(example: Example, places: list[tuple[int, int]]) -> list[str]:
    labels = ["O"] * len(places)
    for start, end, entity in example.spans:
        if entity not in ENTITIES:
            continue  # it has a form, and needs no learning
        inside = [i for i, (first, last) in enumerate(places) if first < end and start < last]
        for i in inside:
            labels[i] = f"{'B' if i == inside[0] else 'I'}-{entity}"
    return labels


def _train(examples: list[Example], path: Path) -> None:
    trainer = pycrfsuite.Trainer(algorithm="lbfgs", verbose=False)
    trainer.set_params({"c1": 0.1, "c2": 0.05, "max_iterations": ITERATIONS, "feature.minfreq": 2})
    for example in examples:
        places = tokens(example.text)
        if places:
            trainer.append(features(example.text, places), _labels(example, places))
    unfinished = path.with_suffix(".unfinished")
    trainer.train(str(unfinished))
    unfinished.replace(path)


if __name__ == "__main__":
    # Some of Faker's lists are sets: without a fixed seed of hashes the same seed would fill other texts each time.
    if os.environ.get("PYTHONHASHSEED") == "0":
        print(build())
    else:
        again = [sys.executable, "-m", "generation.engine.pii.learned.build"]
        subprocess.run(again, env=os.environ | {"PYTHONHASHSEED": "0"}, check=True)
