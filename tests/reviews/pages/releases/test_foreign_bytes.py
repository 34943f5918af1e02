"""Bytes that nobody signed never leave under a release, whatever the database says of its files."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from django.conf import settings
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from reviews.models import Release, ReleasedFile
from tests.cast import without_triggers
from tests.reviews.pages.door import SignIn

pytestmark = pytest.mark.both
FOREIGN = b"age,income\n47,>50K\n" * 2_000


def sent(client: object, release: Release, form: str) -> tuple[int, bytes]:
    answer = client.get(reverse("export", args=[release.pk]), {"format": form})  # type: ignore[attr-defined]
    return answer.status_code, b"".join(answer.streaming_content) if answer.streaming else answer.content


@pytest.mark.parametrize("form", ["parquet", "csv", "plain_csv"])
def test_a_file_dropped_in_the_shelf_and_named_by_the_row_never_leaves(
    release: Release, client_of: SignIn, form: str
) -> None:
    digest = hashlib.sha256(FOREIGN).hexdigest()
    path = Path(settings.DATA_DIR) / "vault" / "released" / digest
    path.write_bytes(FOREIGN)
    status, signed = sent(client_of("dan"), release, form)
    assert status == 200
    with without_triggers(), connection.cursor() as cursor:
        cursor.execute(
            "UPDATE reviews_releasedfile SET sha256 = %s, size = %s WHERE format = %s", [digest, len(FOREIGN), form]
        )
        if form == "parquet":
            cursor.execute("UPDATE reviews_release SET artefact_sha256 = %s", [digest])
    status, got = sent(client_of("dan"), release, form)
    assert (status, got) == (200, signed) or status == 409
    assert FOREIGN[:200] not in got


@pytest.mark.parametrize("change", ["UPDATE reviews_releasedfile SET size = 1", "DELETE FROM reviews_releasedfile"])
def test_the_row_of_a_released_file_cannot_be_changed(release: Release, change: str) -> None:
    before = list(ReleasedFile.objects.order_by("pk").values())
    with pytest.raises(DatabaseError, match="a released file"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(change)
    assert list(ReleasedFile.objects.order_by("pk").values()) == before
