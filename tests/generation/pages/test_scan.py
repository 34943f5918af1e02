"""The page that scans a dropped file: what it shows, whom, and that nothing stays."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from generation.models import FileScan
from generation.pages.scan.views import scan
from generation.stages import scan as stage
from synthportal.jobs.here import JobFailed, work_through
from synthportal.models import AuditEvent, DataKey
from synthportal.storage.uploads import Door
from tests.generation.door import page

CANARY = "zqxcanary"
LINES = [
    {"messages": [{"role": "user", "content": f"I am Anna Schmidt, mail {CANARY}@zebrawing.org about my two lamps"}]},
    {"messages": [{"role": "user", "content": "How do I change the colour of my lamp?"}]},
]


@pytest.fixture
def drop(ana):
    """Drop bytes on the page; their scan."""

    def send(data: bytes, name: str = "tuning.jsonl") -> FileScan:
        response = ana.post(reverse("scan"), {"file": SimpleUploadedFile(name, data)})
        assert response.status_code == 302, page(response)
        return FileScan.objects.get(pk=response.url.split("/")[-2])

    return send


def tuning() -> bytes:
    return "".join(json.dumps(line) + "\n" for line in LINES).encode()


def sealed() -> set[Path]:
    return {path for path in Path(settings.VAULT_URL.removeprefix("file://")).rglob("*") if path.is_file()}


@pytest.fixture
def left_in_vault():
    """What is sealed since the test began: other tests share the vault."""
    before = sealed()
    return lambda: sealed() - before


@pytest.mark.slow
def test_a_dropped_file_is_read_shown_by_kind_and_place_and_then_gone(ana, drop, left_in_vault):
    scan = drop(tuning())
    url = reverse("scan_found", args=[scan.pk])
    assert "hx-get" in ana.get(url).content.decode()
    work_through(scan.pk)
    assert left_in_vault() == set()
    shown = page(ana.get(url))
    assert "person" in shown
    assert "email address" in shown
    assert "messages.content" in shown
    assert CANARY not in ana.get(url).content.decode()
    assert ana.get(reverse("scan_progress", args=[scan.pk]), headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    ana.post(reverse("scan_forget", args=[scan.pk]))
    assert ana.get(url).status_code == 404
    assert not DataKey.objects.exists()


@pytest.mark.slow
def test_a_file_that_cannot_be_read_is_told_and_dropped(ana, drop, left_in_vault):
    scan = drop(b"PAR1" + CANARY.encode() * 20, "table.parquet")
    with pytest.raises(JobFailed):
        work_through(scan.pk)
    assert "damaged or cut off" in page(ana.get(reverse("scan_found", args=[scan.pk])))
    assert left_in_vault() == set()


def test_nobody_else_sees_a_scan_nor_forgets_it(drop, client_of):
    scan = drop(tuning())
    for who in ("ben", "cleo", "root"):
        assert client_of(who).get(reverse("scan_found", args=[scan.pk])).status_code == 404
        assert client_of(who).post(reverse("scan_forget", args=[scan.pk])).status_code == 404
    assert FileScan.objects.filter(pk=scan.pk).exists()


def test_a_scan_that_waits_is_cancelled_by_forgetting_it(ana, drop, left_in_vault):
    scan = drop(tuning())
    ana.post(reverse("scan_forget", args=[scan.pk]))
    assert left_in_vault() == set()
    assert not FileScan.objects.exists()
    # A worker that comes too late finds nothing to do.
    stage.scan_dropped(scan.pk, by=None, report=lambda *words: None)


def test_old_answers_go_with_the_next_scan(drop):
    old = drop(tuning())
    FileScan.objects.update(created_at=timezone.now() - timedelta(seconds=stage.KEPT_SECONDS + 1))
    new = drop(tuning())
    assert list(FileScan.objects.values_list("pk", flat=True)) == [new.pk]
    assert not DataKey.objects.filter(pk=old.key_id).exists()


def test_what_is_too_large_for_a_page_or_empty_is_refused_with_what_to_do(ana, monkeypatch, left_in_vault):
    monkeypatch.setattr(scan, "door", Door(most=stage.MOST._replace(size=10)))
    for data, words in ((tuning(), "manage.py scan FILE"), (b"", "empty")):
        response = ana.post(reverse("scan"), {"file": SimpleUploadedFile("a.txt", data)})
        assert response.status_code == 422
        assert words in page(response)
    assert left_in_vault() == set()
    assert not DataKey.objects.exists()


def test_the_trail_knows_no_scan_but_its_job(drop):
    before = AuditEvent.objects.count()
    drop(tuning())
    assert AuditEvent.objects.count() == before
