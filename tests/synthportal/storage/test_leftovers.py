"""What killed writers left is swept after a day; what is in use stays."""

from __future__ import annotations

import os
import time
from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from generation.models import Dataset
from synthportal.models import DataKey
from synthportal.storage import vault
from synthportal.storage.keys import create_key
from synthportal.storage.leftovers import Swept, sweep
from tests.synthportal.storage.test_uploads import disk, sealed, upload  # noqa: F401

DAYS = 2 * 24 * 3600


def abandoned(age: int) -> DataKey:
    """What a web process that was killed in the middle leaves: a key with its share, and a staged file."""
    key = create_key()
    with vault.store().stage() as staged:
        staged.write(b"half of an upload")
    os.utime(staged.name, (time.time() - age,) * 2)
    DataKey.objects.filter(pk=key.pk).update(created_at=timezone.now() - timedelta(seconds=age))
    return key


def test_a_killed_upload_goes_after_a_day_with_its_key_and_share(disk, client_of, django_capture_on_commit_callbacks):  # noqa: F811
    upload(client_of("ana"))
    DataKey.objects.update(created_at=timezone.now() - timedelta(seconds=DAYS))
    kept = sealed(disk)
    old, new = abandoned(DAYS), abandoned(60)

    with django_capture_on_commit_callbacks(execute=True):
        assert sweep() == Swept(files=1, keys=1)

    assert not DataKey.objects.filter(pk=old.pk).exists()
    assert not (settings.KEYS_DIR / old.pk.hex).exists()
    assert DataKey.objects.filter(pk__in=[new.pk, Dataset.objects.get().key_id]).count() == 2
    assert kept.items() <= sealed(disk).items()
    assert sweep() == Swept(files=0, keys=0)
