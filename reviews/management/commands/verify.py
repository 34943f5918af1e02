"""`manage.py verify`: check the bundle of a release, without network or database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.engine.bundle.check import Checked, check_bundle, own_key
from reviews.engine.certificate.certificate import key_id
from reviews.management.commands.verify_certificate import read_key


class Command(BaseCommand):
    help = """Verify the bundle of a release offline: every file, the signature, and plan, bound, draw and gate again.

    Exits with 1 and the files that were changed, or what does not follow, when it is not valid.
    """
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", type=Path, help="the downloaded zip archive, or a folder with its files")
        parser.add_argument("--public-key", type=Path, help="the portal's public key: PEM, or 64 hex digits")

    def handle(self, *args: Any, **options: Any) -> None:
        path, given = options["bundle"], options["public_key"]
        key, found = _checked(path, read_key(given) if given else None)
        if found.faults:
            raise CommandError("NOT valid. " + " ".join(found.faults))
        self.stdout.write(f"Valid: {found.claim}")
        self.stdout.write(f"Signed with key {key_id(key)}.")
        if not given:
            self.stdout.write("The key came with the bundle: compare it with the one that the portal publishes.")


def _checked(path: Path, key: Ed25519PublicKey | None) -> tuple[Ed25519PublicKey, Checked]:
    try:
        key = key or own_key(path)
        return key, check_bundle(path, key)
    except OSError as error:
        raise CommandError(f"The bundle cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"NOT valid. {error}") from error
