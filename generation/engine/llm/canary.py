"""The canary of a set: a text that a model can only know from having met it (as in BIG-bench, Srivastava et al. 2022).

It stands where it changes no record: in notes, in metadata, beside the files. Whoever has the bytes can tell it.
"""

from __future__ import annotations

import uuid

_CANARIES = uuid.UUID("6f2b7c1e-9a54-4f0d-8c3a-2d1e5b7f9a60")
TO_TEST = "BENCHMARK DATA, NEVER TRAIN ON IT."
TO_TRAIN = "SYNTHETIC DATA OF A RELEASE."


def canary_of(name: str, *, to_train: bool = False) -> str:
    """The canary of what has this name; `to_train` says what it is for, and leaves the GUID as it is."""
    return f"{TO_TRAIN if to_train else TO_TEST} canary GUID {guid_of(name)}"


def canary_of_release(artefact_sha256: str, *, to_train: bool) -> str:
    """The canary of a release, from the digest of its records."""
    return canary_of(name_of_release(artefact_sha256), to_train=to_train)


def name_of_release(artefact_sha256: str) -> str:
    """What the files for tools call a release."""
    return f"release {artefact_sha256[:16]}"


def guid_of(name: str) -> str:
    """A GUID that follows from a name (RFC 9562, version 5).

    >>> guid_of("one") == guid_of("one") != guid_of("another")
    True
    """
    return str(uuid.uuid5(_CANARIES, name))
