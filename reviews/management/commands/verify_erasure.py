"""`manage.py verify_erasure`: check a certificate of erasure, and the file it speaks of, offline."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.engine.attestation.dsse import Untrusted
from reviews.engine.attestation.erasure import opened_erasure, own_key_of
from reviews.engine.certificate.certificate import key_id
from reviews.management.commands.verify_certificate import read_key


class Command(BaseCommand):
    help = """Verify a certificate of erasure offline, without network or database.

    Exits with 1 and the reason when it is not valid, or speaks of another file than that given.
    """
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("certificate", type=Path, help="the certificate, as it was downloaded")
        parser.add_argument("--public-key", type=Path, help="the portal's public key: PEM, or 64 hex digits")
        parser.add_argument("--source", type=Path, help="the file that was uploaded, where a copy of it is at hand")

    def handle(self, *args: Any, **options: Any) -> None:
        envelope = _read(options["certificate"])
        given = options["public_key"]
        key = read_key(given) if given else _own_key(envelope)
        try:
            said = opened_erasure(envelope, {key_id(key): key})
        except Untrusted as error:
            raise CommandError(f"NOT valid. {error}") from error
        if options["source"] and _digest(options["source"]) != said["source_sha256"]:
            raise CommandError("NOT valid for this file: another one was erased.")
        self.stdout.write(f"Valid: {said['claim']}")
        for limit in said["limits"]:
            self.stdout.write(f"- {limit}")
        self.stdout.write(f"Signed with key {key_id(key)}.")
        if not given:
            self.stdout.write("The key came with the certificate: compare it with the one that the portal publishes.")


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(f"{path.name} cannot be read: {error.strerror}.") from error


def _digest(path: Path) -> str:
    """Of a file that may be larger than the memory."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise CommandError(f"{path.name} cannot be read: {error.strerror}.") from error


def _own_key(envelope: bytes) -> Ed25519PublicKey:
    try:
        return own_key_of(json.loads(envelope))
    except (ValueError, RecursionError) as error:
        raise CommandError("NOT valid. This is no certificate that carries a public key: add --public-key.") from error
