"""The program in the bundle that checks it: the very file that is tested here."""

from __future__ import annotations

from importlib.resources import files

from reviews.engine.bundle.material import Document

VERIFIER = Document(
    "verify.py",
    "Program that checks all of this",
    "text/x-python; charset=utf-8",
    lambda _: files("reviews.engine.bundle").joinpath("verify.py").read_bytes(),
)
