"""Envelopes: read by other people's libraries, and changed in no byte unseen."""

from __future__ import annotations

import json

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

from reviews.engine.attestation.dsse import IN_TOTO, Untrusted, envelope_bytes, opened, pre_authentication, seal
from reviews.engine.certificate.certificate import key_id

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = KEY.public_key()
KEYS = {key_id(PUBLIC): PUBLIC}
SAID = {"claim": "95 % sure that fewer than 1 % leak", "rows": 7}


def test_what_is_signed_is_what_the_specification_gives_as_its_example() -> None:
    # github.com/secure-systems-lab/dsse, protocol.md, "Test vectors".
    assert pre_authentication("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )


def test_an_envelope_says_what_was_sealed() -> None:
    assert opened(seal(SAID, KEY), KEYS) == SAID
    assert opened(envelope_bytes(seal(SAID, KEY)), KEYS) == SAID


def test_securesystemslib_accepts_the_envelope_and_refuses_another_key() -> None:
    envelope = Envelope.from_dict(json.loads(envelope_bytes(seal(SAID, KEY))))
    keyid, raw = key_id(PUBLIC), PUBLIC.public_bytes_raw().hex()
    key = SSlibKey(keyid, "ed25519", "ed25519", {"public": raw})
    assert envelope.verify([key], 1) == {keyid: key}
    other = Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key().public_bytes_raw().hex()
    with pytest.raises(Exception, match="threshold"):
        envelope.verify([SSlibKey(keyid, "ed25519", "ed25519", {"public": other})], 1)


def test_no_byte_of_an_envelope_changes_unseen() -> None:
    written = envelope_bytes(seal(SAID, KEY))
    for place in range(len(written)):
        for flipped in (1, 2, 128):
            changed = bytearray(written)
            changed[place] ^= flipped
            with pytest.raises(Untrusted):
                opened(bytes(changed), KEYS)


@pytest.mark.parametrize("text", [b"", b"[]", b"{}", b'{"payload":"","payloadType":"","signatures":[]}', b"[" * 60_000])
def test_what_is_no_envelope_is_refused_in_words(text: bytes) -> None:
    with pytest.raises(Untrusted, match="This is not"):
        opened(text, KEYS)


def test_an_unknown_key_is_named() -> None:
    with pytest.raises(Untrusted, match=key_id(PUBLIC)):
        opened(seal(SAID, KEY), {})


def test_a_status_is_not_taken_for_an_attestation() -> None:
    with pytest.raises(Untrusted, match="another kind"):
        opened(seal(SAID, KEY, "application/vnd.synthportal.status+json"), KEYS, IN_TOTO)
