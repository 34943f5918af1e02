"""A bundle is checked by strangers: by its own program on `cryptography` alone, and by ours."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from reviews.engine.attestation.dsse import seal
from reviews.engine.attestation.keys import LIST_TYPE, key_list
from reviews.engine.attestation.record import record_faults
from reviews.engine.attestation.status import STATUS_TYPE, StatusFacts, status_document
from reviews.models import Release
from reviews.repositories.trust.keys import endorsed_keys, public_key_hex, signing_key
from synthportal.models import Person

MEMBERS = {
    "README.md", "attestation.dsse.json", "data/train.parquet", "metadata/SHA256SUMS", "metadata/card.json",
    "metadata/card.md", "metadata/certificate.json", "metadata/pieces.json", "metadata/review.json", "verify.py",
    "croissant.json", "metadata/dcat.jsonld", "metadata/prov.json",
}  # fmt: skip


@pytest.fixture
def bundle(release: Release, people: dict[str, Person], tmp_path: Path) -> Path:
    """The bundle as a stranger downloaded it."""
    client = Client()
    client.force_login(people["dan"], backend="django.contrib.auth.backends.ModelBackend")
    sent: Any = client.get(f"/releases/{release.pk}/export/?format=bundle")
    path = tmp_path / "release-1.zip"
    path.write_bytes(b"".join(sent.streaming_content))
    assert sent["Content-Length"] == str(path.stat().st_size)
    return path


@pytest.fixture
def folder(bundle: Path, tmp_path: Path) -> Path:
    """The bundle unpacked."""
    shutil.unpack_archive(bundle, tmp_path / "unpacked")
    return tmp_path / "unpacked"


def by_itself(path: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """What verify.py says where neither the project nor its packages but `cryptography` can be imported."""
    alone = (
        "import sys, runpy; "
        "sys.modules.update({name: None for name in ('django', 'numpy', 'pyarrow', 'reviews', 'pandas')}); "
        "sys.argv = sys.argv[1:]; runpy.run_path(sys.argv[0], run_name='__main__')"
    )
    command = [sys.executable, "-I", "-c", alone, str(path / "verify.py" if path.is_dir() else path), *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=path.parent)


def test_the_bundle_holds_what_a_tool_and_a_stranger_need(bundle: Path, release: Release) -> None:
    with zipfile.ZipFile(bundle) as read:
        assert set(read.namelist()) == MEMBERS
        readme = read.read("README.md").decode()
    assert "- split: train\n    path: data/train.parquet" in readme
    first = next(line for line in readme.split("# incomes, release 1\n")[1].splitlines() if line)
    assert first.replace("\\", "").strip("*.").lower() == release.claim.replace("\\", "").lower()


def test_its_own_program_accepts_it_without_the_project(folder: Path, release: Release) -> None:
    done = by_itself(folder, "--public-key", public_key_hex())
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"valid: {release.claim}")


def test_our_command_accepts_folder_and_zip(bundle: Path, folder: Path, tmp_path: Path, capsys: Any) -> None:
    key = tmp_path / "portal.key"
    key.write_text(public_key_hex())
    for path in (bundle, folder):
        call_command("verify", str(path), "--public-key", str(key))
        assert capsys.readouterr().out.startswith("Valid: 95 % sure")


@pytest.mark.parametrize("member", sorted(MEMBERS - {"verify.py"}))
def test_one_flipped_byte_in_any_file_is_caught_and_the_file_is_named(folder: Path, member: str) -> None:
    path = folder / member
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    done = by_itself(folder, "--public-key", public_key_hex())
    assert (done.returncode, member in done.stdout) == (1, True), done.stdout + done.stderr
    with pytest.raises(CommandError, match=member):
        call_command("verify", str(folder))


def test_a_changed_program_is_caught_by_ours_and_by_an_unchanged_one(folder: Path, tmp_path: Path) -> None:
    shutil.copy(folder / "verify.py", tmp_path / "verify.py")
    with (folder / "verify.py").open("a") as file:
        file.write("\n")
    with pytest.raises(CommandError, match=r"verify\.py was changed"):
        call_command("verify", str(folder))
    done = subprocess.run([sys.executable, tmp_path / "verify.py", folder], capture_output=True, text=True, check=False)
    assert "verify.py was changed" in done.stdout


def test_a_byte_flipped_inside_the_zip_is_named_too(bundle: Path, folder: Path) -> None:
    whole = bytearray(bundle.read_bytes())
    with zipfile.ZipFile(io.BytesIO(whole)) as read:
        at = {one.filename: one.header_offset + 30 + len(one.filename) + one.file_size // 2 for one in read.infolist()}
    for member in MEMBERS:
        changed = bytearray(whole)
        changed[at[member]] ^= 1
        bundle.write_bytes(changed)
        with pytest.raises(CommandError, match=member):
            call_command("verify", str(bundle))
        done = subprocess.run(
            [sys.executable, folder / "verify.py", bundle], capture_output=True, text=True, check=False
        )
        assert (done.returncode, member in done.stdout) == (1, True), done.stdout + done.stderr


def test_a_file_that_is_missing_or_was_added_is_named(folder: Path) -> None:
    (folder / "metadata/card.md").unlink()
    (folder / "data/more.parquet").write_bytes(b"PAR1")
    done = by_itself(folder)
    assert "metadata/card.md is missing" in done.stdout
    assert "data/more.parquet was not signed" in done.stdout
    with pytest.raises(CommandError, match=r"card\.md is missing.*more\.parquet was not signed"):
        call_command("verify", str(folder))


def test_another_portals_key_is_refused(folder: Path, tmp_path: Path) -> None:
    assert "another key" in by_itself(folder, "--public-key", "ab" * 32).stdout
    stranger = tmp_path / "stranger.key"
    stranger.write_text("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    with pytest.raises(CommandError, match="not one of those"):
        call_command("verify", str(folder), "--public-key", str(stranger))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda record: record["random_lane"]["leaks"].append(3), "bound"),
        (lambda record: record["random_lane"].update(completed=5), "bound"),
        (lambda record: record["random_lane"]["rows"].reverse(), "rows"),
        (lambda record: record["draw"].update(proof=f"{int(record['draw']['proof'], 16) ^ 1:0160x}"), "proof"),
        (lambda record: record["policy"].update(ltpd="0.04"), "plan"),
        (lambda record: record["plan"]["looks"][0].update(n=20), "plan"),
        (lambda record: record["gate"]["evidence"]["metrics"][0].update(status="block"), "gate is shut"),
        (lambda record: record["gate"]["sample"]["progress"].update(leaks_in_hunt=1), "gate is shut"),
        (lambda record: record.update(verdicts="0" * 64), "dossier"),
        (lambda record: record.update(artefact="0" * 64), "other bytes"),
        (lambda record: record.pop("plan"), "cannot be read"),
    ],
)
def test_a_record_that_does_not_bear_the_claim_is_told(folder: Path, change: Any, reason: str) -> None:
    record = json.loads((folder / "metadata/review.json").read_text())
    certificate = json.loads((folder / "metadata/certificate.json").read_text())
    assert record_faults(record, certificate) == []
    change(record)
    faults = record_faults(record, certificate)
    assert [fault for fault in faults if reason in fault], faults


def test_the_record_holds_no_content_of_a_record(folder: Path, release: Release) -> None:
    text = (folder / "metadata/review.json").read_text()
    labels = [column["label"] for column in release.card["card"]["artefact"]["columns"]]
    assert [label for label in labels if f'"{label}"' in text] == []
    assert "Craft-repair" not in text


def test_a_sample_that_another_key_drew_and_the_status_of_another_release_are_named(
    bundle: Path, release: Release, tmp_path: Path
) -> None:
    key, keys, status = tmp_path / "portal.key", tmp_path / "keys.json", tmp_path / "status.json"
    key.write_text(public_key_hex())
    listed = key_list(endorsed_keys(), "ab" * 32, "2026-01-01T00:00:00+00:00")
    keys.write_text(json.dumps(seal(listed, signing_key(), LIST_TYPE)))
    with pytest.raises(CommandError, match="The sample was drawn with another key than the portal's"):
        call_command("verify", str(bundle), "--public-key", str(key), "--keys", str(keys))

    other = StatusFacts("0" * 32, 1, "released", "", "", "", made_from_withdrawn=False, at="")
    status.write_text(json.dumps(seal(status_document(other), signing_key(), STATUS_TYPE)))
    with pytest.raises(CommandError, match="The status is that of another release"):
        call_command("verify", str(bundle), "--public-key", str(key), "--status", str(status))
    status.write_text("{}")
    with pytest.raises(CommandError, match="The status says nothing"):
        call_command("verify", str(bundle), "--public-key", str(key), "--status", str(status))
