"""Who erased a source can prove it: a signed certificate that strangers check, and that nobody gets too early."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse
from django.utils import timezone
from securesystemslib.dsse import Envelope
from securesystemslib.signer import Key

from generation.models import Dataset, ErasureNotice
from generation.schedule import erase_on_the_day
from generation.stages.erase import NOTICE_DAYS, erase_dataset, note_erased
from reviews.engine.attestation.dsse import unchecked
from reviews.models import Release
from reviews.repositories.trust.keys import public_key_hex
from synthportal.jobs.here import work_through
from synthportal.models import AuditEvent, DataKey, Person
from synthportal.storage.local import LocalStore
from tests.cast import ADULT, without_triggers
from tests.reviews.pages.door import SignIn, text

People = dict[str, Person]


Erase = Callable[[Release], Dataset]


@pytest.fixture
def erased(
    people: People, settings: Any, tmp_path: Path, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> Erase:
    """Erase the source of a release, to the end: the share of its key goes when the row is written.

    The world's shares and files serve other tests too: the shares are copied, the files are left.
    """
    settings.KEYS_DIR = Path(shutil.copytree(settings.KEYS_DIR, tmp_path / "keys"))
    monkeypatch.setattr(LocalStore, "remove", lambda *_: None)

    def erase(release: Release) -> Dataset:
        with django_capture_on_commit_callbacks(execute=True):
            erase_dataset(release.run.dataset, by=people["ana"])
        return release.run.dataset

    return erase


@pytest.fixture
def certificate(release: Release, erased: Erase, client_of: SignIn, tmp_path: Path) -> Path:
    """As the owner downloads it, beside the portal's public key."""
    dataset = erased(release)
    address = reverse("erasure", args=[dataset.pk])
    assert address in client_of("ana").get(reverse("dataset", args=[dataset.pk])).content.decode()
    path = tmp_path / "erasure.dsse.json"
    path.write_bytes(client_of("ana").get(address).content)
    (tmp_path / "portal.key").write_text(public_key_hex())
    return path


def checked(path: Path, capsys: Any, *more: str) -> str:
    call_command("verify_erasure", str(path), "--public-key", str(path.parent / "portal.key"), *more)
    return str(capsys.readouterr().out)


def said_of(client: Any, dataset: Dataset) -> dict[str, Any]:
    return unchecked(json.loads(client.get(reverse("erasure", args=[dataset.pk])).content))


def test_the_certificate_says_what_was_erased_when_and_what_stays(certificate: Path, release: Release) -> None:
    said, dataset = unchecked(json.loads(certificate.read_bytes())), release.run.dataset
    key = DataKey.objects.get(pk=dataset.key_id)
    event = AuditEvent.objects.get(action="erased", subject_id=str(dataset.pk))
    assert key.destroyed_at is not None
    assert (said["dataset"], said["source_sha256"]) == (str(dataset.pk), dataset.sha256)
    assert (said["event"], said["event_sha256"], said["by"]) == (event.seq, event.digest, "owner")
    assert said["key_destroyed"] == key.destroyed_at.isoformat(timespec="seconds")
    assert said["releases"] == [{"number": 1, "status": "released", "sha256": release.artefact_sha256}]
    assert "ana" not in said.values()


def test_an_erasure_on_the_day_that_its_owner_had_named_is_the_portals(
    release: Release, erased: Erase, client_of: SignIn, monkeypatch: Any, django_capture_on_commit_callbacks: Any
) -> None:
    dataset, day = release.run.dataset, timezone.localdate() + timedelta(days=NOTICE_DAYS)
    Dataset.objects.filter(pk=dataset.pk).update(retain_until=day)
    with django_capture_on_commit_callbacks(execute=True):
        erase_on_the_day()
        monkeypatch.setattr(timezone, "localdate", lambda *_: day)
        erase_on_the_day()
        work_through(*ErasureNotice.objects.values_list("pk", flat=True))
    said = said_of(client_of("ana"), dataset)
    assert (said["by"], said["named_day"]) == ("portal", day.isoformat())


def test_an_erasure_after_a_restore_is_the_operators(
    release: Release, erased: Erase, client_of: SignIn, django_capture_on_commit_callbacks: Any
) -> None:
    with django_capture_on_commit_callbacks(execute=True):
        note_erased([release.run.dataset.key_id])
    assert said_of(client_of("ana"), release.run.dataset)["by"] == "operator"


def test_strangers_check_it_with_one_command(certificate: Path, capsys: Any) -> None:
    told = checked(certificate, capsys)
    assert told.startswith("Valid: The key of the source “")
    assert "Copies of the source that were never in this portal" in told


def test_other_peoples_tools_accept_its_signature(certificate: Path) -> None:
    envelope = json.loads(certificate.read_bytes())
    keyid = envelope["signatures"][0]["keyid"]
    key = Key.from_dict(keyid, {"keytype": "ed25519", "scheme": "ed25519", "keyval": {"public": public_key_hex()}})
    assert keyid in Envelope.from_dict(envelope).verify([key], 1)


def test_a_changed_certificate_and_one_of_another_key_are_refused(certificate: Path, capsys: Any) -> None:
    envelope = json.loads(certificate.read_bytes())
    envelope["payload"] = envelope["payload"][:-8] + "AAAA" + envelope["payload"][-4:]
    certificate.write_text(json.dumps(envelope, sort_keys=True, separators=(",", ":")))
    with pytest.raises(CommandError, match="NOT valid"):
        checked(certificate, capsys)
    (certificate.parent / "portal.key").write_text("ab" * 32)
    with pytest.raises(CommandError, match="NOT valid"):
        checked(certificate, capsys)


def test_it_speaks_of_the_file_that_came_in_and_of_no_other(certificate: Path, capsys: Any) -> None:
    other = certificate.parent / "other.csv"
    other.write_text("a,b\n1,2\n")
    with pytest.raises(CommandError, match="another one was erased"):
        checked(certificate, capsys, "--source", str(other))


def test_without_a_key_it_is_said_that_the_key_came_with_it(certificate: Path, capsys: Any) -> None:
    call_command("verify_erasure", str(certificate))
    assert "compare it with the one that the portal publishes" in capsys.readouterr().out


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"payload": "e30="}', "[" * 100_000])
def test_what_is_no_certificate_is_told_in_a_sentence(tmp_path: Path, content: str) -> None:
    path = tmp_path / "odd.json"
    path.write_text(content)
    with pytest.raises(CommandError, match="NOT valid"):
        call_command("verify_erasure", str(path))


def test_nothing_is_certified_while_a_source_is_there(release: Release, client_of: SignIn) -> None:
    dataset = release.run.dataset
    shown = client_of("ana").get(reverse("dataset", args=[dataset.pk])).content.decode()
    assert reverse("erasure", args=[dataset.pk]) not in shown
    refused = client_of("ana").get(reverse("erasure", args=[dataset.pk]))
    assert refused.status_code == 409
    assert "is not erased" in text(refused)


def test_a_row_that_only_says_erased_is_certified_to_nobody(release: Release, client_of: SignIn) -> None:
    """One UPDATE, the key in its place."""
    dataset = release.run.dataset
    with without_triggers():
        Dataset.objects.filter(pk=dataset.pk).update(status="erased")
    refused = client_of("ana").get(reverse("erasure", args=[dataset.pk]))
    assert refused.status_code == 409
    assert "nothing is certified" in text(refused)


def test_a_share_that_came_back_is_told(release: Release, erased: Erase, client_of: SignIn, settings: Any) -> None:
    """Somebody put a copy of the key's share into its place again."""
    dataset = release.run.dataset
    share = Path(settings.KEYS_DIR) / dataset.key_id.hex
    kept = share.read_bytes()
    erased(release)
    assert not share.exists()
    share.write_bytes(kept)
    assert client_of("ana").get(reverse("erasure", args=[dataset.pk])).status_code == 409


def test_an_event_that_the_portal_did_not_write_certifies_nothing(
    release: Release, erased: Erase, client_of: SignIn
) -> None:
    dataset = erased(release)
    with without_triggers():
        AuditEvent.objects.filter(action="erased", subject_id=str(dataset.pk)).update(actor="operator")
    assert client_of("ana").get(reverse("erasure", args=[dataset.pk])).status_code == 409


def test_a_seal_taken_off_the_event_certifies_nothing(release: Release, erased: Erase, client_of: SignIn) -> None:
    """Whoever has only the database can write a line that fits the chain, but no seal."""
    dataset = erased(release)
    with without_triggers():
        AuditEvent.objects.filter(action="erased", subject_id=str(dataset.pk)).update(seal=None)
    assert client_of("ana").get(reverse("erasure", args=[dataset.pk])).status_code == 409


def test_a_row_that_was_dated_back_does_not_change_the_day_that_is_claimed(
    release: Release, erased: Erase, client_of: SignIn
) -> None:
    dataset = erased(release)
    DataKey.objects.filter(pk=dataset.key_id).update(destroyed_at="2001-01-01T00:00:00Z")
    told = AuditEvent.objects.get(action="erased", subject_id=str(dataset.pk)).at.date().isoformat()
    assert f"was destroyed on {told}:" in said_of(client_of("ana"), dataset)["claim"]


def test_the_file_that_was_uploaded_is_known_again(certificate: Path, capsys: Any) -> None:
    source = certificate.parent / "source.csv"
    source.write_bytes(ADULT.read_bytes())
    assert checked(certificate, capsys, "--source", str(source)).startswith("Valid:")


def test_who_does_not_see_a_dataset_sees_no_certificate(release: Release, erased: Erase, client_of: SignIn) -> None:
    address = reverse("erasure", args=[erased(release).pk])
    assert {name: client_of(name).get(address).status_code for name in ("ben", "dan", "cleo")} == {
        "ben": 404, "dan": 404, "cleo": 200,
    }  # fmt: skip
