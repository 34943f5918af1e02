"""Where the parts of the finder lie that are made on this machine, and whether they are there.

`python -m generation.engine.pii.learned.build` makes them from what ships with this code and the locked packages, in
the environment of the interpreter, so that every process of an installation reads the same ones. They are made for
exactly this code: parts of another version are as good as absent, and what they do is then off.
"""

from __future__ import annotations

import hashlib
import sys
from functools import cache
from importlib.metadata import version
from pathlib import Path

TAGGER, PLACES, ORDINARY = "tagger.crfsuite", "places.txt", "ordinary.txt"
_HERE = Path(__file__).parent
_SOURCES = ("gazetteer.py", "learned/*.py", "learned/templates.txt", "learned/wnut17_train.conll.gz")
_named: list[Path] = []
_PACKAGES = ("faker", "phonenumbers", "python-crfsuite", "tzdata")


@cache
def digest() -> str:
    """What the parts are made of: this code, its texts and the versions of the packages that lend their lists."""
    made_of = hashlib.sha256(" ".join(f"{name}={version(name)}" for name in _PACKAGES).encode())
    for pattern in _SOURCES:
        for path in sorted(_HERE.glob(pattern)):
            made_of.update(path.read_bytes())
    return made_of.hexdigest()[:16]


def folder() -> Path:
    """Where the parts are, or would be."""
    return Path(sys.prefix) / "share" / "synthportal" / f"pii-{digest()}"


def part(name: str) -> Path | None:
    """A part that was made, or None."""
    path = folder() / name
    return path if path.is_file() else None


def use_model(folder: Path) -> None:
    """Read the token classifier from this directory, in this process and from its first text on."""
    _named.append(folder)


def model() -> Path | None:
    """The directory that was named last, or None."""
    return _named[-1] if _named else None


def lines(name: str) -> frozenset[str]:
    """The lines of a part; none where it was not made."""
    path = part(name)
    return frozenset(path.read_text(encoding="utf-8").split("\n")) - {""} if path else frozenset()
