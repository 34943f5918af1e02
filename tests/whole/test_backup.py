"""A backup brought back: releases leave as before, what was erased stays erased, a damaged one is refused."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import POSTGRES_URL
from tests.faults.portal import ROOT, Portal, fresh_postgres
from tests.whole.test_upgrade import DOWNLOAD, kept_home

UPLOAD = """
from generation.stages.ingest import Upload
from generation.tasks import submit_dataset
from synthportal.models import Person
from synthportal.people.tokens.grants import grant
from synthportal.roles import Role
from synthportal.storage.keys import create_key
from synthportal.storage.vault import write_sealed
owner = Person.objects.filter(username="ana").first() or Person.objects.create_user("ana")
grant(owner, Role.OWNER)
for name in ("stays", "goes"):
    key = create_key()
    with write_sealed(key.pk) as draft:
        draft.file.write(name.encode() * 1000)
    submit_dataset(Upload(key_id=key.pk, blob=draft.written, file_name="a.csv", name=name, purpose="testing",
                          prohibited_uses="Re-identification."), by=owner)
"""
ERASE = """
from generation.models import Dataset
from generation.stages.erase import erase_dataset
found = Dataset.objects.get(name="goes")
erase_dataset(found, by=found.owner)
"""
LOOK = """
import json
from generation.models import Dataset
from synthportal.errors import Conflict
from synthportal.storage.vault import open_sealed
def opens(dataset):
    try:
        return len(open_sealed(dataset.key_id, dataset.sha256).read())
    except Conflict:
        return None
print(json.dumps({d.name: [d.status, opens(d)] for d in Dataset.objects.filter(name__in=["stays", "goes"])}))
"""


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def databases(request: pytest.FixtureRequest) -> Iterator[list[str]]:
    """Addresses of a database to back up and of an empty one."""
    if request.param == "sqlite":
        yield ["", ""]
        return
    makers = [fresh_postgres(POSTGRES_URL), fresh_postgres(POSTGRES_URL)]
    yield [next(maker) for maker in makers]
    for maker in makers:
        next(maker, None)


def empty(home: Path, like: Portal, database: str) -> Portal:
    """A new home with the secrets of another one, as an operator gives them back."""
    shutil.copytree(like.home / "secrets", home / "secrets", ignore=shutil.ignore_patterns("keys"))
    return Portal(home, database, copy_of=SimpleNamespace(home=home / "secrets"))  # type: ignore[arg-type]


def refused(portal: Portal, *words: str) -> str:
    done: Any = subprocess.run(
        [sys.executable, "manage.py", *words], cwd=ROOT, env=portal.env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    return str(done.stderr)


@pytest.mark.slow
def test_a_restored_portal_is_what_it_was_and_what_was_erased_since_stays_erased(tmp_path, databases):
    first, second = databases
    if not first:
        kept_home(tmp_path / "first")
    portal = Portal(tmp_path / "first", first)
    portal.run(UPLOAD)
    old, now, shares = (str(tmp_path / name) for name in ("old", "now", "shares"))
    assert "new" in portal.manage("backup", old, "--shares", shares)
    portal.run(ERASE)
    portal.manage("backup", now, "--shares", shares)

    restored = empty(tmp_path / "second", portal, second)
    said = restored.manage("restore", old, "--shares", shares)

    assert "1 datasets have no key any more: they stay erased." in said
    looked = json.loads(restored.run(LOOK))
    assert looked["goes"] == ["erased", None]
    assert looked["stays"] == ["uploaded", 5000]
    if not first:
        assert json.loads(restored.run(DOWNLOAD))[0] == json.loads(portal.run(DOWNLOAD))[0]
    assert "not empty" in refused(restored, "restore", old)


@pytest.fixture(scope="module")
def backed_up(tmp_path_factory: pytest.TempPathFactory) -> tuple[Portal, Path]:
    """A small portal and its backup."""
    home = tmp_path_factory.mktemp("small")
    portal = Portal(home / "portal")
    portal.run(UPLOAD)
    portal.manage("backup", str(home / "backup"))
    return portal, home / "backup"


def test_a_second_backup_copies_only_what_is_new(backed_up):
    portal, folder = backed_up
    assert "0 of them new" in portal.manage("backup", str(folder))


def test_a_damaged_backup_is_named_and_nothing_is_restored(backed_up, tmp_path):
    portal, folder = backed_up
    damaged = tmp_path / "damaged"
    shutil.copytree(folder, damaged)
    blob = next(path for path in sorted((damaged / "vault").rglob("*")) if path.is_file())
    blob.write_bytes(blob.read_bytes()[:-1] + b"\x00")
    target = empty(tmp_path / "home", portal, "")
    said = refused(target, "restore", str(damaged))
    assert str(blob.relative_to(damaged)) in said
    assert "Nothing was restored" in said
    (damaged / "manifest.json").unlink()
    assert "no finished backup" in refused(target, "restore", str(damaged))


def test_a_backup_under_another_master_key_is_refused_before_anything_is_written(backed_up, tmp_path):
    portal, folder = backed_up
    target = empty(tmp_path / "home", portal, "")
    (target.home / "secrets" / "master_key").write_text("0123456789abcdef" * 4)
    assert "another master key" in refused(target, "restore", str(folder))
    assert not (target.home / "data" / "portal.sqlite3").exists()


def test_a_backup_is_kept_outside_of_the_portal_and_its_shares_apart_from_it(backed_up, tmp_path):
    portal, _ = backed_up
    assert "outside of the portal's own folders" in refused(portal, "backup", str(portal.home / "data" / "backup"))
    inside = str(tmp_path / "backup" / "shares")
    assert "apart from the backup" in refused(portal, "backup", str(tmp_path / "backup"), "--shares", inside)
