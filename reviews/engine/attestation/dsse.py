"""DSSE envelopes (secure-systems-lab/dsse, version 1.0) with Ed25519 signatures.

An envelope has one form of bytes here: canonical JSON. Whatever is not exactly that is refused, so that no byte of an
envelope can change unseen, not even one that a lenient reader of Base64 or JSON would pass over.
"""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from reviews.engine.certificate.canonical import canonical_json
from reviews.engine.certificate.certificate import key_id

IN_TOTO = "application/vnd.in-toto+json"


class Untrusted(ValueError):
    """An envelope that says nothing: malformed, signed by an unknown key, or changed. The message says which."""


def pre_authentication(payload_type: str, payload: bytes) -> bytes:
    """PAE: what is signed. Both parts with their lengths, so that neither can flow into the other."""
    kind = payload_type.encode()
    return b"DSSEv1 %d %b %d %b" % (len(kind), kind, len(payload), payload)


def seal(payload: Mapping[str, Any], key: Ed25519PrivateKey, payload_type: str = IN_TOTO) -> dict[str, Any]:
    """The envelope of JSON data (floats as decimal strings, see `as_json`), signed with one key."""
    content = canonical_json(payload)
    signature = key.sign(pre_authentication(payload_type, content))
    return {
        "payload": base64.b64encode(content).decode(),
        "payloadType": payload_type,
        "signatures": [{"keyid": key_id(key.public_key()), "sig": base64.b64encode(signature).decode()}],
    }


def envelope_bytes(envelope: Mapping[str, Any]) -> bytes:
    """The one way an envelope is written to a file."""
    return canonical_json(envelope)


def opened(
    envelope: bytes | Mapping[str, Any], keys: Mapping[str, Ed25519PublicKey], payload_type: str = IN_TOTO
) -> dict[str, Any]:
    """What an envelope says, once its signature holds; `keys` are those one trusts, by key id. Raises Untrusted."""
    read = _read(envelope) if isinstance(envelope, bytes) else dict(envelope)
    content, signature, keyid = _parts(read, payload_type)
    key = keys.get(keyid)
    if key is None:
        raise Untrusted(f"It was signed with the key {keyid[:64]}, which is not one of those that were given.")
    try:
        key.verify(signature, pre_authentication(payload_type, content))
    except InvalidSignature as error:
        raise Untrusted("The signature does not match: it was changed, or is not from this portal.") from error
    said: dict[str, Any] = json.loads(content)
    return said


def unchecked(envelope: Mapping[str, Any]) -> dict[str, Any]:
    """What an envelope says, its signature not looked at. Raises KeyError, TypeError or ValueError where it is none."""
    said: dict[str, Any] = json.loads(base64.b64decode(envelope["payload"]))
    return said


def _read(envelope: bytes) -> dict[str, Any]:
    try:
        read = json.loads(envelope)
        is_canonical = isinstance(read, dict) and canonical_json(read) == envelope
    except (ValueError, RecursionError) as error:
        raise Untrusted("This is not an envelope: it cannot be read as JSON.") from error
    if not is_canonical:
        raise Untrusted("This is not an envelope as it was written: its bytes are not canonical JSON.")
    found: dict[str, Any] = read
    return found


def _parts(envelope: Mapping[str, Any], payload_type: str) -> tuple[bytes, bytes, str]:
    """(payload, signature, key id). One signature, because one portal signs."""
    try:
        (signature,) = envelope["signatures"]
        texts = (envelope["payload"], signature["sig"])
        content, value = (base64.b64decode(text, validate=True) for text in texts)
        again = [base64.b64encode(part).decode() for part in (content, value)]
        keyid = signature["keyid"]
    except (KeyError, TypeError, ValueError, binascii.Error) as error:
        raise Untrusted("This is not a signed envelope, or it is incomplete.") from error
    if again != list(texts) or not isinstance(keyid, str):
        raise Untrusted("This is not an envelope as it was written: its Base64 has another form.")
    if envelope.keys() != {"payload", "payloadType", "signatures"} or envelope["payloadType"] != payload_type:
        raise Untrusted("The envelope holds another kind of content than was asked for.")
    return content, value, keyid
