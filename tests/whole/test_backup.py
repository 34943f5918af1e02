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


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a portal, its backup and the mirror of its shares."""
    home = tmp_path_factory.mktemp("made")
    portal = Portal(home / "portal")
    portal.run(UPLOAD)
    portal.manage("backup", str(home / "backup"), "--shares", str(home / "shares"))
    return home


@pytest.fixture
def mirrored(made: Path, tmp_path: Path) -> tuple[Portal, str, Path]:
    """The same for a test alone."""
    for name in ("backup", "shares"):
        shutil.copytree(made / name, tmp_path / name)
    portal = Portal(tmp_path / "portal", copy_of=SimpleNamespace(home=made / "portal"))  # type: ignore[arg-type]
    return portal, str(tmp_path / "backup"), tmp_path / "shares"


def held(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()}


def test_a_backup_without_the_folder_of_the_shares_is_refused_and_leaves_the_mirror_as_it_was(mirrored, tmp_path):
    portal, folder, shares = mirrored
    before, manifest = held(shares), (Path(folder) / "manifest.json").read_bytes()
    (portal.home / "secrets" / "keys").rename(tmp_path / "away")
    said = refused(portal, "backup", folder, "--shares", str(shares))
    assert "2 of 2 data keys have no share" in said
    portal.manage("backup", folder, "--shares", str(shares), "--despite-lost-shares")
    (shares / "mirrored.json").touch()
    assert held(shares) == before, "what is lost here is not lost in the mirror"
    assert (Path(folder) / "manifest.json").read_bytes() != manifest


@pytest.mark.parametrize(
    "given", ["no mirror", "a mirror that is not there", "a mirror of which a share was not copied"]
)
def test_a_restore_without_its_shares_is_refused_before_anything_is_written(mirrored, tmp_path, given):
    portal, folder, shares = mirrored
    target, words = empty(tmp_path / "second", portal, ""), []
    if given == "a mirror that is not there":
        words = ["--shares", str(tmp_path / "typo")]
    elif given != "no mirror":
        next(path for path in sorted(shares.iterdir()) if path.suffix != ".json").unlink()
        words = ["--shares", str(shares)]
    assert "Nothing was restored." in refused(target, "restore", folder, *words)
    assert target.query("SELECT count(*) FROM sqlite_master") == [(0,)]
    if given == "no mirror":
        assert "2 datasets have no key" in target.manage("restore", folder, "--missing-are-erased")


def test_a_mirror_that_is_older_than_the_backup_proves_no_erasure(mirrored, tmp_path):
    portal, folder, shares = mirrored
    portal.run(UPLOAD.replace('"stays", "goes"', '"new",'))
    portal.manage("backup", folder)
    target = empty(tmp_path / "second", portal, "")
    assert "1 of 3 of the backup's data keys have no share" in refused(
        target, "restore", folder, "--shares", str(shares)
    )


def test_shares_that_were_given_back_by_hand_are_taken_and_never_removed(mirrored, tmp_path):
    portal, folder, shares = mirrored
    target = empty(tmp_path / "second", portal, "")
    keys = target.home / "secrets" / "keys"
    shutil.copytree(portal.home / "secrets" / "keys", keys)
    before = held(keys)
    assert "no shares" in refused(target, "restore", folder, "--shares", str(tmp_path / "typo"))
    next(path for path in shares.iterdir() if path.suffix != ".json").unlink()
    assert "take them away" in refused(target, "restore", folder, "--shares", str(shares))
    assert held(keys) == before
    assert "0 datasets have no key" in target.manage("restore", folder)
    assert {opens for _, opens in json.loads(target.run(LOOK)).values()} == {4000, 5000}


BLOCKED = """
import errno, sys
from synthportal.storage import backup
def full(*_):
    raise OSError(errno.ENOSPC, "No space left on device")
setattr(backup, sys.argv.pop(), full)
from django.core.management import call_command
call_command("backup", *sys.argv[1:])
"""


@pytest.mark.parametrize("step", ["_copy_database", "_copy_blob", "_write"])
def test_a_backup_that_fails_leaves_the_one_before_counts_as_none_and_is_told_by_the_doctor(mirrored, tmp_path, step):
    portal, folder, shares = mirrored
    portal.run(UPLOAD.replace('"stays", "goes"', '"new",'))
    script = f"import django; django.setup()\n{BLOCKED}"
    done = subprocess.run(
        [sys.executable, "-c", script, folder, step], cwd=ROOT, env=portal.env, capture_output=True, check=False
    )
    assert b"The backup broke off: No space left on device. The one before is as it was." in done.stderr
    made = portal.query("SELECT COUNT(*) FROM synthportal_auditevent WHERE action = 'backed up'")
    assert made == [(1,)]
    doctor = subprocess.run(
        [sys.executable, "manage.py", "doctor"], cwd=ROOT, env=portal.env, capture_output=True, text=True, check=False
    )
    assert "! Backups    the last one failed: The backup broke off: No space left on device." in doctor.stdout
    target = empty(tmp_path / "second", portal, "")
    target.manage("restore", folder, "--shares", str(shares))
    assert json.loads(target.run(LOOK))["stays"] == ["uploaded", 5000]
    portal.manage("backup", folder, "--shares", str(shares))
    assert len(list(Path(folder).glob("portal*"))) == 1


def test_a_vault_that_is_not_mounted_is_no_backup(mirrored, tmp_path):
    portal, folder, _ = mirrored
    (portal.home / "data" / "vault").rename(tmp_path / "away")
    assert "is empty, and the backup before holds sources" in refused(portal, "backup", folder)
