"""Whether what lies here of a release is what was signed, and who signed it.

The attestation is a DSSE envelope with an in-toto statement whose subjects are all files; before there is one, the
certificate signs the Parquet file alone. Signatures need the package cryptography.
"""

from __future__ import annotations

import base64
import hashlib
import json
import zipfile
import zlib
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any, BinaryIO

from synthportal_client import ENDINGS, Portal
from synthportal_client.refusals import PortalError

STATEMENT, KEY_LIST = "application/vnd.in-toto+json", "application/vnd.synthportal.keys+json"
ATTESTATION = "attestation.dsse.json"
# By its id: a key as the portal lists it, "public_key" in hex and "valid_until" of ISO 8601, "" for not yet.
Keys = Mapping[str, Mapping[str, Any]]


def checked(portal: Portal, release: Mapping[str, Any], public_key: str) -> dict[str, Any]:
    """The certificate, once all that lies in the cache of this release is found to be signed; see `Portal.verify`."""
    path = f"/releases/{release['id']}"
    try:
        certificate, envelope = portal.read(f"{path}/certificate/"), _attestation(portal, path)
        keys = _trusted(portal, public_key) if public_key else None
        if certificate["certificate"]["artefact"]["sha256"] != _sha256(portal.place(release, "parquet").open("rb")):
            raise PortalError("The certificate speaks of other bytes than these.")
        if envelope is None:
            _check_certificate(certificate, keys)
            return dict(certificate["certificate"])
        said = _statement(envelope, release, keys)
        if said["predicate"]["certificate"] != certificate["certificate"]:
            raise PortalError("The attestation holds another certificate.")
        _check_files(portal, release, said, keys)
    except (LookupError, TypeError, ValueError, AttributeError) as error:
        raise PortalError("What was signed of this release cannot be read.") from error
    return dict(certificate["certificate"])


def _attestation(portal: Portal, path: str) -> dict[str, Any] | None:
    try:
        return portal.read(f"{path}/attestation/")
    except PortalError as error:
        if error.status == 404:  # nothing but the certificate is signed yet
            return None
        raise


# --- Files --------------------------------------------------------------------------------------------------------


def _check_files(portal: Portal, release: Mapping[str, Any], said: Mapping[str, Any], keys: Keys | None) -> None:
    digests = _digests(said)
    for form, ending in ENDINGS.items():
        file = portal.place(release, form)
        if not file.exists():
            continue
        if form == "bundle":
            _check_bundle(file, release, keys)
        elif digests.get(f"release-{release['number']}.{ending}") != _sha256(file.open("rb")):
            raise PortalError(f"{file.name} is not what was signed of release {release['number']}: throw it away.")


def _check_bundle(file: Path, release: Mapping[str, Any], keys: Keys | None) -> None:
    """Each member against the attestation among them, which may be an earlier one than the portal's newest."""
    name = ATTESTATION
    try:
        with zipfile.ZipFile(file) as bundle:
            said = _statement(json.loads(bundle.read(name)), release, keys)
            digests, members = _digests(said), set(bundle.namelist()) - {name}
            wanted = {one["path"] for one in said["predicate"]["files"] if one["is_bundled"]}
            if odd := sorted(members ^ wanted):
                raise PortalError(f"{file.name}: {odd[0]} is missing, or was not signed.")
            for name in sorted(members):
                if _sha256(bundle.open(name)) != digests[name]:
                    raise PortalError(f"{file.name}: {name} was changed.")
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError) as error:
        raise PortalError(f"{file.name}: {name} cannot be read. Throw the file away.") from error


def _digests(said: Mapping[str, Any]) -> dict[str, str]:
    return {one["name"]: one["digest"]["sha256"] for one in said["subject"]}


def _sha256(opened: Any) -> str:
    file: BinaryIO
    with opened as file:
        found = hashlib.sha256()
        while piece := file.read(1 << 20):
            found.update(piece)
    return found.hexdigest()


# --- Signatures ---------------------------------------------------------------------------------------------------


def _trusted(portal: Portal, public_key: str) -> Keys:
    """The given key and, where it leads to the one that signs the portal's list of keys today, all of that list that
    were not revoked. A key leads to the next one by its signature over it, which the list holds.
    """
    given = {"public_key": public_key.lower(), "valid_until": ""}
    envelope = portal.read(f"{portal.url}/.well-known/synthportal/keys.json")
    listed = {one["key_id"]: one for one in _payload(envelope, KEY_LIST)["keys"] if _is_id_of(one)}
    led: dict[str, Mapping[str, Any]] = {_id_of(given["public_key"]): given}
    while new := [one for one in listed.values() if one["key_id"] not in led and _is_introduced(one, led)]:
        led |= {one["key_id"]: one for one in new}
    if not _holds(envelope, led):
        return {_id_of(given["public_key"]): given}
    return {name: one for name, one in listed.items() if not one["revoked_at"]}


def _id_of(public_key: str) -> str:
    return hashlib.sha256(bytes.fromhex(public_key)).hexdigest()[:16]


def _is_id_of(key: Mapping[str, Any]) -> bool:
    return bool(key["key_id"] == _id_of(key["public_key"]))


def _is_introduced(key: Mapping[str, Any], by: Keys) -> bool:
    said = {"format": "synthportal-next-key/1", "public_key": key["public_key"], "valid_from": key["valid_from"]}
    before = by.get(key["introduced_by"])
    return before is not None and _is_signed(before, bytes.fromhex(key["introduction"]), _canonical(said))


def _check_certificate(envelope: Mapping[str, Any], keys: Keys | None) -> None:
    if keys is None:
        return
    key, signature = keys.get(envelope["signature"]["key_id"]), bytes.fromhex(envelope["signature"]["value"])
    if key is None or not _is_signed(key, signature, _canonical(envelope["certificate"])):
        raise PortalError("The certificate was not signed with this key, or with one that it leads to.")


def _statement(envelope: Mapping[str, Any], release: Mapping[str, Any], keys: Keys | None) -> dict[str, Any]:
    """What an attestation says of this release; with `keys` only where one of them signed it while it was valid."""
    said = _payload(envelope, STATEMENT)
    if said["predicate"]["release"]["id"] != release["id"]:
        raise PortalError("The attestation speaks of another release.")
    if keys is None:
        return said
    if not _holds(envelope, keys):
        raise PortalError("The attestation was not signed with this key, or with one that it leads to.")
    until, at = keys[envelope["signatures"][0]["keyid"]]["valid_until"], said["predicate"]["attestation"]["at"]
    if until and datetime.fromisoformat(at) > datetime.fromisoformat(until):
        raise PortalError("The attestation was signed after its key was closed.")
    return said


def _payload(envelope: Mapping[str, Any], kind: str) -> dict[str, Any]:
    if envelope["payloadType"] != kind:
        raise ValueError("This envelope holds something else.")
    said: dict[str, Any] = json.loads(base64.b64decode(envelope["payload"], validate=True))
    return said


def _holds(envelope: Mapping[str, Any], keys: Keys) -> bool:
    """Whether the one signature of an envelope is that of one of the keys, over its content and the kind of it."""
    (signature,) = envelope["signatures"]
    kind, content = envelope["payloadType"].encode(), base64.b64decode(envelope["payload"], validate=True)
    signed = b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(content), content)
    key = keys.get(signature["keyid"])
    return key is not None and _is_signed(key, base64.b64decode(signature["sig"], validate=True), signed)


def _is_signed(key: Mapping[str, Any], signature: bytes, content: bytes) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(key["public_key"])).verify(signature, content)
    except InvalidSignature:
        return False
    return True


def _canonical(said: Mapping[str, Any]) -> bytes:
    return json.dumps(said, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode()
