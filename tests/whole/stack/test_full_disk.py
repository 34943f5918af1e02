"""A disk that is full while an upload arrives: told in one sentence, and nothing is lost, nothing left behind."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.whole.stack.asking import BORDER, HEAD, as_browser, ask

pytestmark = [pytest.mark.nginx, pytest.mark.slow]
KIND = {"Content-Type": f"multipart/form-data; boundary={BORDER}"}
FULL = "The portal's disk is full. Nothing was lost: free some space and try again."
KEYS = "SELECT COUNT(*) FROM synthportal_datakey WHERE wrapped IS NOT NULL"


@pytest.fixture
def small_disk(stack) -> Iterator[Path]:
    """The vault lies on a disk of eight megabytes."""
    vault = stack.portal.home / "data" / "vault"
    vault.mkdir(parents=True, exist_ok=True)
    kept = shutil.copytree(vault, stack.portal.home / "kept")
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(vault)], capture_output=True)
    if mounted.returncode:
        pytest.skip("this account may not mount a small disk")
    try:
        shutil.copytree(kept, vault, dirs_exist_ok=True)
        yield vault
    finally:
        subprocess.run(["umount", str(vault)], check=True)


def form(rows: int, **more: str) -> bytes:
    stated = {"name": "incomes", "purpose": "testing", "prohibited_uses": "Re-identification.", **more}
    fields = "".join(
        f'--{BORDER}\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in stated.items()
    )
    content = b"".join(b"name %d\n" % number for number in range(rows))
    return fields.encode() + HEAD + content + f"\r\n--{BORDER}--\r\n".encode()


def files_of(vault: Path) -> dict[str, bytes]:
    return {str(path.relative_to(vault)): path.read_bytes() for path in vault.rglob("*") if path.is_file()}


def test_a_full_disk_is_told_in_one_sentence_and_what_was_there_stays(stack, small_disk):
    by_token = {"Authorization": f"Bearer {stack.tokens['ana']}", **KIND}
    first = ask(stack, "POST", "/api/v1/datasets/", form(1000), **by_token)
    assert first.status == 201, first.body  # type: ignore[attr-defined]
    before, keys = files_of(small_disk), stack.portal.query(KEYS)
    assert before

    told = ask(stack, "POST", "/api/v1/datasets/", form(1_500_000), **by_token)
    assert (told.status, json.loads(told.body)["detail"]) == (409, FULL)  # type: ignore[attr-defined]
    browser = as_browser(stack, "ana") | KIND
    page = ask(stack, "POST", "/datasets/new/", form(1_500_000), **browser)
    assert page.status == 422
    words = page.body.decode().replace("&#x27;", "'")  # type: ignore[attr-defined]
    assert FULL in words
    assert 'value="incomes"' in words  # what was filled in is still there

    assert (files_of(small_disk), stack.portal.query(KEYS)) == (before, keys)
    again = ask(stack, "POST", "/api/v1/datasets/", form(1001), **by_token)
    assert again.status == 201, again.body  # type: ignore[attr-defined]
