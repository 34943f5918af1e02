"""Check a bundle with the engine's own arithmetic: every file, the signature, and all that follows from the record.

`verify.py` in the bundle does the same with nothing but `cryptography`; this adds the exact plan and the draw.
"""

from __future__ import annotations

import hashlib
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, cast

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from reviews.engine.attestation.dsse import Untrusted, opened, unchecked
from reviews.engine.attestation.keys import LIST_TYPE
from reviews.engine.attestation.record import record_faults
from reviews.engine.attestation.status import STATUS_TYPE
from reviews.engine.bundle.documents.record import RECORD
from reviews.engine.bundle.statement import files_of
from reviews.engine.certificate.certificate import key_id

ATTESTATION = "attestation.dsse.json"
TRAIN, TEST = "data/train.parquet", "data/test.parquet"
_CHUNK_BYTES = 1 << 20
# What reading a damaged archive ends with; RuntimeError of a way to pack or to lock that a flipped bit seems to name.
_DAMAGED = (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError)
Opens = Callable[[], BinaryIO]


@dataclass(frozen=True, slots=True)
class Checked:
    """The sentence that was signed, "" where nothing could be read, and one line for each thing that is wrong; the id
    of the release, and the key that its sample was drawn with, "" where it was drawn without a proof.
    """

    claim: str
    faults: tuple[str, ...]
    release: str = ""
    draw_key: str = ""


def check_bundle(path: Path, public_key: Ed25519PublicKey) -> Checked:
    """Check the folder or zip of a bundle against a key that one trusts. Raises OSError where there is none."""
    found = _members(path)
    if ATTESTATION not in found:
        return Checked("", (f"{ATTESTATION} is missing.",))
    try:
        with found.pop(ATTESTATION)() as file:
            statement = opened(file.read(), {key_id(public_key): public_key})
        files, claim = files_of(statement), str(statement["predicate"]["claim"])
        release = str(statement["predicate"].get("release", {}).get("id", ""))
    except Untrusted as error:
        return Checked("", (f"{ATTESTATION}: {error}",))
    except (AttributeError, KeyError, TypeError, *_DAMAGED):
        return Checked("", (f"{ATTESTATION}: it cannot be read.",))
    digests = {name: _digest(opens) for name, opens in found.items()}
    faults = [f"{name} is missing." for name, file in files.items() if file.is_bundled and name not in digests]
    faults += [f"{name} was not signed." for name in digests if name not in files]
    changed = [name for name, digest in digests.items() if name in files and files[name].sha256 != digest]
    faults += [f"{name} was changed." for name in changed]
    faults += _other_bytes(found, statement["predicate"]["certificate"]["artefact"])
    record: Mapping[str, Any] = {}
    if RECORD.path in found and RECORD.path not in changed:
        with found[RECORD.path]() as file:
            record = _json(file.read())
        faults += record_faults(record, statement["predicate"]["certificate"])
    drawn_with = str((record.get("draw") or {}).get("public_key", ""))
    return Checked(claim, tuple(faults), release, drawn_with)


@dataclass(frozen=True, slots=True)
class Portal:
    """What a portal publishes of its keys, as a signed list says: those that sign, by id, and the key of its draws."""

    keys: Mapping[str, Ed25519PublicKey]
    draw_key: str = ""


def portal_of(envelope: bytes, key: Ed25519PublicKey) -> Portal:
    """What the list of keys says that was signed with a key that one trusts; revoked keys are left out. Raises
    Untrusted.
    """
    said = opened(_json(envelope), {key_id(key): key}, LIST_TYPE)
    some = [one["public_key"] for one in said["keys"] if not one["revoked_at"]]
    keys = [Ed25519PublicKey.from_public_bytes(bytes.fromhex(one)) for one in some]
    return Portal({key_id(one): one for one in (key, *keys)}, str(said["draw"]["public_key"]))


def standing_of(envelope: bytes, portal: Portal, release: str) -> tuple[str, str]:
    """Where the release stands ("released", "suspended", "withdrawn" or "expired") and at what time that was so, as the
    status document says. Raises Untrusted, also where it tells of another release.
    """
    said = opened(_json(envelope), portal.keys, STATUS_TYPE)
    if said["release"] != release:
        raise Untrusted("The status is that of another release.")
    return str(said["status"]), str(said["at"])


def own_key(path: Path) -> Ed25519PublicKey:
    """The key that a bundle carries: it shows that nothing was changed, not who signed. ValueError without one."""
    try:
        with _members(path)[ATTESTATION]() as file:
            said = unchecked(json.loads(file.read()))
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(said["predicate"]["signer"]["public_key"]))
    except (KeyError, TypeError, ValueError, *_DAMAGED) as error:
        raise ValueError(f"{ATTESTATION} carries no public key.") from error


def _members(path: Path) -> dict[str, Opens]:
    if path.is_dir():
        kept = [one for one in sorted(path.rglob("*")) if one.is_file() and "__pycache__" not in one.parts]
        return {one.relative_to(path).as_posix(): _opens(one) for one in kept}
    try:
        archive = zipfile.ZipFile(path)
    except (zipfile.BadZipFile, RuntimeError, EOFError, ValueError) as error:
        raise ValueError("This is neither a folder nor a zip archive.") from error
    return {one.filename: _reads(archive, one) for one in archive.infolist()}


def _opens(path: Path) -> Opens:
    return lambda: path.open("rb")


def _reads(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Opens:
    return lambda: cast(BinaryIO, archive.open(member))


def _other_bytes(found: Mapping[str, Opens], artefact: Mapping[str, Any]) -> list[str]:
    """Whether the records begin with the bytes that were reviewed; behind them stands a footer with a label. A split
    has other bytes.
    """
    if TEST in found or TRAIN not in found or _digest(found[TRAIN], artefact["bytes"]) == artefact["sha256"]:
        return []
    return [f"{TRAIN} does not begin with the bytes that were reviewed."]


def _digest(opens: Opens, most: int = 1 << 62) -> str:
    """The digest of a member's first bytes; "" where it cannot be read to its end, which is a change too."""
    found = hashlib.sha256()
    try:
        with opens() as file:
            while most and (chunk := file.read(min(_CHUNK_BYTES, most))):
                found.update(chunk)
                most -= len(chunk)
    except _DAMAGED:
        return ""
    return found.hexdigest()


def _json(content: bytes) -> Mapping[str, Any]:
    try:
        read: Mapping[str, Any] = json.loads(content)
    except ValueError:
        return {}
    return read
