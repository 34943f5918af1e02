"""The vault over both stores: a local folder, and a bucket of a real S3-compatible server on loopback."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from pyarrow import fs

from synthportal.errors import Conflict
from synthportal.models import DataKey
from synthportal.storage import vault
from synthportal.storage.keys import create_key
from synthportal.storage.local import LocalStore
from synthportal.storage.s3 import S3Store
from synthportal.storage.sealing import SealBroken
from synthportal.storage.shelf import has_released, open_released, write_released

BUCKET = "portal"
CANARY = b"CANARY-7f3a"
PLAIN = CANARY * 60_000  # 660,000 bytes: three chunks


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="module")
def bucket_server() -> Iterator[str]:
    """moto's standalone server: an S3-compatible service over HTTP."""
    port = free_port()
    server = subprocess.Popen(
        [Path(sys.executable).with_name("moto_server"), "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    keys = {"AWS_ACCESS_KEY_ID": "any", "AWS_SECRET_ACCESS_KEY": "any", "AWS_DEFAULT_REGION": "us-east-1"}
    os.environ.update(keys)
    try:
        for _ in range(600):
            with socket.socket() as probe:
                if probe.connect_ex(("127.0.0.1", port)) == 0:
                    break
            time.sleep(0.1)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait()
        for name in keys:
            del os.environ[name]


def disk_of_bucket(endpoint: str, folder: str) -> dict[str, bytes]:
    scheme, _, host = endpoint.partition("://")
    files = fs.S3FileSystem(endpoint_override=host, scheme=scheme)
    found = files.get_file_info(fs.FileSelector(f"{BUCKET}/{folder}", recursive=True, allow_not_found=True))
    kept = [info for info in found if info.type == fs.FileType.File]
    return {info.path.removeprefix(f"{BUCKET}/{folder}/"): files.open_input_file(info.path).read() for info in kept}


def disk_of_folder(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.fixture(params=["folder", "bucket"])
def disk(request, tmp_path, settings):
    """Every stored object by its name: `disk()`; the vault of the test uses this store alone."""
    vault.store.cache_clear()
    if request.param == "folder":
        settings.VAULT_URL = f"file://{tmp_path / 'vault'}"
        found = lambda: disk_of_folder(tmp_path / "vault")  # noqa: E731
    else:
        endpoint, prefix = request.getfixturevalue("bucket_server"), tmp_path.name
        scheme, _, host = endpoint.partition("://")
        fs.S3FileSystem(endpoint_override=host, scheme=scheme, allow_bucket_creation=True).create_dir(BUCKET)
        settings.VAULT_URL, settings.VAULT_ENDPOINT = f"s3://{BUCKET}/{prefix}", endpoint
        found = lambda: disk_of_bucket(endpoint, prefix)  # noqa: E731
    yield found
    vault.store.cache_clear()


@pytest.fixture
def key(db) -> DataKey:
    return create_key()


def seal(key: DataKey, plain: bytes = PLAIN) -> vault.Blob:
    with vault.write_sealed(key.pk) as draft:
        for start in range(0, len(plain), 100_000):
            draft.file.write(plain[start : start + 100_000])
    return draft.written


def staged(disk) -> list[str]:
    return [name for name in disk() if name.startswith("staging/")]


def test_the_settings_choose_the_store(disk, request):
    wanted = S3Store if request.node.callspec.params["disk"] == "bucket" else LocalStore
    assert isinstance(vault.store(), wanted)


def test_a_sealed_blob_is_named_by_the_digest_of_its_plaintext_and_comes_back(disk, key):
    blob = seal(key)
    assert (blob.sha256, blob.size) == (hashlib.sha256(PLAIN).hexdigest(), len(PLAIN))
    assert list(disk()) == [f"sealed/{key.pk.hex}/{blob.sha256}"]
    assert vault.has_sealed(key.pk, blob.sha256)
    with vault.open_sealed(key.pk, blob.sha256) as file:
        assert file.read() == PLAIN
        file.seek(262_140)
        assert file.read(9) == PLAIN[262_140:262_149]
        file.seek(-3, io.SEEK_END)
        assert file.read() == PLAIN[-3:]


def test_an_empty_blob_is_a_blob(disk, key):
    blob = seal(key, b"")
    assert blob.sha256 == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"  # FIPS 180-4
    with vault.open_sealed(key.pk, blob.sha256) as file:
        assert file.read() == b""


def test_no_plaintext_is_ever_on_the_disk_not_even_in_staging(disk, key):
    with vault.write_sealed(key.pk) as draft:
        draft.file.write(PLAIN)
        assert all(CANARY not in kept for kept in disk().values())
    assert disk()
    assert all(CANARY not in kept for kept in disk().values())


def test_writing_the_same_bytes_twice_keeps_one_blob(disk, key):
    assert seal(key) == seal(key)
    assert len(disk()) == 1


@pytest.mark.parametrize(
    "error", [ValueError("stop"), KeyboardInterrupt(), Conflict("no")], ids=lambda e: type(e).__name__
)
def test_an_error_while_writing_leaves_nothing(disk, key, error):
    draft = None

    def write() -> None:
        nonlocal draft
        with vault.write_sealed(key.pk) as draft:
            draft.file.write(PLAIN)
            raise error

    with pytest.raises(type(error)):
        write()
    assert disk() == {}
    with pytest.raises(RuntimeError, match="not finished"):
        _ = draft.written


def test_an_error_while_publishing_leaves_nothing(disk, key, monkeypatch):
    def refuse(*_: object) -> None:
        raise ConnectionError("the network went away")

    store = vault.store()
    if isinstance(store, S3Store):
        monkeypatch.setattr(store, "_files", Unpublishing(store._files))
    else:
        monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(ConnectionError):
        seal(key)
    monkeypatch.undo()
    assert disk() == {}


class Unpublishing:
    """A bucket's client whose copy fails."""

    def __init__(self, files: fs.S3FileSystem) -> None:
        self._files = files

    def copy_file(self, *_: object) -> None:
        raise ConnectionError("the network went away")

    def __getattr__(self, name: str) -> object:
        return getattr(self._files, name)


def test_a_blob_under_another_key_is_not_there_and_moved_there_is_refused(disk, key):
    blob, other = seal(key), create_key()
    assert not vault.has_sealed(other.pk, blob.sha256)
    with pytest.raises(Conflict, match="missing from the vault"):
        vault.open_sealed(other.pk, blob.sha256)
    rewrite(f"sealed/{other.pk.hex}/{blob.sha256}", disk()[f"sealed/{key.pk.hex}/{blob.sha256}"])
    with pytest.raises(SealBroken), vault.open_sealed(other.pk, blob.sha256) as file:
        file.read()


def rewrite(name: str, content: bytes) -> None:
    store = vault.store()
    store.remove(name)
    draft = store.stage()
    draft.write(content)
    store.publish(draft, name)


def test_a_removed_blob_is_gone_and_removing_twice_is_fine(disk, key):
    blob = seal(key)
    vault.remove_sealed(key.pk, blob.sha256)
    vault.remove_sealed(key.pk, blob.sha256)
    assert not vault.has_sealed(key.pk, blob.sha256)
    assert disk() == {}


def test_erasing_removes_this_dataset_alone(disk, key):
    mine, other = seal(key), create_key()
    seal(key, b"a second blob")
    kept = seal(other)
    vault.erase(key.pk)
    assert list(disk()) == [f"sealed/{other.pk.hex}/{kept.sha256}"]
    with pytest.raises(Conflict, match="erased"):
        vault.open_sealed(key.pk, mine.sha256)
    vault.erase(key.pk)


def test_a_backup_from_before_the_erasure_can_never_be_read_again(disk, key):
    blob = seal(key)
    backup = disk()
    vault.erase(key.pk)
    for name, content in backup.items():
        rewrite(name, content)
    with pytest.raises(Conflict, match="erased"):
        vault.open_sealed(key.pk, blob.sha256)
    key.refresh_from_db()
    assert key.wrapped is None
    assert key.destroyed_at is not None


def test_a_database_restored_from_before_the_erasure_opens_nothing(key, django_capture_on_commit_callbacks):
    wrapped = key.wrapped
    with django_capture_on_commit_callbacks(execute=True):
        vault.erase(key.pk)
    DataKey.objects.filter(pk=key.pk).update(wrapped=wrapped, destroyed_at=None)
    with pytest.raises(Conflict, match="erased"):
        vault.unwrap(key.pk)


def test_a_wrapped_key_opens_only_under_its_own_id_and_the_master_key(key, settings):
    blob, other = seal(key), create_key()
    DataKey.objects.filter(pk=key.pk).update(wrapped=other.wrapped)
    with pytest.raises(SealBroken):
        vault.open_sealed(key.pk, blob.sha256)
    DataKey.objects.filter(pk=key.pk).update(wrapped=key.wrapped)
    settings.MASTER_KEY = bytes(range(32))
    with pytest.raises(SealBroken):
        vault.open_sealed(key.pk, blob.sha256)


def test_a_sealed_field_moved_to_another_row_is_refused(key):
    value = vault.seal_value(key.pk, b"record", b"row 1")
    assert vault.open_value(key.pk, value, b"row 1") == b"record"
    with pytest.raises(SealBroken):
        vault.open_value(key.pk, value, b"row 2")


def test_released_bytes_lie_in_plain_under_their_digest(disk):
    with write_released() as draft:
        draft.file.write(b"abc")
    digest = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"  # FIPS 180-4, appendix B.1
    assert disk() == {f"released/{digest}": b"abc"}
    assert has_released(digest)
    with open_released(digest) as file:
        assert file.read() == b"abc"
    assert not has_released("0" * 64)


def test_what_a_killed_writer_left_a_day_ago_is_swept_and_fresh_drafts_stay(disk, settings, monkeypatch):
    draft = vault.store().stage()
    draft.write(b"left behind")
    if isinstance(vault.store(), LocalStore):
        draft.flush()
    else:
        draft.close()
    assert vault.store().sweep() == 0
    assert len(staged(disk)) == 1
    for module in ("local", "s3"):
        monkeypatch.setattr(f"synthportal.storage.{module}.STAGING_HOURS", -1)
    assert vault.store().sweep() == 1
    assert staged(disk) == []
    draft.close()


class FullDisk(io.FileIO):
    """A file on a disk with room for one chunk and a little more."""

    def write(self, data: object) -> int:
        if self.tell() + len(data) > 262_400:  # type: ignore[arg-type]
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return super().write(data)  # type: ignore[arg-type]


# The last chunk waits in the file's buffer, is too big for it, or is one of several.
@pytest.mark.parametrize("size", [262_144 + 500, 262_144 + 50_000, len(PLAIN)])
def test_a_full_disk_is_one_sentence_and_leaves_nothing(key, settings, tmp_path, monkeypatch, size):
    monkeypatch.setattr(
        LocalStore,
        "stage",
        lambda self: io.BufferedWriter(FullDisk(self.root / "staging" / "draft", "xb"), 8192),
    )
    vault.store.cache_clear()
    settings.VAULT_URL = f"file://{tmp_path / 'vault'}"
    with pytest.raises(Conflict, match=r"disk is full\. Nothing was lost"):
        seal(key, PLAIN[:size])
    vault.store.cache_clear()
    assert disk_of_folder(tmp_path / "vault") == {}


@pytest.mark.skipif(os.geteuid() != 0 or not shutil.which("mount"), reason="only root can mount a small disk")
def test_a_disk_that_really_fills_is_one_sentence_and_leaves_nothing(key, settings, tmp_path):
    small = tmp_path / "small"
    small.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", str(small)], check=False).returncode:
        pytest.skip("this machine lets nobody mount a small disk")
    try:
        vault.store.cache_clear()
        settings.VAULT_URL = f"file://{small / 'vault'}"
        with pytest.raises(Conflict, match="disk is full"):
            seal(key)
        assert disk_of_folder(small) == {}
        assert seal(key, b"there is room for this").size == 22
    finally:
        vault.store.cache_clear()
        subprocess.run(["umount", str(small)], check=True)
