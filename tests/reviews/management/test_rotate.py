"""Keys follow each other and are called back; what was signed is judged by them."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from django.core.management import CommandError, call_command
from django.test import Client

from reviews.engine.attestation.dsse import opened
from reviews.engine.attestation.keys import LIST_TYPE, KeyFacts, is_introduced
from reviews.engine.certificate.certificate import key_id
from reviews.models import PublicKey, Release
from reviews.repositories.trust.keys import own_key, public_key_hex, trusted_keys
from reviews.tasks import submit_attestation
from synthportal.errors import Conflict
from synthportal.models import AuditEvent, Person
from tests.reviews.signing import publish

SignIn = Callable[[str], Client]
NEXT = bytes(range(40, 72))
NEXT_ID = key_id(Ed25519PrivateKey.from_private_bytes(NEXT).public_key())


@pytest.fixture
def secret(tmp_path: Path) -> str:
    path = tmp_path / "next"
    path.write_text(NEXT.hex() + "\n")
    return str(path)


def published() -> list[KeyFacts]:
    """The keys as a stranger reads them, whose list the key of today must have signed."""
    envelope = Client().get("/.well-known/synthportal/keys.json").json()
    today = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key_hex()))
    said = opened(envelope, {key_id(today): today}, LIST_TYPE)
    return [KeyFacts(**{name: value for name, value in one.items() if name != "algorithm"}) for one in said["keys"]]


def status_of(client: Client, release: Release) -> int:
    sent: Any = client.get(f"/releases/{release.pk}/export/?format=csv")
    if sent.streaming:
        b"".join(sent.streaming_content)
    return sent.status_code


def test_the_key_of_today_is_published_without_an_account(db: None) -> None:
    (key,) = published()
    assert (key.public_key, key.valid_until, key.revoked_at) == (public_key_hex(), "", "")


def test_a_rotated_key_is_introduced_by_the_one_before_and_old_signatures_still_count(
    release: Release, client_of: SignIn, settings: Any, secret: str, people: dict[str, Person]
) -> None:
    before = public_key_hex()
    call_command("signing_keys", "--rotate", secret)
    with pytest.raises(Conflict, match="closed"):
        submit_and_sign(release, people)
    settings.SIGNING_KEY = NEXT
    old, new = published()
    assert (old.public_key, new.key_id, new.introduced_by) == (before, NEXT_ID, old.key_id)
    assert is_introduced(new, old)
    assert old.valid_until == new.valid_from
    assert status_of(client_of("dan"), release) == 200
    assert keys_to_type(client_of("dan"), release) == (before, before)
    submit_and_sign(release, people)
    assert release.attestations.order_by("-number").first().key_id == NEXT_ID  # type: ignore[union-attr]
    assert keys_to_type(client_of("dan"), release) == (public_key_hex(), before)
    call_command("signing_keys", "--revoke", old.key_id, "--reason", "The secret was seen by a stranger.")
    assert keys_to_type(client_of("dan"), release) == (public_key_hex(), "")


def keys_to_type(client: Client, release: Release) -> tuple[str, str]:
    """The keys that the page says to check the bundle and the certificate with, "" where it says none."""
    page = client.get(f"/releases/{release.pk}/").content.decode()
    bundle = re.search(r"verify\.py --public-key ([0-9a-f]{64})", page)
    certificate = re.search(r'<code class="wrap small">([0-9a-f]{64})</code></p>\s', page)
    return bundle[1] if bundle else "", certificate[1] if certificate else ""


def submit_and_sign(release: Release, people: dict[str, Person]) -> None:
    from reviews.repositories.trust.keys import open_key

    open_key()
    submit_attestation(release, by=people["cleo"])
    publish(release)


def test_what_a_revoked_key_has_signed_leaves_no_more_until_it_is_attested_anew(
    release: Release, client_of: SignIn, settings: Any, secret: str, people: dict[str, Person]
) -> None:
    old = own_key().pk
    call_command("signing_keys", "--rotate", secret)
    settings.SIGNING_KEY = NEXT
    with pytest.raises(CommandError, match="Say why"):
        call_command("signing_keys", "--revoke", old)
    call_command("signing_keys", "--revoke", old, "--reason", "The secret was seen by a stranger.")
    assert published()[0].revoked_reason == "The secret was seen by a stranger."
    refused = client_of("dan").get(f"/releases/{release.pk}/export/?format=csv")
    assert refused.status_code == 409
    assert "not one of those" in refused.content.decode()
    submit_and_sign(release, people)
    assert status_of(client_of("dan"), release) == 200
    assert AuditEvent.objects.filter(action__in=["key rotated", "key revoked"]).count() == 2


def test_the_key_of_today_is_not_revoked_and_an_unknown_one_is_told(db: None) -> None:
    with pytest.raises(CommandError, match="rotate"):
        call_command("signing_keys", "--revoke", own_key().pk, "--reason", "Why not.")
    with pytest.raises(CommandError, match="no such key"):
        call_command("signing_keys", "--revoke", "0" * 16, "--reason", "Why not.")


def test_a_key_that_somebody_wrote_into_the_database_is_not_the_portals(
    release: Release, client_of: SignIn, people: dict[str, Person]
) -> None:
    mine = Ed25519PrivateKey.from_private_bytes(NEXT)
    raw = mine.public_key().public_bytes_raw().hex()
    known = PublicKey.objects.get()
    PublicKey.objects.create(key_id=NEXT_ID, public_key=raw, valid_from=known.valid_from, endorsement=known.endorsement)
    assert NEXT_ID not in trusted_keys()
    assert [key.key_id for key in published()] == [known.pk]


def test_an_attestation_that_somebody_wrote_into_the_database_sends_nothing(
    release: Release, client_of: SignIn, people: dict[str, Person]
) -> None:
    row = release.attestations.get()
    said = json.loads(base64.b64decode(row.envelope["payload"]))
    csv = next(one for one in said["subject"] if one["name"] == "release-1.csv")
    csv["digest"]["sha256"] = release.files.get(format="jsonl").sha256
    forged = row.envelope | {"payload": base64.b64encode(json.dumps(said).encode()).decode()}
    release.attestations.create(
        number=2, asked_by=people["cleo"], envelope=forged, statement_sha256="0" * 64, signed_at=row.signed_at
    )
    assert status_of(client_of("dan"), release) == 409
