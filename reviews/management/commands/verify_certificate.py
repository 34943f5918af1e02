"""`manage.py verify_certificate`: check a certificate, and the file it speaks of, without network or database."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.engine.certificate.certificate import key_id, verify


class Command(BaseCommand):
    help = """Verify a release certificate offline, without network or database.

    Exits with 1 and the reasons when it is not valid.
    """
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("certificate", type=Path, help="the signed certificate, a JSON file")
        parser.add_argument("--public-key", type=Path, help="the portal's public key: PEM, or 64 hex digits")
        parser.add_argument("--file", type=Path, help="the downloaded artefact")

    def handle(self, *args: Any, **options: Any) -> None:
        envelope = _read_json(options["certificate"])
        key = read_key(options["public_key"]) if options["public_key"] else _own_key(envelope)
        reasons = _verify_file(envelope, key, options["file"])
        if reasons:
            raise CommandError("NOT valid. " + " ".join(reasons))
        self.stdout.write(f"Valid: {envelope['certificate']['claim']}")
        self.stdout.write(f"Signed with key {key_id(key)}.")
        if not options["public_key"]:
            self.stdout.write("The key came with the certificate: compare it with the one that the portal publishes.")
        if not options["file"]:
            self.stdout.write("No file was checked: add --file to check the artefact.")


def _verify_file(envelope: object, key: Ed25519PublicKey, path: Path | None) -> list[str]:
    if path is None:
        return verify(envelope, key)
    try:
        with path.open("rb") as artefact:
            return verify(envelope, key, artefact)
    except OSError as error:
        raise CommandError(f"The artefact cannot be read: {error.strerror}.") from error


def _read_json(path: Path) -> Any:
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandError(f"The certificate cannot be read: {error.strerror}.") from error
    except (ValueError, RecursionError) as error:
        raise CommandError("The certificate is not a JSON file.") from error


def read_key(path: Path) -> Ed25519PublicKey:
    """A public key from a file, PEM or 64 hex digits. Raises CommandError in words."""
    try:
        content = path.read_bytes()
        if not content.lstrip().startswith(b"-----"):
            return Ed25519PublicKey.from_public_bytes(bytes.fromhex(content.decode("ascii").strip()))
        key = load_pem_public_key(content)
    except OSError as error:
        raise CommandError(f"The public key cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError("The public key is neither PEM nor 64 hex digits.") from error
    if not isinstance(key, Ed25519PublicKey):
        raise CommandError("The public key is not an Ed25519 key.")
    return key


def _own_key(envelope: object) -> Ed25519PublicKey:
    """The key that the envelope carries: it shows that nothing was changed, not who signed."""
    signature = envelope.get("signature") if isinstance(envelope, dict) else None
    text = signature.get("public_key") if isinstance(signature, dict) else None
    try:
        return Ed25519PublicKey.from_public_bytes(bytes.fromhex(text if isinstance(text, str) else ""))
    except ValueError as error:
        raise CommandError("NOT valid. The certificate carries no public key: add --public-key.") from error
