"""Wrap every data key anew, after the master key was changed; second factors after the secret key was."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from synthportal.errors import Conflict
from synthportal.models import DataKey
from synthportal.people.sign_in.adapters import reseal_factors
from synthportal.roles import Operator
from synthportal.storage.keys import ROTATED, keep_root, rewrap
from synthportal.trail.audit import record_of_portal


class Command(BaseCommand):
    help = """Wrap the key of every dataset anew with the master key.

    Put the new key in place of the old one and name the old one's file in SYNTHPORTAL_OLD_MASTER_KEY_FILE for every
    process; start them again; run this; then take the old one away. The portal works meanwhile. Killed or repeated,
    it goes on where it was. No data is written anew: the keys of the datasets stay as they are. With the file of an old
    secret key in SYNTHPORTAL_OLD_SECRET_KEY_FILE, the seeds of second factors are encrypted anew.
    """

    def handle(self, *args: Any, **options: Any) -> None:
        if not (settings.OLD_MASTER_KEY or settings.SECRET_KEY_FALLBACKS):
            names = "SYNTHPORTAL_OLD_MASTER_KEY_FILE or SYNTHPORTAL_OLD_SECRET_KEY_FILE"
            raise CommandError(f"Name the file of the old key in {names} first.")
        if settings.SECRET_KEY_FALLBACKS:
            self._reseal_factors()
        if settings.OLD_MASTER_KEY:
            self._rewrap()

    def _reseal_factors(self) -> None:
        done, broken = reseal_factors()
        if broken:
            self.stdout.write(
                f"{broken:,} second factors open with neither key: take them away, on their people's pages."
            )
        self.stdout.write(f"{done:,} second factors are encrypted anew. Take SYNTHPORTAL_OLD_SECRET_KEY_FILE away now.")

    def _rewrap(self) -> None:
        keep_root()
        wrapped = broken = 0
        keys = DataKey.objects.filter(wrapped__isnull=False).order_by("created_at")
        for key_id in keys.values_list("pk", flat=True).iterator():
            try:
                wrapped += rewrap(key_id)
            except Conflict:
                broken += 1
        if broken:
            raise CommandError(f"{broken:,} keys open with neither the new nor the old master key. Keep the old one.")
        record_of_portal(ROTATED, by=Operator(), keys=wrapped)
        self.stdout.write(f"{wrapped:,} keys are wrapped anew. Take SYNTHPORTAL_OLD_MASTER_KEY_FILE away now.")
