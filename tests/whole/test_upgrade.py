"""A portal that the version before made opens in this one: nothing is lost, and what it released leaves unchanged."""

from __future__ import annotations

import json
import re
import sqlite3
import tarfile
from contextlib import closing
from pathlib import Path

import pytest

from tests.faults.portal import ROOT, Portal

# The world of tests/cast.py under 0.1 with three more columns (dates, moments, numbers with gaps), one record after
# another judged, released, and one more run asked for.
KEPT = ROOT / "tests" / "data" / "version_0_1.tar.gz"
COUNTED = (
    "generation_dataset", "generation_generationrun", "generation_evaluation", "generation_plan", "generation_column",
    "reviews_review", "reviews_reviewrecord", "reviews_verdict", "reviews_tally", "reviews_waiver", "reviews_release",
    "synthportal_auditevent", "synthportal_person", "synthportal_job",
)  # fmt: skip
# SHA-256 of what version 0.1 sent to dan, by format, before this version opened the portal.
SENT = {
    "parquet": "598f9da3c631d30a8ba7d73e92ecb3c6a570328681618407d280e4e3c4ff1797",
    "csv": "501f739e8ff627d984a6120a77b7a29d61169bd419abd17bdd68d623af588759",
    "jsonl": "d2bc16987a013d244db2b591ebdce4e42e83bc0bae9c48a10105afa9f3b04506",
    "spreadsheet_csv": "fe3b34ec89f5d65ed3b4360157ddb7466f59e953404448d9c7539367a939c12b",
}
DOWNLOAD = """
import hashlib, json
from django.conf import settings
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
from reviews.models import Release, ReleasedFile
from synthportal.models import Person
client = Client()
client.force_login(Person.objects.get(username="dan"), backend="django.contrib.auth.backends.ModelBackend")
address = f"/releases/{Release.objects.get().pk}/"
def sent(fmt):
    answer = client.get(f"{address}export/", {"format": fmt})
    return hashlib.sha256(b"".join(answer.streaming_content)).hexdigest()
kept = dict(ReleasedFile.objects.values_list("format", "sha256"))
print(json.dumps([{fmt: sent(fmt) for fmt in kept}, kept, client.get(address).content.decode()]))
"""
LOOK = """
import json
from django.conf import settings
from django.db import connection
from django.test import Client
settings.ALLOWED_HOSTS = ["testserver"]
from generation.models import Dataset, GenerationRun
from reviews.models import Release, Review
from synthportal.models import Person
pages = ["/", "/datasets/", "/runs/", "/reviews/", "/releases/", "/audit/", f"/datasets/{Dataset.objects.get().pk}/",
         *(f"/runs/{run.pk}/" for run in GenerationRun.objects.all()), f"/reviews/{Review.objects.get().pk}/",
         f"/runs/{Review.objects.get().run_id}/gate/", f"/releases/{Release.objects.get().pk}/"]
client = Client()
client.force_login(Person.objects.get(username="cleo"), backend="django.contrib.auth.backends.ModelBackend")
release = Release.objects.get()
with connection.cursor() as cursor:
    cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    triggers = [sql for (sql,) in cursor.fetchall()]
shown = {page: client.get(page).status_code for page in pages}
print(json.dumps([shown, release.claim, release.dossier_hash, triggers]))
"""


def kept_home(home: Path) -> Path:
    """A portal's home as it was left: database, secrets and, of what its vault held, the artefact that was released."""
    with tarfile.open(KEPT) as kept:
        kept.extractall(home, filter="data")
    with closing(sqlite3.connect(home / "data" / "portal.sqlite3")) as database:
        database.create_function("REGEXP", 2, lambda pattern, text: bool(re.search(pattern, str(text))))
        database.executescript((home / "data" / "portal.sql").read_text())
    return home


@pytest.fixture
def upgraded(tmp_path: Path) -> tuple[Portal, dict[str, int]]:
    """That portal, opened by this version, and how many rows it had before."""
    home = kept_home(tmp_path / "before")
    rows = rows_in(home)
    return Portal(home), rows  # migrates


def rows_in(home: Path) -> dict[str, int]:
    with closing(sqlite3.connect(home / "data" / "portal.sqlite3")) as database:
        return {table: database.execute(f"SELECT COUNT(*) FROM {table}").fetchone()[0] for table in COUNTED}


@pytest.mark.slow
def test_a_database_of_the_version_before_opens_and_has_lost_nothing(
    upgraded: tuple[Portal, dict[str, int]], tmp_path: Path
) -> None:
    portal, rows = upgraded
    assert rows["reviews_verdict"] == 78
    pages, claim, dossier, triggers = json.loads(portal.run(LOOK))
    assert set(pages.values()) == {200}, pages
    assert claim.startswith("95 % sure that fewer than 5 % of the 2,000 records ")
    assert len(dossier) == 64
    fresh = Portal(tmp_path / "fresh").run("""
import json
from django.db import connection
with connection.cursor() as cursor:
    cursor.execute("SELECT sql FROM sqlite_master WHERE type = 'trigger'")
    print(json.dumps([sql for (sql,) in cursor.fetchall()]))
""")
    assert sorted(triggers) == sorted(json.loads(fresh))
    assert rows_in(portal.home) == rows
    assert "The audit trail is whole" in portal.manage("verify_audit")


def test_what_the_version_before_released_leaves_as_the_same_bytes_and_says_that_its_formats_are_not_known(
    upgraded: tuple[Portal, dict[str, int]],
) -> None:
    sent, kept, page = json.loads(upgraded[0].run(DOWNLOAD))
    assert kept == SENT
    assert sent == SENT
    assert "how the source was written was not kept" in page
    assert page.count('<td class="muted">not known</td>') == 2 * 18
