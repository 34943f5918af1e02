"""`manage.py signing_keys`: list the keys that sign, put another in place of today's, revoke one."""

from __future__ import annotations

from argparse import ArgumentTypeError
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core.management.base import BaseCommand, CommandError, CommandParser

from reviews.repositories.trust.keys import endorsed_keys, own_key
from reviews.stages.rotate import revoke_key, rotate_key
from synthportal.errors import Conflict, DomainError


class Command(BaseCommand):
    help = """List the keys that the portal signs with, rotate or revoke.

    Rotating: make the new secret first, run this while the old one is still in place, then put the new one in its
    place (SYNTHPORTAL_SIGNING_KEY or its file) and start the portal again.
    """

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--rotate", type=_secret, metavar="FILE", help="file with the new secret: 64 hex digits")
        parser.add_argument("--revoke", metavar="KEY_ID", help="the key whose signatures count no more")
        parser.add_argument("--reason", default="", help="why a key is revoked; it is published")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["rotate"]:
                new = rotate_key(options["rotate"])
                self.stdout.write(f"Key {new.key_id} follows. Put its secret in place now, and start the portal again.")
            if options["revoke"]:
                revoke_key(options["revoke"], reason=options["reason"])
                self.stdout.write(
                    f"Key {options['revoke']} is revoked: releases that it signed have to be attested anew."
                )
        except (Conflict, DomainError) as error:
            raise CommandError(" ".join(error.reasons)) from error
        own_key()
        for key in endorsed_keys():
            until = key.valid_until or "now"
            state = (
                f"revoked {key.revoked_at}: {key.revoked_reason}" if key.revoked_at else f"{key.valid_from} to {until}"
            )
            self.stdout.write(f"{key.key_id}  {key.public_key}  {state}")


def _secret(path: str) -> Ed25519PrivateKey:
    try:
        return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(Path(path).read_text().strip()))
    except (OSError, ValueError) as error:
        raise ArgumentTypeError("the file of the new secret holds no 64 hex digits") from error
