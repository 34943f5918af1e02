"""`manage.py verify`: check the bundle of a release, without network or database."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.engine.bundle.check import Checked, Portal, check_bundle, own_key, portal_of, standing_of
from reviews.engine.certificate.certificate import key_id
from reviews.management.commands.verify_certificate import read_key


class Command(BaseCommand):
    help = """Verify the bundle of a release offline: every file, the signature, and plan, bound, draw and gate again.

    Exits with 1 and the files that were changed, or what does not follow, when it is not valid, and when the status
    that was downloaded with it says anything but released.
    """
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("bundle", type=Path, help="the downloaded zip archive, or a folder with its files")
        parser.add_argument("--public-key", type=Path, help="the portal's public key: PEM, or 64 hex digits")
        parser.add_argument("--keys", type=Path, help="the portal's list of keys: also checks who drew the sample")
        parser.add_argument("--status", type=Path, help="the status of the release: also checks that it still stands")

    def handle(self, *args: Any, **options: Any) -> None:
        path, given = options["bundle"], options["public_key"]
        key, found = _checked(path, read_key(given) if given else None)
        if found.faults:
            raise CommandError("NOT valid. " + " ".join(found.faults))
        self.stdout.write(f"Valid: {found.claim}")
        portal = _portal(options["keys"], key)
        if portal.draw_key and found.draw_key not in ("", portal.draw_key):
            raise CommandError("NOT valid. The sample was drawn with another key than the portal's.")
        self.stdout.write(f"Signed with key {key_id(key)}.")
        if options["status"]:
            self.stdout.write(_standing(options["status"], portal, found.release))
        if not given:
            self.stdout.write("The key came with the bundle: compare it with the one that the portal publishes.")


def _portal(path: Path | None, key: Ed25519PublicKey) -> Portal:
    if path is None:
        return Portal({key_id(key): key})
    try:
        return portal_of(path.read_bytes(), key)
    except OSError as error:
        raise CommandError(f"The list of keys cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise CommandError(f"The list of keys says nothing. {error}") from error


def _standing(path: Path, portal: Portal, release: str) -> str:
    """A sentence where the release stands; CommandError where it is suspended or closed, or nothing can be told."""
    try:
        word, at = standing_of(path.read_bytes(), portal, release)
    except OSError as error:
        raise CommandError(f"The status cannot be read: {error.strerror}.") from error
    except (KeyError, TypeError, ValueError) as error:
        raise CommandError(f"The status says nothing. {error}") from error
    if word != "released":
        raise CommandError(f"NOT to be used. At {at} the portal said that it is {word}.")
    return f"At {at} the portal said that it is released."


def _checked(path: Path, key: Ed25519PublicKey | None) -> tuple[Ed25519PublicKey, Checked]:
    try:
        key = key or own_key(path)
        return key, check_bundle(path, key)
    except OSError as error:
        raise CommandError(f"The bundle cannot be read: {error.strerror}.") from error
    except ValueError as error:
        raise CommandError(f"NOT valid. {error}") from error
