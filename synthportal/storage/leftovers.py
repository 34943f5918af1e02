"""What killed writers left behind: staged bytes without a name, and keys that nothing was kept under."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.db.models import ProtectedError
from django.utils import timezone

from synthportal.models import DataKey
from synthportal.storage.keys import ROOT
from synthportal.storage.local import STAGING_HOURS
from synthportal.storage.vault import erase, store


@dataclass(frozen=True, slots=True)
class Swept:
    """How many staged files and how many keys went."""

    files: int
    keys: int


def sweep() -> Swept:
    """Remove what is older than a day and belongs to nothing: no upload and no job takes that long."""
    old = timezone.now() - timedelta(hours=STAGING_HOURS)
    unused = {f"{relation.name}__isnull": True for relation in DataKey._meta.related_objects}
    keys = DataKey.objects.filter(created_at__lt=old, **unused).exclude(pk=ROOT).values_list("pk", flat=True)
    return Swept(store().sweep(), sum(_is_gone(key) for key in list(keys)))


def _is_gone(key: UUID) -> bool:
    """The key and all that was sealed with it, unless something has taken it over meanwhile."""
    try:
        DataKey.objects.filter(pk=key).delete()
    except ProtectedError:
        return False
    erase(key)
    return True
